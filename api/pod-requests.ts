import { isSidecar } from './pod-state.ts'
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, type Quantity } from './quantity.ts'
import type { Container, Pod, PodSpec } from './schema/generated/types.ts'

/** What a pod as a whole asks for (component-helpers, resource/helpers, 1.36). */

export type ResourceList = Readonly<Record<string, string>>
type Amounts = Map<string, Quantity>

const read = (list: ResourceList | undefined): Amounts =>
  new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]))
const write = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries([...amounts].map(([name, quantity]) => [name, formatQuantity(quantity)]))

function add(to: Amounts, amounts: Amounts): void {
  for (const [name, quantity] of amounts) {
    const present = to.get(name)
    to.set(name, present ? addQuantities(present, quantity) : quantity)
  }
}

function raise(to: Amounts, amounts: Amounts): void {
  for (const [name, quantity] of amounts) {
    const present = to.get(name)
    if (!present || compareQuantities(quantity, present) > 0) to.set(name, quantity)
  }
}

/**
 * Containers run together, init containers before them and one by one, beside the sidecars started so far; the most that is
 * needed at any moment counts.
 */
function aggregate(spec: Readonly<PodSpec>, of: (container: Readonly<Container>) => ResourceList | undefined): Amounts {
  const total: Amounts = new Map(), sidecars: Amounts = new Map(), starting: Amounts = new Map()
  for (const container of spec.containers ?? []) add(total, read(of(container)))
  for (const container of spec.initContainers ?? []) {
    const own = read(of(container))
    if (isSidecar(container)) {
      add(total, own)
      add(sidecars, own)
      raise(starting, sidecars)
    } else {
      add(own, sidecars)
      raise(starting, own)
    }
  }
  raise(total, starting)
  return total
}

export const containerRequests = (spec: Readonly<PodSpec>): Record<string, string> =>
  write(aggregate(spec, container => container.resources?.requests))
export const containerLimits = (spec: Readonly<PodSpec>): Record<string, string> =>
  write(aggregate(spec, container => container.resources?.limits))

/** Resources that a pod may ask for as a whole: cpu, memory and huge pages. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

function overridden(total: Amounts, ofPod: ResourceList | undefined): void {
  for (const [name, quantity] of read(ofPod)) if (isPodLevelResource(name)) total.set(name, quantity)
}

/** All requests of a pod, with what its sandbox takes. */
export function podRequests(pod: Readonly<Pod>): Record<string, string> {
  const total = aggregate(pod.spec, container => container.resources?.requests)
  overridden(total, pod.spec.resources?.requests)
  add(total, read(pod.spec.overhead))
  return write(total)
}

/** All limits of a pod; the sandbox counts only for what is limited. */
export function podLimits(pod: Readonly<Pod>): Record<string, string> {
  const total = aggregate(pod.spec, container => container.resources?.limits)
  overridden(total, pod.spec.resources?.limits)
  for (const [name, quantity] of read(pod.spec.overhead)) {
    const limit = total.get(name)
    if (limit && limit.mantissa !== 0n) total.set(name, addQuantities(limit, quantity))
  }
  return write(total)
}
