import { labelSelectorMatches } from '../../api/selectors.ts'
import { isPodTerminating } from '../../api/pod-state.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/schema/generated/types.ts'
import type { NodeState } from './node-state.ts'
import { matchesNodeAffinity, toleratesAll } from './node-selector.ts'

/** Pods that are to be spread evenly over domains of nodes (plugins/podtopologyspread, 1.36). */
export interface SpreadView { check(state: NodeState): string | undefined; isUnresolvable(reason: string): boolean }

const uneven = "node(s) didn't match pod topology spread constraints", unlabelled = `${uneven} (missing required label)`

export function viewSpread(pod: Readonly<Pod>, states: readonly NodeState[]): SpreadView | undefined {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(each => each.whenUnsatisfiable === 'DoNotSchedule')
  if (constraints.length === 0) return undefined
  const eligible = states.filter(state => constraints.every(({ topologyKey }) => labelOf(state, topologyKey) !== undefined))
  const counted = constraints.map(constraint =>
    countByDomain(constraint, pod, eligible.filter(state => counts(constraint, pod, state))))
  return {
    isUnresolvable: reason => reason === unlabelled,
    check(state) {
      for (const [i, constraint] of constraints.entries()) {
        const domain = labelOf(state, constraint.topologyKey)
        if (domain === undefined) return unlabelled
        const byDomain = counted[i], self = selects(constraint, pod, pod) ? 1 : 0
        const least = byDomain.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...byDomain.values())
        if ((byDomain.get(domain) ?? 0) + self - least > constraint.maxSkew) return uneven
      }
      return undefined
    },
  }
}

const labelOf = (state: NodeState, key: string) => state.node.metadata.labels?.[key]

function counts(constraint: TopologySpreadConstraint, pod: Readonly<Pod>, state: NodeState): boolean {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
  if (nodeAffinityPolicy === 'Honor' && !matchesNodeAffinity(pod, state.node)) return false
  return nodeTaintsPolicy === 'Ignore' || toleratesAll(pod, state.node.spec.taints ?? [], ['NoSchedule', 'NoExecute'])
}

function countByDomain(
  constraint: TopologySpreadConstraint, pod: Readonly<Pod>, states: readonly NodeState[],
): Map<string, number> {
  const byDomain = new Map<string, number>(), { namespace } = pod.metadata
  for (const state of states) {
    const domain = labelOf(state, constraint.topologyKey)!
    let count = byDomain.get(domain) ?? 0
    for (const { pod: other } of state.pods.values()) {
      if (other.metadata.namespace === namespace && !isPodTerminating(other) && selects(constraint, pod, other)) count++
    }
    byDomain.set(domain, count)
  }
  return byDomain
}

const selects = (constraint: TopologySpreadConstraint, pod: Readonly<Pod>, other: Readonly<Pod>) =>
  labelSelectorMatches(constraint.labelSelector, other.metadata.labels)
  && (constraint.matchLabelKeys ?? []).every(key =>
    pod.metadata.labels?.[key] === undefined || other.metadata.labels?.[key] === pod.metadata.labels[key])
