import type { Column } from '../../kind.ts'
import type { Service } from '../../schema/generated/types.ts'
import { ageColumn, formatLabels, nameColumn, textColumn } from '../columns.ts'

function externalIP({ spec, status }: Readonly<Service>): string {
  const own = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP': case 'NodePort': return own.join(',') || '<none>'
    case 'LoadBalancer': {
      const balanced = new Set((status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []))
      return [...[...balanced].sort(), ...own].join(',') || '<pending>'
    }
    case 'ExternalName': return spec.externalName ?? ''
    default: return '<unknown>'
  }
}

const ports = ({ spec }: Readonly<Service>) => (spec.ports ?? [])
  .map(({ port, nodePort, protocol }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`)).join(',')
    || '<none>'

/** What `kubectl get services` shows (printService, 1.36). */
export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  textColumn('Type', service => service.spec.type ?? ''),
  textColumn('Cluster-IP', service => service.spec.clusterIPs?.[0] ?? '<none>'),
  textColumn('External-IP', externalIP),
  textColumn('Port(s)', ports),
  ageColumn,
  textColumn('Selector', service => formatLabels(service.spec.selector), 1),
]
