import type { Service } from '../../schema/generated/types.ts'

/** What a service of some type has or needs (pkg/api/service and registry/core/service, 1.36). */

type S = Readonly<Service>

export const isHeadless = (service: S): boolean => service.spec.clusterIPs?.length === 1 && service.spec.clusterIPs[0] === 'None'

export const needsClusterIP = (service: S): boolean => service.spec.type !== 'ExternalName'

/** Whether the type has node ports at all; a load balancer may be told not to get new ones. */
export const hasNodePorts = (service: S): boolean => service.spec.type === 'NodePort' || service.spec.type === 'LoadBalancer'

/** Whether node ports that are missing are to be allocated. */
export const needsNodePort = (service: S): boolean => service.spec.type === 'NodePort'
  || (service.spec.type === 'LoadBalancer' && service.spec.allocateLoadBalancerNodePorts !== false)

export const needsHealthCheckNodePort = (service: S): boolean =>
  service.spec.type === 'LoadBalancer' && service.spec.externalTrafficPolicy === 'Local'

export const isExternallyAccessible = (service: S): boolean =>
  hasNodePorts(service) || (service.spec.type === 'ClusterIP' && (service.spec.externalIPs?.length ?? 0) > 0)

/** Two lists of strings, where none is as good as an empty one. */
export const sameList = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i])

export const sameClusterIPs = (a: S, b: S): boolean => sameList(a.spec.clusterIPs, b.spec.clusterIPs)
export const sameIPFamilies = (a: S, b: S): boolean => sameList(a.spec.ipFamilies, b.spec.ipFamilies)
