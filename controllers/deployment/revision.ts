import { edit } from '../../api/edit.ts'
import type { Deployment, ReplicaSet } from '../../api/schema/generated/types.ts'
import { boundsOf, replicasOf } from './bounds.ts'
import { byCreation } from './replica-sets.ts'

/** Revisions and the other notes that the deployment controller keeps in annotations (util/deployment_util.go, 1.36). */
export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const historyAnnotation = 'deployment.kubernetes.io/revision-history'
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
const maxAnnotation = 'deployment.kubernetes.io/max-replicas'

/** Annotations of a deployment that its ReplicaSets do not get. */
const notCopied = new Set(['kubectl.kubernetes.io/last-applied-configuration', revisionAnnotation, historyAnnotation,
  desiredAnnotation, maxAnnotation, 'deprecated.deployment.rollback.to'])

const longestHistory = 2000

/** Undefined for an annotation that is no number. */
export function revisionOf({ metadata }: ReplicaSet): number | undefined {
  const text = metadata.annotations?.[revisionAnnotation] ?? '0'
  return /^-?[0-9]+$/.test(text) ? Number(text) : undefined
}

export const highestRevision = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((max, rs) => Math.max(max, revisionOf(rs) ?? 0), 0)

export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  const left = revisionOf(a), right = revisionOf(b)
  return left === undefined || right === undefined || left === right ? byCreation(a, b) : left - right
}

/**
 * The annotations of the new ReplicaSet: the deployment's, and the revision when it is higher than the one it has. A
 * ReplicaSet that gets another revision, by an undo, remembers those it had before: `revision-history: 1,3`.
 */
export function annotationsOfNew(
  deployment: Readonly<Deployment>, annotations: Readonly<Record<string, string>> | undefined, revision: number,
): Record<string, string> {
  const next: Record<string, string> = { ...annotations }
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(key)) next[key] = value
  const before = next[revisionAnnotation]
  if (before !== undefined && before !== '' && !/^-?[0-9]+$/.test(before)) return next
  if (Number(before ?? 0) >= revision) return next
  next[revisionAnnotation] = String(revision)
  if (before !== undefined) next[historyAnnotation] = longerHistory(next[historyAnnotation], before)
  return next
}

/** Drops the oldest revisions when the text would grow beyond 2,000 characters. */
function longerHistory(history: string | undefined, revision: string): string {
  if (!history) return revision
  const revisions = [...history.split(','), revision]
  while (revisions.length > 1 && revisions.join().length > longestHistory) revisions.shift()
  return revisions.join()
}

/** What scaling compares with later: how many replicas were wanted, and allowed, when this ReplicaSet got its size. */
export function sizeAnnotations(deployment: Readonly<Deployment>): Record<string, string> {
  const replicas = replicasOf(deployment)
  return { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(replicas + boundsOf(deployment).maxSurge) }
}

export const desiredThen = (rs: ReplicaSet): number | undefined => naturalNumber(rs.metadata.annotations?.[desiredAnnotation])
export const maximumThen = (rs: ReplicaSet): number | undefined => naturalNumber(rs.metadata.annotations?.[maxAnnotation])

const naturalNumber = (text = '') => (/^[0-9]{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined)

/** The deployment with the revision that its new ReplicaSet has. */
export function withRevision(deployment: Deployment, revision: string): Deployment {
  return edit(deployment, draft => {
    if (draft.metadata.annotations?.[revisionAnnotation] === revision) return
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionAnnotation]: revision }
  })
}
