import type { Kind } from './kind.ts'
import type { KubeObject } from './object.ts'
import { podLimits, podRequests, type ResourceList } from './pod-requests.ts'
import { isPodTerminal } from './pod-state.ts'
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, wholeValue } from './quantity.ts'
import type { Container, PersistentVolumeClaim, Pod, PodAffinityTerm, ResourceQuota, Service } from './schema/generated/types.ts'
import { labelSelectorMatches } from './selectors.ts'

/**
 * What objects cost a quota (pkg/quota/v1, 1.36): one evaluator for pods, services and claims, counting alone for all other
 * kinds. The quota controller adds it up; admission holds new objects to it.
 */
export interface QuotaEvaluator {
  /** Those of a quota's resources that such objects can cost anything of. */
  matchingResources(names: readonly string[]): string[]
  usage(object: Readonly<KubeObject>, now: Date): Record<string, string>
  matchesScope(scope: Scope, object: Readonly<KubeObject>): boolean
  /** What the object must say and does not, as text; undefined when all is said. */
  missing?(required: readonly string[], object: Readonly<KubeObject>): string | undefined
}

export interface Scope { scopeName: string; operator: string; values?: readonly string[] }

const ignored = new Set(['/events', 'events.k8s.io/events'])
const oldNames = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])

/** `count/deployments.apps`: the resource that counts all objects of a kind. */
export const objectCountName = ({ group, plural }: Pick<Kind, 'group' | 'plural'>): string =>
  `count/${plural}${group ? `.${group}` : ''}`

/** The evaluator of a kind, undefined for those that no quota counts. */
export function quotaEvaluator(kind: Pick<Kind, 'group' | 'plural'>): QuotaEvaluator | undefined {
  const { group, plural } = kind
  if (ignored.has(`${group}/${plural}`)) return undefined
  if (group === '' && plural === 'pods') return podEvaluator
  if (group === '' && plural === 'services') return serviceEvaluator
  if (group === '' && plural === 'persistentvolumeclaims') return claimEvaluator
  const names = [objectCountName(kind), ...(group === '' && oldNames.has(plural) ? [plural] : [])]
  return {
    matchingResources: all => all.filter(name => names.includes(name)),
    usage: () => Object.fromEntries(names.map(name => [name, '1'])),
    matchesScope: () => false,
  }
}

export const scopesOf = ({ spec }: Readonly<ResourceQuota>): Scope[] => [
  ...(spec?.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' })),
  ...((spec?.scopeSelector?.matchExpressions ?? []) as Scope[]),
]

/** Whether a quota with these resources is about an object at all. */
export function quotaCovers(evaluator: QuotaEvaluator, quota: Readonly<ResourceQuota>, hard: readonly string[],
  object: Readonly<KubeObject>): boolean {
  return evaluator.matchingResources(hard).length > 0 && scopesOf(quota).every(scope => evaluator.matchesScope(scope, object))
}

/** Amounts added up name by name. */
export function addResources(a: ResourceList, b: ResourceList): Record<string, string> {
  const sum: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    sum[name] = Object.hasOwn(sum, name) ? formatQuantity(addQuantities(sum[name], amount)) : amount
  }
  return sum
}

const podNames = new Set(['count/pods', 'cpu', 'memory', 'ephemeral-storage', 'pods',
  ...['cpu', 'memory', 'ephemeral-storage'].flatMap(name => [`requests.${name}`, `limits.${name}`])])
/** A quota on these wants every container to say what it needs; upstream regrets it. */
const mustBeSaid = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'])
const isExtended = (name: string) => name.includes('/') && !name.includes('kubernetes.io/')

const podEvaluator: QuotaEvaluator = {
  matchingResources: names => names.filter(name => podNames.has(name) || /^(requests\.)?hugepages-/.test(name)
    || (name.startsWith('requests.') && isExtended(name.slice('requests.'.length)))),

  usage(object, now) {
    const pod = object as Readonly<Pod>
    // All that is stored counts as an object; only what still runs, or may, counts for the rest.
    if (isPodTerminal(pod) || isOverdue(pod, now)) return { 'count/pods': '1' }
    return { 'count/pods': '1', ...computeUsage(podRequests(pod), podLimits(pod)) }
  },

  matchesScope({ scopeName, operator, values }, object) {
    const pod = object as Readonly<Pod>
    switch (scopeName) {
      case 'Terminating': return isTerminating(pod)
      case 'NotTerminating': return !isTerminating(pod)
      case 'BestEffort': return isBestEffort(pod)
      case 'NotBestEffort': return !isBestEffort(pod)
      case 'PriorityClass': {
        const { priorityClassName } = pod.spec
        if (operator === 'Exists') return !!priorityClassName
        const labels = priorityClassName ? { class: priorityClassName } : undefined
        return labelSelectorMatches({ matchExpressions: [{ key: 'class', operator, values }] }, labels)
      }
      case 'CrossNamespacePodAffinity': return looksBeyondItsNamespace(pod)
      default: return false
    }
  },

  missing(required, object) {
    const { spec } = object as Readonly<Pod>
    if (spec.resources?.requests || spec.resources?.limits) return undefined
    const lacking = new Map<string, Set<string>>()
    for (const { name, resources } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      const said = computeUsage(resources?.requests ?? {}, resources?.limits ?? {})
      for (const resource of required) {
        if (!mustBeSaid.has(resource) || Object.hasOwn(said, resource)) continue
        lacking.set(resource, (lacking.get(resource) ?? new Set()).add(name))
      }
    }
    if (lacking.size === 0) return undefined
    const texts = [...lacking].map(([resource, names]) => `${resource} for: ${[...names].sort().join(',')}`).sort()
    return `must specify ${texts.join('; ')}`
  },
}

