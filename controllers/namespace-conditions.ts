import { timestamp } from '../api/clock.ts'
import type { NamespaceCondition } from '../api/schema/generated/types.ts'

/** What is left of a namespace that is being deleted. */
export interface Remains {
  /** `configmaps.` or `deployments.apps` → how many there are. */
  objects: ReadonlyMap<string, number>
  finalizers: ReadonlyMap<string, number>
  errors: readonly string[]
}

/** Conditions of a terminating namespace (namespace/deletion/status_condition_utils.go, 1.36), in upstream's order. */
export function deletionConditions(old: readonly NamespaceCondition[], remains: Remains, now: Date): NamespaceCondition[] {
  const { objects, finalizers, errors } = remains
  const said: [type: string, bad: boolean, badReason: string, badMessage: string, okReason: string, okMessage: string][] = [
    ['NamespaceDeletionDiscoveryFailure', false, '', '', 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', false, '', '',
      'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ['NamespaceDeletionContentFailure', errors.length > 0, 'ContentDeletionFailed',
      `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`,
      'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    ['NamespaceContentRemaining', objects.size > 0, 'SomeResourcesRemain',
      `Some resources are remaining: ${listed(objects, (name, count) => `${name} has ${count} resource instances`)}`,
      'ContentRemoved', 'All content successfully removed'],
    ['NamespaceFinalizersRemaining', finalizers.size > 0, 'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: ' +
        listed(finalizers, (name, count) => `${name} in ${count} resource instances`),
      'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
  ]
  const next = [...old]
  for (const [type, bad, badReason, badMessage, okReason, okMessage] of said) {
    const status = bad ? 'True' : 'False', index = next.findIndex(condition => condition.type === type), before = next[index]
    const condition = { type, status, reason: bad ? badReason : okReason, message: bad ? badMessage : okMessage }
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp(now)
    if (index < 0) next.push({ ...condition, lastTransitionTime })
    else next[index] = { ...before, ...condition, lastTransitionTime }
  }
  return next
}

const listed = (counts: ReadonlyMap<string, number>, say: (name: string, count: number) => string) =>
  [...counts].map(([name, count]) => say(name, count)).sort().join(', ')
