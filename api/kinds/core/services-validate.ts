import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { parseIP } from '../../ip.ts'
import type { LoadBalancerStatus, Service, ServicePort } from '../../schema/generated/types.ts'
import { validateEndpointIP, validateLegacyCIDR, validateLegacyIP } from '../validation/ip.ts'
import { isQualifiedName, validateLabels } from '../validation/labels.ts'
import { isDns1123Label, isDns1123Subdomain, isValidPortName, isValidPortNumber } from '../validation/names.ts'
import { isExternallyAccessible, isHeadless, needsHealthCheckNodePort } from './services-type.ts'
import { validateClusterIPs, validateClusterIPsUpdate } from './services-validate-ips.ts'
import { complain } from '../validation/values.ts'

/** The rules of services (core/validation ValidateServiceCreate and ValidateServiceUpdate, 1.36); allocation has its own. */

const protocols = ['SCTP', 'TCP', 'UDP']
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const topologyMode = 'service.kubernetes.io/topology-mode'
export const topologyAwareHints = 'service.kubernetes.io/topology-aware-hints'
const sourceRangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"

export function validateService(next: Readonly<Service>, old: Readonly<Service> | undefined): FieldError[] {
  return [
    ...old ? validateServiceUpdate(next, old) : [],
    ...validateTopology(next.metadata.annotations),
    ...validateByType(next),
    ...validatePorts(next),
    ...validateLabels(next.spec.selector, 'spec.selector'),
    ...validateAffinity(next.spec),
    ...validateClusterIPs(next, old),
    ...validateExternalIPs(next, old),
    ...validateType(next.spec),
    ...validateUniquePorts(next.spec.ports ?? []),
    ...validateSourceRanges(next, old),
    ...validateLoadBalancer(next.spec),
    ...validateTraffic(next),
  ]
}

function validateServiceUpdate(next: Readonly<Service>, old: Readonly<Service>): FieldError[] {
  const errors = validateClusterIPsUpdate(next, old)
  if (next.spec.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer'
    && next.spec.loadBalancerClass !== old.spec.loadBalancerClass) {
    errors.push(invalid('spec.loadBalancerClass', next.spec.loadBalancerClass, 'may not change once set'))
  }
  errors.push(...validateLoadBalancerClass(next.spec))
  if (needsHealthCheckNodePort(next) && needsHealthCheckNodePort(old)
    && (next.spec.healthCheckNodePort ?? 0) !== (old.spec.healthCheckNodePort ?? 0)) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  }
  return errors
}

function validateTopology(annotations: Readonly<Record<string, string>> = {}): FieldError[] {
  const mode = annotations[topologyMode], hints = annotations[topologyAwareHints]
  return mode !== undefined && hints !== undefined && mode !== hints ? [invalid(`metadata.annotations[${topologyMode}]`, mode,
    `must match annotations[${topologyAwareHints}] when both are specified`)] : []
}

