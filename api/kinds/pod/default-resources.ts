import { containerLimits, containerRequests, isPodLevelResource } from '../../pod-requests.ts'
import { formatQuantity, parseQuantity, roundUpToMilli } from '../../quantity.ts'
import type { PodSpec } from '../../schema/generated/types.ts'

/** Defaults of amounts (core/v1/defaults.go, 1.36). */

/** Nothing smaller than a thousandth is kept in a resource list. */
export function roundUpResources(
  resources: { limits?: Record<string, string>; requests?: Record<string, string> } | undefined,
): void {
  for (const list of [resources?.limits, resources?.requests]) {
    for (const name in list) {
      const quantity = parseQuantity(list[name]), rounded = roundUpToMilli(quantity)
      if (rounded !== quantity) list[name] = formatQuantity(rounded)
    }
  }
}

/** What a pod asks for as a whole, where it says a part of it: from its containers, then from its own limits. */
export function defaultPodLevelResources(spec: PodSpec): void {
  const { resources } = spec
  if (!resources) return
  const limits = { ...resources.limits }, requests = { ...resources.requests }
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return
  const fill = (list: Record<string, string>, name: string,
    quantity: string) => { if (!Object.hasOwn(list, name)) list[name] = quantity }
  const isHugePage = (name: string) => name.startsWith('hugepages-')
  for (const [name, quantity] of Object.entries(containerLimits(spec))) {
    if (isHugePage(name) && !Object.hasOwn(requests, name)) fill(limits, name, quantity)
  }
  if (Object.keys(limits).length > 0) {
    resources.limits = limits
    for (const [name, quantity] of Object.entries(containerRequests(spec))) {
      if (isPodLevelResource(name) && !isHugePage(name)) fill(requests, name, quantity)
    }
    for (const [name, quantity] of Object.entries(limits)) if (isPodLevelResource(name)) fill(requests, name, quantity)
    if (Object.keys(requests).length > 0) resources.requests = requests
  }
}
