import type { Pod } from '../../api/schema/generated/types.ts'
import type { PodMetricsInfo } from './metrics.ts'
import { groupPods } from './pod-groups.ts'
import { requestsOf } from './requests.ts'

/** How far usage may be from its target, as a share of it, before anything is changed. */
export interface Tolerances { scaleDown: number; scaleUp: number }

/** The pods that a metric is about, and what is known of them. */
export interface Measured {
  currentReplicas: number
  tolerances: Tolerances
  pods: readonly Readonly<Pod>[]
  metrics: PodMetricsInfo
  resource: string
  /** '' for all containers. */
  container: string
  /** Milliseconds. */
  now: number
}

export interface Proposal {
  replicas: number
  /** Percent of the requests that is used; absent where the target is an amount. */
  utilization?: number
  /** What a pod uses on average, in thousandths. */
  average: number
}

/** Usage in relation to its target, of these pods. */
interface Ratio { ratio: number; utilization?: number; average: number }

/** Replicas for a target in percent of what the pods ask for (podautoscaler, GetResourceReplicas, 1.36). */
export function replicasForUtilization(measured: Measured, targetUtilization: number): Proposal {
  let requests = new Map<string, number>()
  return replicasFor(measured, {
    prepare() { requests = requestsOf(measured.pods, measured.container, measured.resource) },
    // A pod without metrics is taken to use all it asked for, or the target where that is more.
    whileMissing: name => Math.trunc((requests.get(name) ?? 0) * Math.max(100, targetUtilization) / 100),
    ratioOf(values) {
      let used = 0, asked = 0, count = 0
      for (const [name, value] of values) {
        const request = requests.get(name)
        if (request === undefined) continue
        used += value
        asked += request
        count++
      }
      if (asked === 0) throw new Error('no metrics returned matched known pods')
      const utilization = Math.trunc(used * 100 / asked)
      return { ratio: utilization / targetUtilization, utilization, average: Math.trunc(used / count) }
    },
  })
}

/** Replicas for a target amount of each pod, in thousandths (podautoscaler, calcPlainMetricReplicas, 1.36). */
export function replicasForAverage(measured: Measured, targetUsage: number): Proposal {
  return replicasFor(measured, {
    prepare() {},
    whileMissing: () => targetUsage,
    ratioOf(values) {
      const average = Math.trunc([...values.values()].reduce((sum, value) => sum + value, 0) / values.size)
      return { ratio: average / targetUsage, average }
    },
  })
}

/** What differs between the two kinds of target. */
interface Target {
  /** Reads what the ratio needs; throws when it is not there. */
  prepare(): void
  ratioOf(values: ReadonlyMap<string, number>): Ratio
  /** What a pod without metrics is taken to use when there would be fewer pods. */
  whileMissing(name: string): number
}

function replicasFor({ currentReplicas, tolerances, pods, metrics, resource, now }: Measured, target: Target): Proposal {
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count')
  const { ready, unready, missing, ignored } = groupPods(pods, metrics, resource, now)
  const counted = [...metrics].filter(([name]) => !ignored.has(name) && !unready.has(name))
  const values = new Map(counted.map(([name, { value }]) => [name, value]))
  if (values.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  target.prepare()

  const { ratio, ...said } = target.ratioOf(values), stay = { replicas: currentReplicas, ...said }
  const isWithin = (value: number) => 1 - tolerances.scaleDown <= value && value <= 1 + tolerances.scaleUp
  const upWithUnready = unready.size > 0 && ratio > 1
  if (!upWithUnready && missing.size === 0) return isWithin(ratio) ? stay : { replicas: Math.ceil(ratio * ready), ...said }

  // Pods of which nothing is known are assumed to speak against the change, so that it is damped: on the way down they use all
  // they may, on the way up nothing.
  if (ratio < 1) for (const name of missing) values.set(name, target.whileMissing(name))
  if (ratio > 1) for (const name of missing) values.set(name, 0)
  if (upWithUnready) for (const name of unready) values.set(name, 0)
  const { ratio: damped } = target.ratioOf(values)
  if (isWithin(damped) || (ratio < 1 && damped > 1) || (ratio > 1 && damped < 1)) return stay
  const replicas = Math.ceil(damped * values.size)
  const turns = (damped < 1 && replicas > currentReplicas) || (damped > 1 && replicas < currentReplicas)
  return turns ? stay : { replicas, ...said }
}
