import { isPodTerminating } from '../../api/pod-state.ts'
import { filterFor, type World } from './choose.ts'
import type { Refusal } from './filters.ts'
import type { NodeState, PodFacts } from './node-state.ts'

/** Whose place a pod of higher priority takes (plugins/defaultpreemption, 1.36). */
export type Preemption =
  | { node: string; victims: PodFacts[] }
  /** What the failure says after `preemption: `. */
  | { reasons: ReadonlyMap<string, readonly string[]> } | { notEligible: string }

const notHelpful = 'Preemption is not helpful for scheduling'

/** The node where the least important pods would have to go, or why none would do. */
export function planPreemption(facts: PodFacts, refusals: ReadonlyMap<string, Refusal>, world: World): Preemption {
  const { pod } = facts
  if (pod.spec.preemptionPolicy === 'Never') return { notEligible: 'not eligible due to preemptionPolicy=Never.' }
  const nominated = world.states.find(state => state.name === pod.status?.nominatedNodeName)
  if (nominated && !refusals.get(nominated.name)?.hopeless
    && [...nominated.pods.values()].some(other => other.priority < facts.priority && isPodTerminating(other.pod))) {
    return { notEligible: 'not eligible due to a terminating pod on the nominated node.' }
  }
  const reasons = new Map<string, readonly string[]>()
  let best: { node: string; victims: PodFacts[] } | undefined
  for (const state of world.states) {
    const outcome = refusals.get(state.name)?.hopeless ? [notHelpful] : victimsOn(state, facts, world)
    if (outcome.length > 0 && typeof outcome[0] === 'string') reasons.set(state.name, outcome as string[])
    else {
      const candidate = { node: state.name, victims: outcome as PodFacts[] }
      if (!best || compareCosts(costOf(candidate.victims), costOf(best.victims)) < 0) best = candidate
    }
  }
  return best ?? { reasons }
}

/** The pods that must go for this one to fit: all lower ones go, then, the most important first, those come back that may. */
function victimsOn(state: NodeState, facts: PodFacts, world: World): PodFacts[] | string[] {
  const lower = [...state.pods.values()].filter(other => other.priority < facts.priority).sort((a, b) => b.priority - a.priority)
  if (lower.length === 0) return ['No preemption victims found for incoming pod']
  const doomed = new Set(lower.map(other => other.pod.metadata.uid))
  const fits = () => {
    const changed = state.without(doomed)
    const states = world.states.map(each => (each === state ? changed : each))
    const guarded = world.guarded.filter(({ pod }) => !doomed.has(pod.metadata.uid))
    return filterFor(facts, { ...world, states, guarded })(changed)
  }
  const refusal = fits()
  if (refusal) return refusal.reasons
  for (const { pod: { metadata: { uid } } } of lower) {
    doomed.delete(uid)
    if (fits()) doomed.add(uid)
  }
  return lower.filter(other => doomed.has(other.pod.metadata.uid))
}

/** Compared in turn: the highest priority among the victims, the sum of all, how many they are. */
function costOf(victims: readonly PodFacts[]): number[] {
  const priorities = victims.map(victim => victim.priority)
  return [Math.max(...priorities), priorities.reduce((sum, priority) => sum + priority + 2 ** 31, 0), victims.length]
}

function compareCosts(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return 0
}