function validateByType(service: Readonly<Service>): FieldError[] {
  const { spec } = service, errors: FieldError[] = []
  if (!spec.ports?.length && !isHeadless(service) && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    if (isHeadless(service)) {
      errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`))
    }
  } else if (spec.type === 'ExternalName') {
    const notHere = 'may not be set for ExternalName services'
    if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', notHere))
    if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', notHere))
    if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', notHere))
    // A trailing dot denotes a fully qualified name.
    const host = (spec.externalName ?? '').replace(/\.$/, '')
    if (host === '') errors.push(required('spec.externalName'))
    else errors.push(...complain('spec.externalName', host, isDns1123Subdomain(host)))
  }
  return errors
}

function validatePorts({ spec }: Readonly<Service>): FieldError[] {
  const names = new Set<string>(), ports = spec.ports ?? []
  return ports.flatMap((port, i) => validatePort(port, ports.length > 1, names, `spec.ports[${i}]`))
}

function validatePort(port: Readonly<ServicePort>, nameNeeded: boolean, names: Set<string>, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (port.name) {
    errors.push(...complain(`${path}.name`, port.name, isDns1123Label(port.name)))
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name))
    names.add(port.name)
  } else if (nameNeeded) {
    errors.push(required(`${path}.name`))
  }
  const number = port.port ?? 0
  errors.push(...complain(`${path}.port`, number, isValidPortNumber(number)))
  if (!port.protocol) errors.push(required(`${path}.protocol`))
  else if (!protocols.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, protocols))
  const target = port.targetPort ?? 0
  for (const complaint of typeof target === 'number' ? isValidPortNumber(target) : isValidPortName(target)) {
    errors.push(invalid(`${path}.targetPort`, target, complaint))
  }
  if (port.appProtocol !== undefined) {
    errors.push(...complain(`${path}.appProtocol`, port.appProtocol, isQualifiedName(port.appProtocol)))
  }
  return errors
}

function validateAffinity(spec: Service['spec']): FieldError[] {
  const errors: FieldError[] = [], at = 'spec.sessionAffinityConfig'
  if (!spec.sessionAffinity) errors.push(required('spec.sessionAffinity'))
  else if (!['ClientIP', 'None'].includes(spec.sessionAffinity)) {
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']))
  }
  // Defaults have filled in the timeout where it is needed, so only its value can be wrong.
  const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (spec.sessionAffinity === 'ClientIP' && (timeout === undefined || timeout <= 0 || timeout > 86400)) {
    errors.push(invalid(`${at}.clientIP.timeoutSeconds`, timeout, 'must be greater than 0 and less than 86400'))
  } else if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig !== undefined) {
    errors.push(forbidden(at, 'must not be set when session affinity is None'))
  }
  return errors
}

function validateExternalIPs({ spec }: Readonly<Service>, old: Readonly<Service> | undefined): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((ip, i) => {
    const path = `spec.externalIPs[${i}]`, errors = validateLegacyIP(ip, path, old?.spec.externalIPs)
    return errors.length > 0 ? errors : validateEndpointIP(ip, path)
  })
}

function validateType(spec: Service['spec']): FieldError[] {
  const errors: FieldError[] = []
  if (!spec.type) errors.push(required('spec.type'))
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types))
  if (spec.type === 'ClusterIP') {
    spec.ports?.forEach((port, i) => {
      if (port.nodePort) errors.push(forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"))
    })
  }
  return errors
}

function validateUniquePorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [], nodePorts = new Set<string>(), numbers = new Set<string>()
  ports.forEach(({ protocol, nodePort }, i) => {
    if (!nodePort) return
    const key = `${protocol}/${nodePort}`
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, nodePort))
    nodePorts.add(key)
  })
  ports.forEach(({ protocol, port = 0 }, i) => {
    const key = `${protocol}/${port}`
    if (numbers.has(key)) {
      errors.push(duplicate(`spec.ports[${i}]`,
        { Name: '', Protocol: protocol ?? '', AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 }))
    }
    numbers.add(key)
  })
  return errors
}

function validateSourceRanges(next: Readonly<Service>, old: Readonly<Service> | undefined): FieldError[] {
  const { spec } = next, errors: FieldError[] = []
  const annotation = next.metadata.annotations?.[sourceRangesAnnotation]
  if (spec.loadBalancerSourceRanges?.length) {
    // Upstream's path has the capital letter.
    const at = 'spec.LoadBalancerSourceRanges'
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(at, onlyLoadBalancer))
    const before = old?.spec.loadBalancerSourceRanges?.map(range => range.trim())
    spec.loadBalancerSourceRanges.forEach((range, i) => errors.push(...validateLegacyCIDR(range.trim(), `${at}[${i}]`, before)))
  } else if (annotation !== undefined) {
    const at = `metadata.annotations[${sourceRangesAnnotation}]`
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(at, onlyLoadBalancer))
    if (annotation.trim() !== '' && old?.metadata.annotations?.[sourceRangesAnnotation] !== annotation) {
      for (const range of annotation.split(',')) errors.push(...validateLegacyCIDR(range.trim(), at))
    }
  }
  return errors
}

function validateLoadBalancer(spec: Service['spec']): FieldError[] {
  const errors: FieldError[] = []
  if (spec.type === 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === undefined) errors.push(required('allocateLoadBalancerNodePorts'))
  } else if (spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', onlyLoadBalancer))
  }
  return [...errors, ...validateLoadBalancerClass(spec)]
}

function validateLoadBalancerClass(spec: Service['spec']): FieldError[] {
  const name = spec.loadBalancerClass, at = 'spec.loadBalancerClass'
  if (name === undefined) return []
  if (spec.type !== 'LoadBalancer') return [forbidden(at, onlyLoadBalancer)]
  return complain(at, name, isQualifiedName(name))
}

function validateTraffic(service: Readonly<Service>): FieldError[] {
  const { spec } = service, errors: FieldError[] = []
  const policies = ['Cluster', 'Local'], external = spec.externalTrafficPolicy, internal = spec.internalTrafficPolicy
  if (!isExternallyAccessible(service)) {
    if (external) {
      errors.push(invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'))
    }
  } else if (!external) {
    errors.push(required('spec.externalTrafficPolicy'))
  } else if (!policies.includes(external)) {
    errors.push(notSupported('spec.externalTrafficPolicy', external, policies))
  }
  const port = spec.healthCheckNodePort ?? 0, at = 'spec.healthCheckNodePort'
  if (!needsHealthCheckNodePort(service)) {
    if (port !== 0) {
      errors.push(invalid(at, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"))
    }
  } else if (port === 0) {
    errors.push(required(at))
  } else {
    errors.push(...complain(at, port, isValidPortNumber(port)))
  }
  if (internal === undefined) {
    if (spec.type !== undefined && spec.type !== 'ExternalName' && types.includes(spec.type)) {
      errors.push(required('spec.internalTrafficPolicy'))
    }
  } else if (!policies.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, policies))
  }
  const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
  if (spec.trafficDistribution !== undefined && !distributions.includes(spec.trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', spec.trafficDistribution, distributions))
  }
  return errors
}

/** Writes through the status subresource (ValidateServiceStatusUpdate). */
export function validateServiceStatus(next: Readonly<Service>, old: Readonly<Service> | undefined): FieldError[] {
  const before = (old?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return validateLoadBalancerStatus(next.status?.loadBalancer, before, next.spec.type === 'LoadBalancer')
}

function validateLoadBalancerStatus(
  status: LoadBalancerStatus | undefined, oldIPs: readonly string[], isLoadBalancer: boolean,
): FieldError[] {
  const at = 'status.loadBalancer.ingress', ingress = status?.ingress ?? []
  if (!isLoadBalancer && ingress.length > 0) return [forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'")]
  return ingress.flatMap(({ ip, ipMode, hostname }, i) => {
    const path = `${at}[${i}]`, errors: FieldError[] = []
    if (ip) errors.push(...validateLegacyIP(ip, `${path}.ip`, oldIPs))
    if (ipMode === undefined) {
      if (ip) errors.push(required(`${path}.ipMode`, 'must be specified when `ip` is set'))
    } else if (!ip) {
      errors.push(forbidden(`${path}.ipMode`, 'may not be specified when `ip` is not set'))
    } else if (!['Proxy', 'VIP'].includes(ipMode)) {
      errors.push(notSupported(`${path}.ipMode`, ipMode, ['Proxy', 'VIP']))
    }
    if (hostname) {
      errors.push(...complain(`${path}.hostname`, hostname, isDns1123Subdomain(hostname)))
      if (parseIP(hostname)) errors.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'))
    }
    return errors
  })
}
