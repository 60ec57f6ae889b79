import { limitRanges } from '../../api/kinds/core/limitranges.ts'
import { containerLimits, containerRequests, isPodLevelResource, type ResourceList } from '../../api/pod-requests.ts'
import { canonicalQuantity, compareQuantities, milliValue } from '../../api/quantity.ts'
import type { Container, LimitRange, PersistentVolumeClaim, Pod } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { isAbout, refuse } from './refuse.ts'

const annotation = 'kubernetes.io/limit-ranger'

/**
 * Gives containers the default requests and limits of their namespace, and holds pods and claims to its bounds (LimitRanger,
 * 1.36).
 */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',

  mutate(request, world) {
    if (!isLimited(request) || !isPod(request)) return
    for (const range of rangesOf(request, world)) giveDefaults(request.object as Pod, range)
  },

  validate(request, world) {
    if (!isLimited(request)) return
    for (const range of rangesOf(request, world)) {
      const found = isPod(request) ? podComplaints(request.object as Pod, range)
        : claimComplaints(request.object as PersistentVolumeClaim, range)
      const complaints = [...new Set(found)]
      if (complaints.length > 0) throw refuse(request, complaints.length === 1 ? complaints[0] : `[${complaints.join(', ')}]`)
    }
  },
}

const isPod = ({ kind }: AdmissionRequest) => kind.group === '' && kind.plural === 'pods'

/** New pods and claims, changed claims, and pods being resized; nothing that is on its way out. */
function isLimited(request: AdmissionRequest): boolean {
  const { operation, subresource, old } = request
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false
  if (old?.metadata.deletionTimestamp) return false
  if (isPod(request)) return subresource === (operation === 'CREATE' ? '' : 'resize')
  return isAbout(request, '', 'persistentvolumeclaims')
}

const rangesOf = (request: AdmissionRequest, world: World) => world.list<LimitRange>(limitRanges, request.namespace)

type Limits = Record<string, string>
const itemsOf = ({ spec }: Readonly<LimitRange>, type: string) => (spec?.limits ?? []).filter(item => item.type === type)
const named = (list: ResourceList | undefined): [string, string][] =>
  Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))

