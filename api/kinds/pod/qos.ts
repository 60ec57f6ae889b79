import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../quantity.ts'
import type { PodSpec, ResourceRequirements } from '../../schema/generated/types.ts'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

const counted = ['cpu', 'memory'] as const

/** The class of a pod by its cpu and memory alone (core/helper/qos, 1.36); set when the pod is made, never changed. */
export function qosClassOf(spec: Readonly<PodSpec>): QosClass {
  const requests = new Map<string, Quantity>(), limits = new Map<string, Quantity>()
  let allLimited = true
  const collect = (resources: Readonly<ResourceRequirements> | undefined) => {
    let limited = 0
    for (const name of counted) {
      addPositive(requests, name, resources?.requests?.[name])
      if (addPositive(limits, name, resources?.limits?.[name])) limited++
    }
    return limited === counted.length
  }
  if (spec.resources) {
    const limited = collect(spec.resources)
    if (Object.keys(spec.resources.limits ?? {}).length > 0) allLimited = limited
  } else {
    // Ephemeral containers have no resources and don't count.
    for (const container of [...spec.containers ?? [], ...spec.initContainers ?? []]) {
      if (!collect(container.resources)) allLimited = false
    }
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort'
  const equal = requests.size === limits.size && [...requests].every(([name, request]) => {
    const limit = limits.get(name)
    return limit !== undefined && compareQuantities(limit, request) === 0
  })
  return allLimited && equal ? 'Guaranteed' : 'Burstable'
}

function addPositive(sums: Map<string, Quantity>, name: string, text: string | undefined): boolean {
  if (text === undefined) return false
  const quantity = parseQuantity(text), sum = sums.get(name)
  if (quantity.mantissa <= 0n) return false
  sums.set(name, sum ? addQuantities(sum, quantity) : quantity)
  return true
}
