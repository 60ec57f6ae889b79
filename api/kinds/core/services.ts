import { defineKind } from '../../kind.ts'
import type { Service } from '../../schema/generated/types.ts'
import { warningsForCIDR, warningsForIngresses, warningsForIP } from '../validation/ip.ts'
import { nameIsDnsLabel } from '../validation/object-meta.ts'
import { serviceColumns } from './services-columns.ts'
import { defaultService, dropTypeDependentFields } from './services-defaults.ts'
import { topologyAwareHints, validateService, validateServiceStatus } from './services-validate.ts'

/** Addresses and ports are allocated by the server, which first calls services-cluster-ips.ts. */
export const services = defineKind<Service>({
  group: '', version: 'v1', kind: 'Service', plural: 'services', singular: 'service', namespaced: true,
  shortNames: ['svc'], categories: ['all'], schema: 'core.v1.Service',
  createOnUpdate: true,
  returnsDeleted: true,
  subresources: { status: true },
  validateName: nameIsDnsLabel,
  defaults: defaultService,
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} }
  },
  prepareForUpdate(draft, old, { subresource }) {
    if (subresource === '') dropTypeDependentFields(draft, old)
  },
  validate: (next, old, { subresource }) =>
    (subresource === 'status' ? validateServiceStatus(next, old) : validateService(next, old)),
  warnings,
  statusWarnings: ({ status }) => warningsForIngresses(status?.loadBalancer?.ingress),
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': service => service.spec.clusterIP ?? '',
    'spec.type': service => service.spec.type ?? '',
  },
})

/** pkg/api/service/warnings.go, 1.36. */
function warnings({ metadata, spec }: Readonly<Service>): string[] {
  const texts: string[] = []
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None'
  const named = spec.type === 'ExternalName'
  const external = spec.externalIPs ?? []
  if (metadata.annotations?.[topologyAwareHints] !== undefined) {
    texts.push(`annotation ${topologyAwareHints} is deprecated, please use service.kubernetes.io/topology-mode instead`)
  }
  if (spec.clusterIP !== 'None') spec.clusterIPs?.forEach((ip, i) => texts.push(...warningsForIP(ip, `spec.clusterIPs[${i}]`)))
  if (headless) {
    if (spec.loadBalancerIP) texts.push('spec.loadBalancerIP is ignored for headless services')
    if (external.length > 0) texts.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') texts.push('spec.SessionAffinity is ignored for headless services')
  }
  external.forEach((ip, i) => texts.push(...warningsForIP(ip, `spec.externalIPs[${i}]`)))
  if (external.length > 0 && !headless && !named) {
    texts.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters')
  }
  if (spec.loadBalancerIP) texts.push(...warningsForIP(spec.loadBalancerIP, 'spec.loadBalancerIP'))
  spec.loadBalancerSourceRanges?.forEach((range, i) =>
    texts.push(...warningsForCIDR(range, `spec.loadBalancerSourceRanges[${i}]`)))
  if (named && external.length > 0) texts.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (!named && spec.externalName) texts.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  if (spec.trafficDistribution === 'PreferClose') {
    texts.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
  }
  return texts
}