function giveDefaults(pod: Pod, range: Readonly<LimitRange>): void {
  const requests: Limits = {}, limits: Limits = {}
  for (const item of itemsOf(range, 'Container')) {
    Object.assign(requests, item.defaultRequest)
    Object.assign(limits, item.default)
  }
  const given = [
    ...(pod.spec?.containers ?? []).flatMap(container => fillIn(container, 'container', requests, limits)),
    ...(pod.spec?.initContainers ?? []).flatMap(container => fillIn(container, 'init container', requests, limits)),
  ]
  if (given.length > 0) {
    pod.metadata.annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${given.join('; ')}` }
  }
}

/** Adds what the container leaves open; says what that was. */
function fillIn(container: Container, what: string, requests: Limits, limits: Limits): string[] {
  const merge = (own: ResourceList | undefined, defaults: Limits) => {
    const missing = Object.keys(defaults).filter(name => own === undefined || !Object.hasOwn(own, name)).sort()
    return { missing, merged: { ...own, ...Object.fromEntries(missing.map(name => [name, defaults[name]])) } as Limits }
  }
  const { limits: ownLimits, requests: ownRequests, ...others } = container.resources ?? {}
  const request = merge(ownRequests, requests), limit = merge(ownLimits, limits)
  if (request.missing.length + limit.missing.length === 0) return []
  container.resources = {
    ...(Object.keys(limit.merged).length > 0 ? { limits: limit.merged } : {}),
    ...(Object.keys(request.merged).length > 0 ? { requests: request.merged } : {}),
    ...others,
  }
  return [
    ...(request.missing.length > 0 ? [`${request.missing.join(', ')} request for ${what} ${container.name}`] : []),
    ...(limit.missing.length > 0 ? [`${limit.missing.join(', ')} limit for ${what} ${container.name}`] : []),
  ]
}

function podComplaints({ spec }: Readonly<Pod>, range: Readonly<LimitRange>): string[] {
  const complaints: string[] = []
  for (const item of range.spec?.limits ?? []) {
    const hold = (requests: ResourceList | undefined, limits: ResourceList | undefined) => {
      const check = (bounds: ResourceList | undefined, complain: Complain) => complaints.push(...named(bounds)
        .flatMap(([name, bound]) => complain(item.type, name, bound, requests?.[name], limits?.[name])))
      check(item.min, belowMinimum)
      check(item.max, aboveMaximum)
      check(item.maxLimitRequestRatio, aboveRatio)
    }
    if (item.type === 'Container') {
      const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
      for (const { resources } of containers) hold(resources?.requests, resources?.limits)
    }
    // Without the sandbox's own needs, unlike what the scheduler counts.
    if (item.type === 'Pod' && spec) {
      hold({ ...containerRequests(spec), ...ofPod(spec.resources?.requests) },
        { ...containerLimits(spec), ...ofPod(spec.resources?.limits) })
    }
  }
  return complaints
}

const ofPod = (list: ResourceList | undefined) =>
  Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => isPodLevelResource(name)))

function claimComplaints({ spec }: Readonly<PersistentVolumeClaim>, range: Readonly<LimitRange>): string[] {
  const requests: ResourceList = spec?.resources?.requests ?? {}
  return itemsOf(range, 'PersistentVolumeClaim').flatMap(item => [
    ...named(item.min).flatMap(([name, bound]) => belowMinimum(item.type, name, bound, requests[name], undefined)),
    ...named(item.max).flatMap(([name, bound]) => {
      const start = `maximum ${name} usage per ${item.type} is ${canonicalQuantity(bound)}`
      if (requests[name] === undefined) return [`${start}.  No request is specified`]
      return compareQuantities(requests[name], bound) > 0 ? [`${start}, but request is ${canonicalQuantity(requests[name])}`] : []
    }),
  ])
}

/** What is wrong with the amounts of one resource, held against one bound. */
type Complain = (type: string, name: string, bound: string, request: string | undefined, limit: string | undefined) => string[]

const belowMinimum: Complain = (type, name, bound, request, limit) => {
  const start = `minimum ${name} usage per ${type} is ${canonicalQuantity(bound)}`
  if (request === undefined) return [`${start}.  No request is specified`]
  if (compareQuantities(request, bound) < 0) return [`${start}, but request is ${canonicalQuantity(request)}`]
  if (limit !== undefined && compareQuantities(limit, bound) < 0) return [`${start}, but limit is ${canonicalQuantity(limit)}`]
  return []
}

const aboveMaximum: Complain = (type, name, bound, request, limit) => {
  const start = `maximum ${name} usage per ${type} is ${canonicalQuantity(bound)}`
  if (limit === undefined) return [`${start}.  No limit is specified`]
  if (compareQuantities(limit, bound) > 0) return [`${start}, but limit is ${canonicalQuantity(limit)}`]
  if (request !== undefined && compareQuantities(request, bound) > 0) {
    return [`${start}, but request is ${canonicalQuantity(request)}`]
  }
  return []
}

const aboveRatio: Complain = (type, name, bound, request, limit) => {
  const start = `${name} max limit to request ratio per ${type} is ${canonicalQuantity(bound)}`
  const amounts = [request, limit].map(text => (text === undefined ? 0 : Number(milliValue(text))))
  if (amounts[0] === 0) return [`${start}, but no request is specified or request is 0`]
  if (amounts[1] === 0) return [`${start}, but no limit is specified or limit is 0`]
  const ratio = amounts[1] / amounts[0]
  return ratio * 1000 > Number(milliValue(bound)) ? [`${start}, but provided ratio is ${ratio.toFixed(6)}`] : []
}
