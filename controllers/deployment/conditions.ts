import type { DeploymentCondition } from '../../api/schema/generated/types.ts'

/** Conditions of a deployment (util/deployment_util.go, 1.36). One whose status or reason changes moves to the end. */
export type ConditionType = 'Available' | 'Progressing' | 'ReplicaFailure'
export type Conditions = readonly DeploymentCondition[]

export const conditionOf = (conditions: Conditions | undefined, type: ConditionType): DeploymentCondition | undefined =>
  conditions?.find(condition => condition.type === type)

export const newCondition = (
  type: ConditionType, status: 'True' | 'False' | 'Unknown', reason: string, message: string, now: string,
): DeploymentCondition => ({ type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message })

export const without = (conditions: Conditions, type: ConditionType): DeploymentCondition[] =>
  conditions.filter(condition => condition.type !== type)

export function withCondition(conditions: Conditions, condition: DeploymentCondition): DeploymentCondition[] {
  const type = condition.type as ConditionType, current = conditionOf(conditions, type)
  if (current && current.status === condition.status && current.reason === condition.reason) return [...conditions]
  const lastTransitionTime = current?.status === condition.status ? current.lastTransitionTime : condition.lastTransitionTime
  return [...without(conditions, type), { ...condition, lastTransitionTime }]
}
