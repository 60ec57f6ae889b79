import { milliValue, wholeValue } from '../api/quantity.ts'
import type { Container, Pod, ResourceFieldSelector } from '../api/schema/generated/types.ts'
import { ConfigError } from './config-error.ts'

/** What a pod can be told about itself that stands not in its object, or not yet. */
export interface PodFacts { podIP: string; hostIP: string; allocatable: Readonly<Record<string, string>> }

/** The value of a field of the pod, as text (kubelet's podFieldSelectorRuntimeValue and fieldpath, 1.36). */
export function fieldValue(pod: Readonly<Pod>, path: string, facts: PodFacts): string {
  const { metadata, spec } = pod
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/s.exec(path)
  if (subscript) {
    const map = subscript[1] === 'metadata.labels' ? metadata.labels : metadata.annotations
    return map && Object.hasOwn(map, subscript[2]) ? map[subscript[2]] : ''
  }
  switch (path) {
    case 'metadata.name': return metadata.name
    case 'metadata.namespace': return metadata.namespace ?? ''
    case 'metadata.uid': return metadata.uid
    case 'metadata.labels': return formatMap(metadata.labels)
    case 'metadata.annotations': return formatMap(metadata.annotations)
    case 'spec.nodeName': return spec?.nodeName ?? ''
    case 'spec.serviceAccountName': return spec?.serviceAccountName ?? ''
    case 'status.hostIP': case 'status.hostIPs': return facts.hostIP
    case 'status.podIP': case 'status.podIPs': return facts.podIP
    default: throw new ConfigError(`unsupported fieldPath: ${path}`)
  }
}

/** `name="value"` lines in order of the names. */
const formatMap = (map: Record<string, string> = {}) =>
  Object.keys(map).sort().map(key => `${key}=${JSON.stringify(map[key])}`).join('\n')

/**
 * A container's request or limit in units of the divisor, rounded up (api/v1/resource, 1.36). A limit that is not set is
 * what the node can give.
 */
export function resourceValue(
  pod: Readonly<Pod>, container: Container, selector: ResourceFieldSelector, facts: PodFacts,
): string {
  const name = selector.containerName
  const target = !name ? container
    : [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(candidate => candidate.name === name)
  if (!target) throw new ConfigError(`container ${name} not found`)
  const match = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(selector.resource)
  if (!match) throw new ConfigError(`unsupported container resource : ${selector.resource}`)
  const [, kind, resource] = match
  const { limits = {}, requests = {} } = target.resources ?? {}
  const amount = kind === 'limits' ? limits[resource] ?? facts.allocatable[resource] ?? '0' : requests[resource] ?? '0'
  const divisor = selector.divisor && selector.divisor !== '0' ? selector.divisor : '1'
  const [value, unit] = resource === 'cpu' ? [milliValue(amount), milliValue(divisor)] : [wholeValue(amount), wholeValue(divisor)]
  return String(unit === 0n ? 0n : (value + unit - 1n) / unit)
}
