import { same } from '../../api/edit.ts'
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from '../../api/schema/generated/types.ts'

/** Spreads the endpoints of a service over slices (k8s.io/endpointslice reconciler.go, 1.36). */
export interface PortGroup { ports: DiscoveryV1EndpointPort[]; endpoints: Endpoint[] }
export interface SlicePlan {
  create: PortGroup[]
  update: { slice: EndpointSlice; group: PortGroup }[]
  remove: EndpointSlice[]
}

/** How full a slice may be, and whether one without endpoints stays when there are none. */
export interface SliceRules { full: number; keepsEmpty: boolean }
/** maxEndpointsPerSlice of the controller manager. */
const usual: SliceRules = { full: 100, keepsEmpty: true }

/**
 * Slices change as little as may be: endpoints stay where they are, new ones go into slices that change anyway, then into
 * the fullest one that has room for all of them, then into new slices. A service without endpoints keeps one empty slice.
 * `isStale` says that a slice has to be written for its labels alone.
 */
export function planSlices(
  groups: readonly PortGroup[], existing: readonly EndpointSlice[], isStale: (slice: EndpointSlice) => boolean, rules = usual,
): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], remove: [] }
  const byPorts = new Map<string, EndpointSlice[]>()
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? [])
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice])
  }
  for (const group of groups) {
    const key = portsKey(group.ports)
    planGroup(group, byPorts.get(key) ?? [], isStale, plan, rules.full)
    byPorts.delete(key)
  }
  for (const slices of byPorts.values()) plan.remove.push(...slices)

  if (rules.keepsEmpty && plan.remove.length === existing.length && plan.create.length === 0) {
    const [only] = plan.remove, empty = { ports: [], endpoints: [] }
    const isPlaceholder = plan.remove.length === 1 && !only.endpoints?.length && !only.ports?.length
    if (!isPlaceholder) plan.create.push(empty)
    else {
      plan.remove = []
      if (isStale(only)) plan.update.push({ slice: only, group: empty })
    }
  }
  // A slice that would be deleted rather becomes one that would be created.
  while (plan.remove.length > 0 && plan.create.length > 0) {
    plan.update.push({ slice: plan.remove.shift()!, group: plan.create.pop()! })
  }
  return plan
}

function planGroup(
  { ports, endpoints }: PortGroup, slices: readonly EndpointSlice[], isStale: (slice: EndpointSlice) => boolean,
  plan: SlicePlan, full: number,
): void {
  const wanted = new Map(endpoints.map(endpoint => [endpointKey(endpoint), endpoint]))
  const changed: { slice: EndpointSlice; group: PortGroup }[] = [], unchanged: EndpointSlice[] = []
  for (const slice of slices) {
    const kept: Endpoint[] = []
    let differs = false
    for (const endpoint of slice.endpoints ?? []) {
      const next = wanted.get(endpointKey(endpoint))
      if (!next) continue
      kept.push(next)
      wanted.delete(endpointKey(endpoint))
      if (!same(next, endpoint)) differs = true
    }
    if (!differs && kept.length === (slice.endpoints?.length ?? 0)) {
      if (isStale(slice)) changed.push({ slice, group: { ports, endpoints: kept } })
      else unchanged.push(slice)
    } else if (kept.length === 0) plan.remove.push(slice)
    else changed.push({ slice, group: { ports, endpoints: kept } })
  }
  let rest = [...wanted.values()]
  for (const { group } of changed.sort((a, b) => b.group.endpoints.length - a.group.endpoints.length)) {
    const room = Math.max(0, full - group.endpoints.length)
    group.endpoints.push(...rest.slice(0, room))
    rest = rest.slice(room)
  }
  while (rest.length > 0) {
    const roomy = rest.length < full ? unchanged.filter(slice => sizeOf(slice) + rest.length <= full) : []
    const slice = roomy.sort((a, b) => sizeOf(b) - sizeOf(a))[0] as EndpointSlice | undefined
    if (slice) unchanged.splice(unchanged.indexOf(slice), 1)
    const group = { ports, endpoints: [...(slice?.endpoints ?? []), ...rest.slice(0, full)] }
    rest = rest.slice(full)
    if (slice) changed.push({ slice, group })
    else plan.create.push(group)
  }
  plan.update.push(...changed)
}

const sizeOf = (slice: EndpointSlice) => slice.endpoints?.length ?? 0

const portsKey = (ports: readonly DiscoveryV1EndpointPort[]) => JSON.stringify(
  ports.map(({ name = '', protocol = 'TCP', port, appProtocol }) => [name, protocol, port, appProtocol ?? null]).sort())

/** What makes an endpoint the same one: addresses and the pod behind them. */
const endpointKey = ({ addresses, targetRef, hostname }: Endpoint) => JSON.stringify([addresses, targetRef?.uid, hostname])
