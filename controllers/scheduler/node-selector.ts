import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod, Taint } from '../../api/schema/generated/types.ts'
import { tolerates } from '../tolerations.ts'

/** Which nodes a pod asks for, and which taints it bears (component-helpers, scheduling/corev1, 1.36). */
export function matchesNodeAffinity({ spec }: Readonly<Pod>, node: Readonly<Node>): boolean {
  for (const key in spec.nodeSelector) if (node.metadata.labels?.[key] !== spec.nodeSelector[key]) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || (required.nodeSelectorTerms ?? []).some(term => matchesTerm(term, node))
}

/** A term without any condition matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Readonly<Node>): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  return matchExpressions.every(each => holds(each, node.metadata.labels?.[each.key]))
    && matchFields.every(each => holds(each, each.key === 'metadata.name' ? node.metadata.name : undefined))
}

function holds({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value)
    case 'NotIn': return value === undefined || !values.includes(value)
    case 'Exists': return value !== undefined
    case 'DoesNotExist': return value === undefined
    case 'Gt': return isInteger(value) && Number(value) > Number(values[0])
    case 'Lt': return isInteger(value) && Number(value) < Number(values[0])
    default: return false
  }
}
const isInteger = (value: string | undefined) => value !== undefined && /^-?[0-9]+$/.test(value)

export const toleratesAll = ({ spec }: Readonly<Pod>, taints: readonly Taint[], effects: readonly string[]): boolean =>
  taints.every(taint => !effects.includes(taint.effect) || tolerates(spec.tolerations ?? [], taint))
