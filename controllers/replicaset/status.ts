import { timestamp } from '../../api/clock.ts'
import { isPodAvailable, isPodReady } from '../../api/pod-state.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Pod, PodTemplateSpec, ReplicaSetCondition, ReplicaSetStatus } from '../../api/schema/generated/types.ts'

/** What ReplicaSets and ReplicationControllers have in common. */
export interface PodOwner extends KubeObject {
  spec: { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec }
  status?: ReplicaSetStatus
}

/** What an owner says about its pods (replica_set_utils.go calculateStatus, 1.36). Zeros are left out, as upstream does. */
export function statusOf(
  owner: Readonly<PodOwner>, active: readonly Readonly<Pod>[], terminating: number | undefined, failure: unknown, now: Date,
): ReplicaSetStatus {
  const { template, minReadySeconds = 0 } = owner.spec, templateLabels = Object.entries(template?.metadata?.labels ?? {})
  let labelled = 0, ready = 0, available = 0
  for (const pod of active) {
    if (templateLabels.every(([key, value]) => pod.metadata.labels?.[key] === value)) labelled++
    if (!isPodReady(pod)) continue
    ready++
    if (isPodAvailable(pod, minReadySeconds, now)) available++
  }
  const conditions = conditionsOf(owner, active.length, failure, now)
  return {
    replicas: active.length,
    ...(labelled ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready ? { readyReplicas: ready } : {}),
    ...(available ? { availableReplicas: available } : {}),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    observedGeneration: owner.metadata.generation,
    ...(conditions.length ? { conditions } : {}),
  }
}

function conditionsOf(owner: Readonly<PodOwner>, count: number, failure: unknown, now: Date): ReplicaSetCondition[] {
  const conditions = owner.status?.conditions ?? []
  const has = conditions.some(condition => condition.type === 'ReplicaFailure')
  if (failure === undefined) return conditions.filter(condition => condition.type !== 'ReplicaFailure')
  if (has) return conditions
  const wanted = owner.spec.replicas ?? 1
  return [...conditions, {
    type: 'ReplicaFailure', status: 'True', reason: count < wanted ? 'FailedCreate' : count > wanted ? 'FailedDelete' : '',
    message: (failure as Error).message, lastTransitionTime: timestamp(now),
  }]
}
