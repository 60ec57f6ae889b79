import { tolerates } from '../tolerations.ts'
import { matchesNodeAffinity, toleratesAll } from './node-selector.ts'
import type { NodeState, PodFacts } from './node-state.ts'
import type { AffinityView } from './pod-affinity.ts'
import type { SpreadView } from './topology-spread.ts'

/** Why a node can't take a pod. `hopeless`: taking other pods away from it would not help. */
export interface Refusal { reasons: string[]; hopeless: boolean }

const hopeless = (reason: string): Refusal => ({ reasons: [reason], hopeless: true })
const unschedulableTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const

/** Asks one filter after the other, in the order of upstream's default plugins; the first that says no is the one heard. */
export function refusalOf(
  facts: PodFacts, state: NodeState, spread: SpreadView | undefined, affinity: AffinityView | undefined,
): Refusal | undefined {
  const { pod } = facts, { spec } = state.node, { tolerations = [] } = pod.spec
  if (spec.unschedulable && !tolerates(tolerations, unschedulableTaint)) return hopeless('node(s) were unschedulable')
  if (!toleratesAll(pod, spec.taints ?? [], ['NoSchedule', 'NoExecute'])) return hopeless('node(s) had untolerated taint(s)')
  if (!matchesNodeAffinity(pod, state.node)) return hopeless("node(s) didn't match Pod's node affinity/selector")
  if (facts.hostPorts.some(port => isTaken(port, state))) {
    return { reasons: ["node(s) didn't have free ports for the requested pod ports"], hopeless: false }
  }
  const lacking = lackOf(facts, state)
  if (lacking) return lacking
  for (const view of [spread, affinity]) {
    const reason = view?.check(state)
    if (reason !== undefined) return { reasons: [reason], hopeless: view!.isUnresolvable(reason) }
  }
  return undefined
}

/** All that is scarce; it is hopeless when the pod wants more than the whole node has. */
function lackOf({ requests }: PodFacts, state: NodeState): Refusal | undefined {
  const { allocatable, used } = state, reasons: string[] = []
  let isHopeless = false
  if (state.pods.size + 1 > (allocatable.pods ?? 0)) reasons.push('Too many pods')
  for (const name of inOrder(requests)) {
    if (requests[name] === 0 || requests[name] <= (allocatable[name] ?? 0) - (used[name] ?? 0)) continue
    reasons.push(`Insufficient ${name}`)
    if (requests[name] > (allocatable[name] ?? 0)) isHopeless = true
  }
  return reasons.length > 0 ? { reasons, hopeless: isHopeless } : undefined
}

const first = ['cpu', 'memory', 'ephemeral-storage']
const inOrder = (requests: Readonly<Record<string, number>>) =>
  [...first.filter(name => name in requests), ...Object.keys(requests).filter(name => !first.includes(name))]

/** A port of all addresses collides with the same port of any one. */
function isTaken(port: string, { hostPorts }: NodeState): boolean {
  if (hostPorts.has(port)) return true
  const [protocol, number, ip] = port.split('/'), start = `${protocol}/${number}/`
  if (ip !== '0.0.0.0') return hostPorts.has(`${start}0.0.0.0`)
  for (const taken of hostPorts.keys()) if (taken.startsWith(start)) return true
  return false
}
