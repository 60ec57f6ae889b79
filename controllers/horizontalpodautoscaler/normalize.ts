import type { HorizontalPodAutoscalerBehavior } from '../../api/schema/generated/types.ts'
import { downscaleStabilization, scaleDownLimit, scaleUpLimit, windowOf } from './behavior.ts'
import { verdict, type Verdict } from './conditions.ts'
import { recommended, within, type History } from './history.ts'

/** What the metrics ask for, and what stands between that and the number of replicas to have. */
export interface Wish {
  currentReplicas: number
  /** As the metrics have it. */
  desiredReplicas: number
  minReplicas: number
  maxReplicas: number
  behavior?: Readonly<HorizontalPodAutoscalerBehavior>
  history: History
  now: number
}

export interface Normalized {
  replicas: number
  verdicts: [ableToScale: Verdict, scalingLimited: Verdict]
  history: History
}

/** Holds a wish against recent ones, the limits of its speed and the bounds (podautoscaler, normalizeDesiredReplicas, 1.36). */
export function normalize(wish: Wish): Normalized {
  const { desiredReplicas, behavior, history, now } = wish
  const stabilized = behavior ? stabilizeWithBehavior(wish, behavior) : stabilize(wish)
  const { replicas, reason, message } = behavior ? limitWithBehavior(wish, behavior, stabilized.replicas)
    : limit(wish, stabilized.replicas)
  const isStable = stabilized.replicas === desiredReplicas
  return {
    replicas,
    verdicts: [
      isStable ? verdict('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size')
        : verdict('AbleToScale', 'True', stabilized.reason, stabilized.message),
      verdict('ScalingLimited', replicas === stabilized.replicas ? 'False' : 'True', reason, message),
    ],
    history: recommended(history, desiredReplicas, stabilized.longestWindow, now),
  }
}

interface Explained { replicas: number; reason: string; message: string }
interface Stabilized extends Explained { longestWindow: number }

const downStabilized = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
}
const upStabilized = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
}

/** Without a behavior only scaling down waits: the highest wish of the last five minutes counts. */
function stabilize({ desiredReplicas, history, now }: Wish): Stabilized {
  const recent = history.recommendations.filter(({ at }) => at >= now - downscaleStabilization * 1000)
  const replicas = Math.max(desiredReplicas, ...recent.map(each => each.replicas))
  return { replicas, ...downStabilized, longestWindow: downscaleStabilization }
}

/** Both ways have a window: replicas stay as near to the current ones as the wishes of the windows leave room for. */
function stabilizeWithBehavior(
  { currentReplicas, desiredReplicas, history, now }: Wish, { scaleUp, scaleDown }: Readonly<HorizontalPodAutoscalerBehavior>,
): Stabilized {
  const upWindow = windowOf(scaleUp, 0), downWindow = windowOf(scaleDown, downscaleStabilization)
  const recent = (seconds: number) => within(history.recommendations, seconds, now).map(({ replicas }) => replicas)
  const atLeast = Math.min(desiredReplicas, ...recent(upWindow)), atMost = Math.max(desiredReplicas, ...recent(downWindow))
  return {
    replicas: Math.min(Math.max(currentReplicas, atLeast), atMost),
    ...(desiredReplicas >= currentReplicas ? upStabilized : downStabilized), longestWindow: Math.max(upWindow, downWindow),
  }
}

const inRange = (replicas: number): Explained =>
  ({ replicas, reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' })
const tooFew = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
const tooMany = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
const tooFastUp =
  { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' }
const tooFastDown =
  { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' }

/** Replicas at most double at a look, or grow to four (convertDesiredReplicasWithRules). */
function limit({ currentReplicas, minReplicas, maxReplicas }: Wish, desired: number): Explained {
  const fastest = Math.max(2 * currentReplicas, 4), most = Math.min(maxReplicas, fastest)
  if (desired < minReplicas) return { replicas: minReplicas, ...tooFew }
  if (desired > most) return { replicas: most, ...(maxReplicas > fastest ? tooFastUp : tooMany) }
  return inRange(desired)
}

/** The policies say how fast (convertDesiredReplicasWithBehaviorRate). */
function limitWithBehavior(
  { currentReplicas, minReplicas, maxReplicas, history, now }: Wish,
  { scaleUp = {}, scaleDown = {} }: Readonly<HorizontalPodAutoscalerBehavior>, desired: number,
): Explained {
  if (desired > currentReplicas) {
    const fastest = scaleUpLimit(scaleUp, currentReplicas, history, now), most = Math.min(maxReplicas, fastest)
    if (desired > most) return { replicas: most, ...(maxReplicas > fastest ? tooFastUp : tooMany) }
  } else if (desired < currentReplicas) {
    const fastest = scaleDownLimit(scaleDown, currentReplicas, history, now), fewest = Math.max(minReplicas, fastest)
    if (desired < fewest) return { replicas: fewest, ...(minReplicas < fastest ? tooFastDown : tooFew) }
  }
  return inRange(desired)
}
