import { defineKind } from '../../kind.ts'
import type { Ingress } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { warningsForIngresses } from '../validation/ip.ts'
import { classAnnotation, validateIngress, validateIngressStatus } from './ingresses-validate.ts'

export const ingresses = defineKind<Ingress>({
  group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', singular: 'ingress', namespaced: true,
  shortNames: ['ing'], schema: 'networking.v1.Ingress',
  hasGeneration: true,
  subresources: { status: true },
  notSimulated: 'no ingress controller runs: no traffic is routed',
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} }
  },
  validate: (next, old, { subresource }) =>
    (subresource === 'status' ? validateIngressStatus(next, old) : validateIngress(next, old)),
  warnings: ({ metadata, spec }, old) =>
    (!old && metadata.annotations?.[classAnnotation] !== undefined && spec?.ingressClassName === undefined
    ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`] : []),
  statusWarnings: ({ status }) => warningsForIngresses(status?.loadBalancer?.ingress),
  columns: [
    nameColumn,
    textColumn('Class', ({ spec }) => spec?.ingressClassName ?? '<none>'),
    textColumn('Hosts', hosts),
    textColumn('Address', ({ status }) =>
      [...new Set((status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []))].sort().join(',')),
    textColumn('Ports', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
})

/** The first three hosts; upstream counts the rules, with a host or without (printers formatHosts, 1.36). */
function hosts({ spec }: Readonly<Ingress>): string {
  const rules = spec?.rules ?? [], named: string[] = []
  let more = false
  for (const { host } of rules) {
    more ||= named.length === 3
    if (!more && host) named.push(host)
  }
  if (named.length === 0) return '*'
  return more ? `${named.join(',')} + ${rules.length - 3} more...` : named.join(',')
}
