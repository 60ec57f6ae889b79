import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from '../../api/schema/generated/types.ts'
import { within, type History } from './history.ts'

/** `--horizontal-pod-autoscaler-downscale-stabilization`, in seconds. */
export const downscaleStabilization = 300

export const windowOf = (rules: Readonly<HPAScalingRules> | undefined, otherwise: number): number =>
  rules?.stabilizationWindowSeconds ?? otherwise

/** The longest period that a policy looks back, in seconds. */
const longestPeriod = (rules: Readonly<HPAScalingRules> | undefined): number =>
  Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds))
export const longestPeriods = ({ scaleUp, scaleDown }: Readonly<HorizontalPodAutoscalerBehavior>) =>
  ({ up: longestPeriod(scaleUp), down: longestPeriod(scaleDown) })

/** How many replicas there were when a policy's period began. */
function atPeriodStart(currentReplicas: number, { ups, downs }: History, seconds: number, now: number): number {
  const sum = (events: readonly { change: number; at: number }[]) =>
    within(events, seconds, now).reduce((total, { change }) => total + change, 0)
  return currentReplicas - sum(ups) + sum(downs)
}

/** The most replicas that the policies for scaling up allow now (calculateScaleUpLimitWithScalingRules, 1.36). */
export function scaleUpLimit(rules: Readonly<HPAScalingRules>, currentReplicas: number, history: History, now: number): number {
  if (rules.selectPolicy === 'Disabled') return currentReplicas
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = atPeriodStart(currentReplicas, history, periodSeconds, now)
    // Rounded up: a small percentage of few replicas would never let them grow.
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100))
  })
  const limit = rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
  return Math.max(limit, currentReplicas)
}

/** The fewest replicas that the policies for scaling down allow now (calculateScaleDownLimitWithBehaviors, 1.36). */
export function scaleDownLimit(rules: Readonly<HPAScalingRules>, currentReplicas: number, history: History, now: number): number {
  if (rules.selectPolicy === 'Disabled') return currentReplicas
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = atPeriodStart(currentReplicas, history, periodSeconds, now)
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100))
  })
  const limit = rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
  return Math.min(limit, currentReplicas)
}
