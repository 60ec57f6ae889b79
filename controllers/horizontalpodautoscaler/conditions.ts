import type { HorizontalPodAutoscalerCondition } from '../../api/schema/generated/types.ts'

/**
 * Conditions of an autoscaler. One that is there keeps its place, and its time while its status stays (setConditionInList, 1.36).
 */
export type Conditions = readonly HorizontalPodAutoscalerCondition[]
export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited'

/** A condition as decisions name it, still without its time. */
export interface Verdict { type: ConditionType; status: 'True' | 'False'; reason: string; message: string }

export const verdict = (type: ConditionType, status: 'True' | 'False', reason: string, message: string): Verdict =>
  ({ type, status, reason, message })

export function withCondition(conditions: Conditions, { type, status, reason, message }: Verdict, now: string): Conditions {
  const old = conditions.find(each => each.type === type)
  const next = { type, status, lastTransitionTime: old?.status === status ? old.lastTransitionTime : now, reason, message }
  return old ? conditions.map(each => (each === old ? next : each)) : [...conditions, next]
}
