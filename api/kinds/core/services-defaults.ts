import type { Service } from '../../schema/generated/types.ts'
import {
  hasNodePorts, isExternallyAccessible, needsClusterIP, needsHealthCheckNodePort, sameClusterIPs, sameIPFamilies,
} from './services-type.ts'

/** What every service gets on its way in (core/v1 defaults.go, 1.36). */
export function defaultService(draft: Service): void {
  const spec = draft.spec ??= {}
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } }
  }
  spec.type ||= 'ClusterIP'
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port ?? 0
  }
  if (isExternallyAccessible(draft)) spec.externalTrafficPolicy ||= 'Cluster'
  if (spec.type === 'ClusterIP' || hasNodePorts(draft)) spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type !== 'LoadBalancer') return
  spec.allocateLoadBalancerNodePorts ??= true
  for (const ingress of draft.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP'
}

/**
 * On an update to another type, drops what no longer applies, if the server may have filled it in and the client left it as it
 * was (registry/core/service/strategy.go dropTypeDependentFields, 1.36). What the client changed stays, for validation to refuse.
 */
export function dropTypeDependentFields(draft: Service, old: Readonly<Service>): void {
  const { spec } = draft, before = old.spec
  if (needsClusterIP(old) && !needsClusterIP(draft)) {
    if ((spec.clusterIP ?? '') === (before.clusterIP ?? '') && sameClusterIPs(draft, old)) {
      delete spec.clusterIP
      delete spec.clusterIPs
    }
    if (sameIPFamilies(draft, old)) delete spec.ipFamilies
    if (spec.ipFamilyPolicy === before.ipFamilyPolicy) delete spec.ipFamilyPolicy
  }
  if (hasNodePorts(old) && !hasNodePorts(draft)) {
    const known = new Set((before.ports ?? []).map(port => port.nodePort ?? 0)).add(0)
    if ((spec.ports ?? []).every(port => known.has(port.nodePort ?? 0))) for (const port of spec.ports ?? []) delete port.nodePort
  }
  if (needsHealthCheckNodePort(old) && !needsHealthCheckNodePort(draft)
    && (spec.healthCheckNodePort ?? 0) === (before.healthCheckNodePort ?? 0)) delete spec.healthCheckNodePort
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(draft)
    && spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy
  if (spec.type !== 'LoadBalancer') draft.status = { ...draft.status, loadBalancer: {} }
}
