import { labelSelectorMatches } from '../../api/selectors.ts'
import type { Pod, PodAffinityTerm } from '../../api/schema/generated/types.ts'
import type { NodeState } from './node-state.ts'

/** Pods that want to be near others, or far from them (plugins/interpodaffinity, 1.36). */
export type LabelsOfNamespace = (namespace: string) => Readonly<Record<string, string>> | undefined

const requiredTerms = (pod: Readonly<Pod>, which: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] =>
  pod.spec.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? []

export const hasAntiAffinity = (pod: Readonly<Pod>): boolean => requiredTerms(pod, 'podAntiAffinity').length > 0

/** What the terms of one pod find, counted once for all nodes: in which domains of which topology the others are. */
export interface AffinityView { check(state: NodeState): string | undefined; isUnresolvable(reason: string): boolean }

const noAffinity = "node(s) didn't match pod affinity rules", near = "node(s) didn't match pod anti-affinity rules"
const kept = "node(s) didn't satisfy existing pods anti-affinity rules"

/** A pod on a node that keeps others away. */
export interface Guarded { pod: Readonly<Pod>; state: NodeState }
interface World { states: readonly NodeState[]; guarded: readonly Guarded[]; labelsOfNamespace: LabelsOfNamespace }

export function viewAffinity(pod: Readonly<Pod>, world: World): AffinityView | undefined {
  const { states, guarded, labelsOfNamespace: labelsOf } = world
  const wants = requiredTerms(pod, 'podAffinity'), shuns = requiredTerms(pod, 'podAntiAffinity')
  const repelled = guarded.flatMap(({ pod: other, state }) => requiredTerms(other, 'podAntiAffinity')
    .filter(term => matches(term, other, pod, labelsOf))
    .map(({ topologyKey: key }) => ({ key, value: labelOf(state, key) })))
  if (wants.length === 0 && shuns.length === 0 && repelled.length === 0) return undefined
  const domainsOf = (term: PodAffinityTerm) => domainsWith(term, pod, states, labelsOf)
  const wanted = wants.map(domainsOf), shunned = shuns.map(domainsOf)
  // The first of a group that wants to be near its own kind would else never find a place.
  const isFirst = wanted.every(domains => domains.size === 0) && wants.every(term => matches(term, pod, pod, labelsOf))
  return {
    isUnresolvable: reason => reason === noAffinity,
    check(state) {
      const inDomain = (terms: readonly PodAffinityTerm[], domains: readonly Set<string>[]) =>
        terms.map((term, i) => domains[i].has(labelOf(state, term.topologyKey) ?? '\0'))
      const hasKeys = wants.every(term => labelOf(state, term.topologyKey) !== undefined)
      if (!hasKeys || !(isFirst || inDomain(wants, wanted).every(Boolean))) return noAffinity
      if (inDomain(shuns, shunned).some(Boolean)) return near
      return repelled.some(({ key, value }) => value !== undefined && labelOf(state, key) === value) ? kept : undefined
    },
  }
}

const labelOf = (state: NodeState, key: string) => state.node.metadata.labels?.[key]

function domainsWith(
  term: PodAffinityTerm, pod: Readonly<Pod>, states: readonly NodeState[], labelsOf: LabelsOfNamespace,
): Set<string> {
  const domains = new Set<string>()
  for (const state of states) {
    const domain = labelOf(state, term.topologyKey)
    if (domain === undefined || domains.has(domain)) continue
    for (const { pod: other } of state.pods.values()) {
      if (!matches(term, pod, other, labelsOf)) continue
      domains.add(domain)
      break
    }
  }
  return domains
}

/** Whether a term of `subject` speaks of `other`. */
export function matches(
  term: PodAffinityTerm, subject: Readonly<Pod>, other: Readonly<Pod>, labelsOf: LabelsOfNamespace,
): boolean {
  const { namespace = '' } = other.metadata
  const named = term.namespaces?.includes(namespace) ?? false
  const selected = term.namespaceSelector !== undefined && labelSelectorMatches(term.namespaceSelector, labelsOf(namespace) ?? {})
  const implied = !term.namespaces?.length && term.namespaceSelector === undefined && namespace === subject.metadata.namespace
  if (!named && !selected && !implied) return false
  if (!labelSelectorMatches(term.labelSelector, other.metadata.labels)) return false
  const same = (key: string) => other.metadata.labels?.[key] === subject.metadata.labels?.[key]
  const asks = (key: string) => subject.metadata.labels?.[key] !== undefined
  return (term.matchLabelKeys ?? []).every(key => !asks(key) || same(key))
    && (term.mismatchLabelKeys ?? []).every(key => !asks(key) || !same(key))
}