function computeUsage(requests: ResourceList, limits: ResourceList): Record<string, string> {
  const usage: Record<string, string> = { pods: '1' }
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    if (requests[name] !== undefined) usage[name] = usage[`requests.${name}`] = requests[name]
    if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name]
  }
  for (const [name, amount] of Object.entries(requests)) {
    if (name.startsWith('hugepages-')) usage[name] = amount
    if (name.startsWith('hugepages-') || isExtended(name)) usage[`requests.${name}`] = amount
  }
  return usage
}

/** Should have been gone by now: its node may be lost. */
function isOverdue({ metadata: { deletionTimestamp, deletionGracePeriodSeconds } }: Readonly<Pod>, now: Date): boolean {
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds !== undefined
    && now.getTime() > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

const isTerminating = ({ spec }: Readonly<Pod>) => (spec.activeDeadlineSeconds ?? -1) >= 0

function isBestEffort({ spec }: Readonly<Pod>): boolean {
  const says = (list: ResourceList | undefined) =>
    Object.entries(list ?? {})
      .some(([name, amount]) => (name === 'cpu' || name === 'memory') && compareQuantities(amount, '0') > 0)
  const saysAny = ({ resources }: Pick<Container, 'resources'>) => says(resources?.requests) || says(resources?.limits)
  return !saysAny(spec) && ![...(spec.containers ?? []), ...(spec.initContainers ?? [])].some(saysAny)
}

function looksBeyondItsNamespace({ spec: { affinity } }: Readonly<Pod>): boolean {
  const beyond = ({ namespaces, namespaceSelector }: PodAffinityTerm) => (namespaces?.length ?? 0) > 0
    || namespaceSelector !== undefined
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some(each =>
    each?.requiredDuringSchedulingIgnoredDuringExecution?.some(beyond)
    || each?.preferredDuringSchedulingIgnoredDuringExecution?.some(({ podAffinityTerm }) => beyond(podAffinityTerm)))
}

const serviceNames = new Set(['count/services', 'services', 'services.loadbalancers', 'services.nodeports'])

const serviceEvaluator: QuotaEvaluator = {
  matchingResources: names => names.filter(name => serviceNames.has(name)),
  usage(object) {
    const { type, ports = [], allocateLoadBalancerNodePorts } = (object as Readonly<Service>).spec
    // What is meant counts: the ports may not be allocated yet.
    const nodePorts = type === 'LoadBalancer' && allocateLoadBalancerNodePorts === false
      ? ports.filter(port => port.nodePort).length
      : type === 'NodePort' || type === 'LoadBalancer' ? ports.length : 0
    return {
      'count/services': '1', services: '1',
      'services.loadbalancers': type === 'LoadBalancer' ? '1' : '0',
      'services.nodeports': String(nodePorts),
    }
  },
  matchesScope: () => false,
}

const claimNames = ['persistentvolumeclaims', 'requests.storage']
const ofClass = '.storageclass.storage.k8s.io/'

const claimEvaluator: QuotaEvaluator = {
  matchingResources: names => names.filter(name => name === 'count/persistentvolumeclaims' || claimNames.includes(name)
    || claimNames.some(own => name.endsWith(ofClass + own))),
  usage(object) {
    const { metadata, spec, status } = object as Readonly<PersistentVolumeClaim>
    const storageClass = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? ''
    const usage: Record<string, string> = { persistentvolumeclaims: '1', 'count/persistentvolumeclaims': '1' }
    const asked = spec?.resources?.requests?.storage, allocated = status?.allocatedResources?.storage
    if (asked !== undefined) {
      const more = allocated !== undefined && compareQuantities(allocated, asked) > 0 ? allocated : asked
      // Whole bytes only.
      usage['requests.storage'] = parseQuantity(more).scale < 0 ? String(wholeValue(more)) : more
    }
    if (storageClass === '') return usage
    for (const name of claimNames) if (usage[name] !== undefined) usage[storageClass + ofClass + name] = usage[name]
    return usage
  },
  matchesScope({ scopeName, operator, values }, object) {
    if (scopeName !== 'VolumeAttributesClass') return false
    const { spec, status } = object as Readonly<PersistentVolumeClaim>
    const names = [...new Set([spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName,
      status?.modifyVolumeStatus?.targetVolumeAttributesClassName].filter(name => !!name))] as string[]
    if (operator === 'Exists') return names.length > 0
    const selector = { matchExpressions: [{ key: 'class', operator, values }] }
    return names.length === 0 ? labelSelectorMatches(selector, {})
      : names.some(name => labelSelectorMatches(selector, { class: name }))
  },
}
