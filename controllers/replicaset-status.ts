import { timestamp } from '../api/clock.ts'
import { isPodAvailable, isPodReady } from '../api/pod-state.ts'
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../api/schema/generated/types.ts'

/** What a ReplicaSet says about its pods (replica_set_utils.go calculateStatus, 1.36). Zeros are left out, as upstream does. */
export function replicaSetStatusOf(
  rs: Readonly<ReplicaSet>, active: readonly Readonly<Pod>[], terminating: number | undefined, failure: unknown, now: Date,
): ReplicaSetStatus {
  const templateLabels = Object.entries(rs.spec.template?.metadata?.labels ?? {}), minReadySeconds = rs.spec.minReadySeconds ?? 0
  let labelled = 0, ready = 0, available = 0
  for (const pod of active) {
    if (templateLabels.every(([key, value]) => pod.metadata.labels?.[key] === value)) labelled++
    if (!isPodReady(pod)) continue
    ready++
    if (isPodAvailable(pod, minReadySeconds, now)) available++
  }
  const conditions = conditionsOf(rs, active.length, failure, now)
  return {
    replicas: active.length,
    ...(labelled ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready ? { readyReplicas: ready } : {}),
    ...(available ? { availableReplicas: available } : {}),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    observedGeneration: rs.metadata.generation,
    ...(conditions.length ? { conditions } : {}),
  }
}

function conditionsOf(rs: Readonly<ReplicaSet>, count: number, failure: unknown, now: Date): ReplicaSetCondition[] {
  const conditions = rs.status?.conditions ?? []
  const has = conditions.some(condition => condition.type === 'ReplicaFailure')
  if (failure === undefined) return conditions.filter(condition => condition.type !== 'ReplicaFailure')
  if (has) return conditions
  const wanted = rs.spec.replicas ?? 1
  return [...conditions, {
    type: 'ReplicaFailure', status: 'True', reason: count < wanted ? 'FailedCreate' : count > wanted ? 'FailedDelete' : '',
    message: (failure as Error).message, lastTransitionTime: timestamp(now),
  }]
}
