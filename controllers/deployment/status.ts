import { timestamp } from '../../api/clock.ts'
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../api/schema/generated/types.ts'
import { boundsOf, hasProgressDeadline, replicasOf } from './bounds.ts'
import { conditionOf, newCondition, withCondition, without, type Conditions } from './conditions.ts'
import { allOf, total, totalTerminating, totalWanted, type Split } from './replica-sets.ts'

/** What a deployment says about itself (sync.go and progress.go, 1.36). Numbers that are 0 are left out, as upstream does. */
export function statusOf(deployment: Readonly<Deployment>, split: Split, now: Date): DeploymentStatus {
  const all = allOf(split), available = total(all, 'availableReplicas'), at = timestamp(now)
  const { conditions = [], collisionCount } = deployment.status ?? {}
  const hasMinimum = available >= replicasOf(deployment) - boundsOf(deployment).maxUnavailable
  return compact({
    observedGeneration: deployment.metadata.generation,
    replicas: total(all, 'replicas'),
    updatedReplicas: split.newRS?.status?.replicas ?? 0,
    readyReplicas: total(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalWanted(all) - available),
    terminatingReplicas: totalTerminating(all),
    conditions: withCondition(conditions, hasMinimum
      ? newCondition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', at)
      : newCondition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', at)),
    collisionCount,
  })
}

/** The status in a rollout: also whether it moves, is complete, or has stood still for too long. */
export function rolloutStatusOf(deployment: Readonly<Deployment>, split: Split, now: Date): DeploymentStatus {
  const status = statusOf(deployment, split, now)
  let conditions: Conditions = status.conditions ?? []
  const current = conditionOf(deployment.status?.conditions, 'Progressing')
  const wasComplete = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable'
  if (!hasProgressDeadline(deployment)) conditions = without(conditions, 'Progressing')
  else if (!wasComplete) conditions = withProgress(deployment, status, conditions, current, split.newRS, now)
  const failure = replicaFailure(split)
  conditions = failure ? withCondition(conditions, failure) : without(conditions, 'ReplicaFailure')
  return compact({ ...status, conditions: [...conditions] })
}

function withProgress(
  deployment: Readonly<Deployment>, status: DeploymentStatus, conditions: Conditions, current: DeploymentCondition | undefined,
  newRS: ReplicaSet | undefined, now: Date,
): Conditions {
  const who = newRS ? `ReplicaSet "${newRS.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  const at = timestamp(now)
  if (isComplete(deployment, status)) {
    return withCondition(conditions,
      newCondition('Progressing', 'True', 'NewReplicaSetAvailable', `${who} has successfully progressed.`, at))
  }
  if (hasProgressed(deployment.status, status)) {
    // The same reason again is news too: it moves lastUpdateTime, from which the deadline counts.
    const next = newCondition('Progressing', 'True', 'ReplicaSetUpdated', `${who} is progressing.`, at)
    return [...without(conditions, 'Progressing'),
      current?.status === 'True' ? { ...next, lastTransitionTime: current.lastTransitionTime } : next]
  }
  if (hasTimedOut(deployment, conditions, now)) {
    return withCondition(conditions,
      newCondition('Progressing', 'False', 'ProgressDeadlineExceeded', `${who} has timed out progressing.`, at))
  }
  return conditions
}

/** All replicas wanted are updated and available, and no old pod is left. */
export function isComplete(deployment: Readonly<Deployment>, status: DeploymentStatus | undefined): boolean {
  const replicas = replicasOf(deployment)
  return (status?.updatedReplicas ?? 0) === replicas && (status?.replicas ?? 0) === replicas
    && (status?.availableReplicas ?? 0) === replicas && (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
}

/** More new pods, fewer old ones, more ready or more available ones than before. */
function hasProgressed(before: DeploymentStatus | undefined, status: DeploymentStatus): boolean {
  const old = (s: DeploymentStatus | undefined) => (s?.replicas ?? 0) - (s?.updatedReplicas ?? 0)
  return (status.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) || old(status) < old(before)
    || (status.readyReplicas ?? 0) > (before?.readyReplicas ?? 0)
    || (status.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
}

function hasTimedOut(deployment: Readonly<Deployment>, conditions: Conditions, now: Date): boolean {
  const condition = conditionOf(conditions, 'Progressing')
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false
  if (condition.reason === 'ProgressDeadlineExceeded') return true
  return Date.parse(condition.lastUpdateTime ?? '') + deployment.spec.progressDeadlineSeconds! * 1000 < now.getTime()
}

/** Milliseconds until a rollout that stands still has to be looked at again, undefined when it need not be. */
export function nextProgressCheck(deployment: Readonly<Deployment>, status: DeploymentStatus, now: Date): number | undefined {
  const current = conditionOf(deployment.status?.conditions, 'Progressing')
  if (!hasProgressDeadline(deployment) || !current) return undefined
  if (isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') return undefined
  const left = Date.parse(current.lastUpdateTime ?? '') + deployment.spec.progressDeadlineSeconds! * 1000 - now.getTime()
  return left < 1000 ? Math.max(0, left) + 5 : left + 1000
}

function replicaFailure(split: Split): DeploymentCondition | undefined {
  for (const rs of split.newRS ? [split.newRS, ...split.oldRSs] : split.oldRSs) {
    const failure = rs.status?.conditions?.find(condition => condition.type === 'ReplicaFailure')
    if (failure) return { ...failure, lastUpdateTime: failure.lastTransitionTime }
  }
  return undefined
}

function compact(status: DeploymentStatus): DeploymentStatus {
  const kept = Object.entries(status).filter(([key, value]) =>
    value !== undefined && (value !== 0 || key === 'terminatingReplicas' || key === 'collisionCount')
    && !(Array.isArray(value) && value.length === 0))
  return Object.fromEntries(kept) as DeploymentStatus
}
