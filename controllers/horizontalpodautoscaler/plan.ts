import { quantityToNumber } from '../../api/quantity.ts'
import type { HorizontalPodAutoscalerSpec } from '../../api/schema/generated/types.ts'
import type { Computed } from './compute.ts'
import type { Verdict } from './conditions.ts'
import type { History } from './history.ts'
import { normalize } from './normalize.ts'
import type { Tolerances } from './replicas.ts'

/** `--horizontal-pod-autoscaler-tolerance`. */
const usualTolerance = 0.1

export const tolerancesOf = ({ behavior }: Readonly<HorizontalPodAutoscalerSpec>): Tolerances => {
  const of = (tolerance: string | undefined) => (tolerance === undefined ? usualTolerance : quantityToNumber(tolerance))
  return { scaleDown: of(behavior?.scaleDown?.tolerance), scaleUp: of(behavior?.scaleUp?.tolerance) }
}

/** What the number of replicas alone decides, before anything is measured (podautoscaler, reconcileAutoscaler, 1.36). */
export type First = { act: 'rescale'; replicas: number; reason: string } | { act: 'measure' } | { act: 'disabled' }

export function planFirst(
  { minReplicas = 1, maxReplicas }: Readonly<HorizontalPodAutoscalerSpec>, currentReplicas: number,
): First {
  // Whoever scales to zero by hand switches the autoscaler off.
  if (currentReplicas === 0) return { act: 'disabled' }
  if (currentReplicas > maxReplicas) {
    return { act: 'rescale', replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' }
  }
  if (currentReplicas < minReplicas) {
    return { act: 'rescale', replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' }
  }
  return { act: 'measure' }
}

export interface Decision {
  replicas: number
  /** Why they change, for the event. */
  reason: string
  verdicts: Verdict[]
  history: History
}

/** How many replicas there shall be after measuring. */
export function planMeasured(
  { minReplicas = 1, maxReplicas, behavior }: Readonly<HorizontalPodAutoscalerSpec>,
  { replicas: desiredReplicas = 0, metric }: Pick<Computed, 'replicas' | 'metric'>,
  observed: { currentReplicas: number; history: History; now: number },
): Decision {
  const { currentReplicas } = observed
  const { verdicts, ...normalized } = normalize({ ...observed, desiredReplicas, minReplicas, maxReplicas, behavior })
  const reason = desiredReplicas > currentReplicas ? `${metric} above target`
    : desiredReplicas < currentReplicas ? 'All metrics below target' : ''
  return { ...normalized, reason, verdicts }
}
