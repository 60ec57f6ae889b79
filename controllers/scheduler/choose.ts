import type { Random } from '../../api/random.ts'
import { refusalOf, type Refusal } from './filters.ts'
import type { NodeState, PodFacts } from './node-state.ts'
import { viewAffinity, type Guarded, type LabelsOfNamespace } from './pod-affinity.ts'
import { scoresOf } from './score.ts'
import { viewSpread } from './topology-spread.ts'

/** What a choice is made from. */
export interface World {
  states: readonly NodeState[]
  /** Pods on nodes that keep others away. */
  guarded: readonly Guarded[]
  labelsOfNamespace: LabelsOfNamespace
}

export type Choice = { node: string } | { refusals: ReadonlyMap<string, Refusal> }

/** The best node for a pod, or why none will do. Among equals chance decides. */
export function choose(facts: PodFacts, world: World, random: Random): Choice {
  const refusals = new Map<string, Refusal>(), fitting: NodeState[] = []
  const refuse = filterFor(facts, world)
  for (const state of world.states) {
    const refusal = refuse(state)
    if (refusal) refusals.set(state.name, refusal)
    else fitting.push(state)
  }
  if (fitting.length === 0) return { refusals }
  if (fitting.length === 1) return { node: fitting[0].name }
  const scores = scoresOf(facts, fitting, world.states, world.labelsOfNamespace), best = Math.max(...scores)
  const winners = fitting.filter((_, i) => scores[i] >= best - 1e-9)
  return { node: winners[random.integer(winners.length)].name }
}

/** All filters, with what they count over all nodes counted once. */
export function filterFor(facts: PodFacts, world: World): (state: NodeState) => Refusal | undefined {
  const spread = viewSpread(facts.pod, world.states), affinity = viewAffinity(facts.pod, world)
  return state => refusalOf(facts, state, spread, affinity)
}

/** `0/3 nodes are available: 1 Too many pods, 2 node(s) were unschedulable.` */
export function explain(refusals: Iterable<readonly string[]>, nodeCount: number): string {
  const counts = new Map<string, number>()
  for (const reasons of refusals) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort()
  return `0/${nodeCount} nodes are available:${texts.length > 0 ? ` ${texts.join(', ')}.` : ''}`
}
