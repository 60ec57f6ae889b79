import type { PodFailurePolicy, SuccessPolicy } from '../../schema/generated/types.ts'

/** Policies of jobs as Go's JSON of the internal types (pkg/apis/batch/types.go, 1.36). */

export function goPodFailurePolicy(policy: Readonly<PodFailurePolicy> | undefined): unknown {
  if (!policy) return null
  return {
    Rules: policy.rules?.map(({ action, onExitCodes, onPodConditions }) => ({
      Action: action ?? '',
      OnExitCodes: onExitCodes ? { ContainerName: onExitCodes.containerName ?? null, Operator: onExitCodes.operator ?? '',
        Values: onExitCodes.values ?? null } : null,
      OnPodConditions: onPodConditions?.map(({ type, status }) => ({ Type: type ?? '', Status: status ?? '' })) ?? null,
    })) ?? null,
  }
}

export function goSuccessPolicy(policy: Readonly<SuccessPolicy> | undefined): unknown {
  if (!policy) return null
  return {
    Rules: policy.rules?.map(({ succeededIndexes, succeededCount }) =>
      ({ SucceededIndexes: succeededIndexes ?? null, SucceededCount: succeededCount ?? null })) ?? null,
  }
}
