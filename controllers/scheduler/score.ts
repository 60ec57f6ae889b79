import type { NodeState, PodFacts } from './node-state.ts'
import { matchesTerm, toleratesAll } from './node-selector.ts'
import { matches, type LabelsOfNamespace } from './pod-affinity.ts'

/** A pod without requests counts as much as this when nodes are compared (scheduler util/pod_resources.go, 1.36). */
const defaultCpu = 100, defaultMemory = 200 * 1024 * 1024

/**
 * How well a node would suit a pod, 0 to 100 for each point of view with upstream's weights: room that is left, an even use
 * of CPU and memory, few pods of the same owner, taints to be avoided, the pod's own preferences.
 */
export function scoresOf(
  facts: PodFacts, states: readonly NodeState[], all: readonly NodeState[], labelsOf: LabelsOfNamespace,
): number[] {
  const owners = states.map(state => (facts.owner ? state.owners.get(facts.owner) ?? 0 : 0)), most = Math.max(...owners)
  const nodePreferences = scaled(states.map(state => preferenceOf(facts, state)))
  const podPreferences = scaled(podPreferencesOf(facts, states, all, labelsOf))
  return states.map((state, i) => {
    const cpu = shareUsed(state, 'cpu', facts.requests.cpu || defaultCpu)
    const memory = shareUsed(state, 'memory', facts.requests.memory || defaultMemory)
    const room = (2 - cpu - memory) * 50, balance = 100 - Math.abs(cpu - memory) * 50
    const spread = most === 0 ? 100 : (most - owners[i]) / most * 100
    const untainted = toleratesAll(facts.pod, state.node.spec.taints ?? [], ['PreferNoSchedule']) ? 100 : 0
    return room + balance + 2 * spread + 3 * untainted + 2 * nodePreferences[i] + 2 * podPreferences[i]
  })
}

function shareUsed({ used, allocatable, pods }: NodeState, name: 'cpu' | 'memory', wanted: number): number {
  const floor = pods.size * (name === 'cpu' ? defaultCpu : defaultMemory)
  return allocatable[name] ? Math.min(1, (Math.max(used[name] ?? 0, floor) + wanted) / allocatable[name]) : 1
}

const preferenceOf = ({ pod }: PodFacts, state: NodeState) =>
  (pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
    .reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, state.node) ? weight : 0), 0)

function podPreferencesOf(
  { pod }: PodFacts, states: readonly NodeState[], all: readonly NodeState[], labelsOf: LabelsOfNamespace,
): number[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {}
  const terms = [
    ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(each => ({ ...each, weight: -each.weight })),
  ]
  const scores = states.map(() => 0)
  for (const { weight, podAffinityTerm: term } of terms) {
    const byDomain = new Map<string, number>()
    for (const state of all) {
      const domain = state.node.metadata.labels?.[term.topologyKey]
      if (domain === undefined) continue
      const found = [...state.pods.values()].filter(other => matches(term, pod, other.pod, labelsOf)).length
      byDomain.set(domain, (byDomain.get(domain) ?? 0) + found * weight)
    }
    states.forEach((state, i) => { scores[i] += byDomain.get(state.node.metadata.labels?.[term.topologyKey] ?? '\0') ?? 0 })
  }
  return scores
}

function scaled(scores: readonly number[]): number[] {
  const low = Math.min(...scores), high = Math.max(...scores)
  return high === low ? scores.map(() => 0) : scores.map(score => (score - low) / (high - low) * 100)
}
