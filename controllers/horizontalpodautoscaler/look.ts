import { timestamp } from '../../api/clock.ts'
import { same } from '../../api/edit.ts'
import type { Kind } from '../../api/kind.ts'
import { horizontalPodAutoscalers } from '../../api/kinds/autoscaling/horizontalpodautoscalers.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { keyOf } from '../../api/object.ts'
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus } from '../../api/schema/generated/types.ts'
import type { Tools } from '../runtime/controller.ts'
import { longestPeriods } from './behavior.ts'
import { computeReplicas, type Computed } from './compute.ts'
import { verdict, withCondition, type Conditions, type Verdict } from './conditions.ts'
import { beginHistory, scaled, type History } from './history.ts'
import { fetchPodMetrics } from './metrics.ts'
import { planFirst, planMeasured, tolerancesOf } from './plan.ts'
import type { Selectors } from './selectors.ts'
import { readTarget, rescale, type Target } from './target.ts'

/** What is remembered from look to look, for all autoscalers. */
export interface Memory { histories: Map<string, History>; selectors: Selectors }

/** One look at one autoscaler (podautoscaler, reconcileAutoscaler, 1.36): conditions gather on the way, one status is written. */
export class Look {
  #autoscaler: Readonly<HorizontalPodAutoscaler>
  #tools: Tools
  #memory: Memory
  #key: string
  #now: Date
  #conditions: Conditions

  constructor(autoscaler: Readonly<HorizontalPodAutoscaler>, tools: Tools, memory: Memory) {
    this.#autoscaler = autoscaler
    this.#tools = tools
    this.#memory = memory
    this.#key = keyOf(autoscaler)
    this.#now = tools.clock.now()
    this.#conditions = autoscaler.status?.conditions ?? []
  }

  async run(kinds: readonly Kind[]): Promise<void> {
    let target: Target
    try {
      target = await readTarget(this.#tools.client, kinds, this.#autoscaler)
    } catch (error) {
      const { message } = error as Error
      this.#warn('FailedGetScale', message)
      this.#set(verdict('AbleToScale', 'False', 'FailedGetScale',
        `the HPA controller was unable to get the target's current scale: ${message}`))
      return this.#write({})
    }
    this.#set(verdict('AbleToScale', 'True', 'SucceededGetScale',
      "the HPA controller was able to get the target's current scale"))
    const { spec, status } = this.#autoscaler, { histories } = this.#memory, now = this.#now.getTime()
    const currentReplicas = target.scale.spec?.replicas ?? 0
    const history = histories.get(this.#key) ?? beginHistory(currentReplicas, now)
    histories.set(this.#key, history)

    const first = planFirst(spec, currentReplicas)
    if (first.act === 'rescale') return this.#scale(target, first.replicas, first.reason)
    if (first.act === 'disabled') {
      this.#set(verdict('ScalingActive', 'False', 'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero'))
      return this.#write({ currentReplicas, currentMetrics: undefined, desiredReplicas: 0 })
    }
    const computed = await this.#measure(target, currentReplicas)
    if (computed.replicas === undefined) {
      await this.#write({ currentReplicas, currentMetrics: computed.statuses, desiredReplicas: status?.desiredReplicas ?? 0 })
      return this.#warn('FailedComputeMetricsReplicas', computed.error ?? '')
    }
    const decision = planMeasured(spec, computed, { currentReplicas, history, now })
    decision.verdicts.forEach(this.#set)
    histories.set(this.#key, decision.history)
    return this.#scale(target, decision.replicas, decision.reason, computed.statuses)
  }

  /** What the metrics ask for; the condition and the events about them are written. */
  async #measure({ scale }: Target, currentReplicas: number): Promise<Partial<Computed> & Pick<Computed, 'metric'>> {
    const { informers, client } = this.#tools, { namespace = '' } = this.#autoscaler.metadata, { spec } = this.#autoscaler
    const selector = scale.status?.selector ?? ''
    const selected = this.#memory.selectors.check(this.#key, selector, informers.of(pods).list(namespace))
    if ('error' in selected) {
      const { event, reason, message, error } = selected
      this.#warn(event, error)
      this.#set(verdict('ScalingActive', 'False', reason, message))
      return { metric: '', error }
    }
    const metrics = await fetchPodMetrics(client, namespace, selector).catch((error: Error) => error)
    const computed = computeReplicas(spec.metrics ?? [], {
      namespace, currentReplicas, metrics, pods: selected.pods, tolerances: tolerancesOf(spec), now: this.#now.getTime(),
    })
    for (const { reason, message } of computed.problems) this.#warn(reason, message)
    this.#set(computed.scalingActive)
    return computed
  }

  /** Brings the target to the number of replicas, if it is another one, and says how that went. */
  async #scale(target: Target, replicas: number, reason: string, currentMetrics?: MetricStatus[]): Promise<void> {
    const { spec, status } = this.#autoscaler, { histories } = this.#memory
    const currentReplicas = target.scale.spec?.replicas ?? 0
    if (replicas === currentReplicas) return this.#write({ currentReplicas, currentMetrics, desiredReplicas: replicas })
    try {
      await rescale(this.#tools.client, target, replicas)
    } catch (error) {
      const { message } = error as Error
      this.#warn('FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${message}`)
      this.#set(verdict('AbleToScale', 'False', 'FailedUpdateScale',
        `the HPA controller was unable to update the target scale: ${message}`))
      return this.#write({ currentReplicas, currentMetrics, desiredReplicas: status?.desiredReplicas ?? 0 })
    }
    this.#set(verdict('AbleToScale', 'True', 'SucceededRescale',
      `the HPA controller was able to update the target scale to ${replicas}`))
    this.#tools.recorder.record(this.#autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`)
    const history = histories.get(this.#key)
    if (spec.behavior && history) {
      histories.set(this.#key, scaled(history, replicas - currentReplicas, longestPeriods(spec.behavior), this.#now.getTime()))
    }
    return this.#write({ currentReplicas, currentMetrics, desiredReplicas: replicas, lastScaleTime: timestamp(this.#now) })
  }

  #set = (said: Verdict): void => { this.#conditions = withCondition(this.#conditions, said, timestamp(this.#now)) }

  #warn(reason: string, message: string): void { this.#tools.recorder.record(this.#autoscaler, 'Warning', reason, message) }

  /** Writes the status, unless it says the same as before. */
  async #write(change: Partial<HorizontalPodAutoscalerStatus>): Promise<void> {
    const { status: old, ...rest } = this.#autoscaler
    const { observedGeneration: _, ...kept } = { desiredReplicas: 0, ...old }
    const status = present({ ...kept, ...change, conditions: [...this.#conditions] })
    if (same(present({ ...old }), status)) return
    const next = { ...rest, status } as HorizontalPodAutoscaler
    try {
      await this.#tools.client.update(horizontalPodAutoscalers, next, { subresource: 'status' })
    } catch (error) {
      this.#warn('FailedUpdateStatus', (error as Error).message)
      throw error
    }
  }
}

/** Without what is not there, and with the null that Go writes for metrics that are not there. */
function present({ currentMetrics, ...status }: Partial<HorizontalPodAutoscalerStatus>): object {
  const said = Object.entries(status).filter(([, value]) => value !== undefined && value !== null)
  return { ...Object.fromEntries(said), currentMetrics: currentMetrics ?? null }
}
