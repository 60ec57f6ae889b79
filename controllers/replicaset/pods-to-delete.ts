import { isPodActive, isPodReady, getPodCondition, maxContainerRestarts } from '../../api/pod-state.ts'
import type { Pod } from '../../api/schema/generated/types.ts'

/**
 * Which pods go first when there are too many (controller_utils.go ActivePodsWithRanks, 1.36): without a node, not running,
 * not ready, of low deletion cost, on a node with many of their like, ready or made only lately, often restarted.
 * `related` are all pods of the same owner's owner: they say how crowded a node is.
 */
export function podsToDelete(
  pods: readonly Readonly<Pod>[], count: number, related: readonly Readonly<Pod>[], now: Date,
): Readonly<Pod>[] {
  if (count >= pods.length) return [...pods]
  const crowd = new Map<string | undefined, number>()
  for (const pod of related) if (isPodActive(pod)) crowd.set(pod.spec.nodeName, (crowd.get(pod.spec.nodeName) ?? 0) + 1)
  const ranked = pods.map(pod => rank(pod, crowd.get(pod.spec.nodeName) ?? 0, now))
  return ranked.sort(compareRanks).slice(0, count).map(each => each.pod)
}

const phases: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }

interface Rank {
  pod: Readonly<Pod>
  /** Compared in turn; the smaller goes first. */
  order: number[]
  readyAt: number | undefined
  readyAge: number
  restarts: number[]
  createdAt: number
  createdAge: number
}

function rank(pod: Readonly<Pod>, crowd: number, now: Date): Rank {
  const ready = isPodReady(pod), { regular, sidecar } = maxContainerRestarts(pod)
  const readyAt = ready ? Date.parse(getPodCondition(pod.status, 'Ready')?.lastTransitionTime ?? '') || 0 : undefined
  const createdAt = Date.parse(pod.metadata.creationTimestamp)
  return {
    pod, readyAt, createdAt,
    order: [pod.spec.nodeName ? 1 : 0, phases[pod.status?.phase ?? ''] ?? 0, ready ? 1 : 0, deletionCost(pod), -crowd],
    readyAge: logAge(readyAt ?? 0, now), createdAge: logAge(createdAt, now), restarts: [-regular, -sidecar],
  }
}

function compareRanks(a: Rank, b: Rank): number {
  return compareLists(a.order, b.order)
    || (a.readyAt !== undefined && b.readyAt !== undefined && a.readyAt !== b.readyAt ? byAge(a, b, 'readyAge') : 0)
    || compareLists(a.restarts, b.restarts)
    || (a.createdAt !== b.createdAt ? byAge(a, b, 'createdAge') : 0)
}

/** Pods of about the same age (in powers of two) are as good as one another: the uid draws lots. */
const byAge = (a: Rank, b: Rank, age: 'readyAge' | 'createdAge') =>
  a[age] - b[age] || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1)

function logAge(at: number, now: Date): number {
  const nanoseconds = (now.getTime() - at) * 1e6
  return nanoseconds > 0 ? Math.trunc(Math.log2(nanoseconds)) : -1
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return 0
}

function deletionCost(pod: Readonly<Pod>): number {
  const text = pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost']
  return text !== undefined && /^(0|-?[1-9][0-9]{0,9})$/.test(text) ? Number(text) : 0
}
