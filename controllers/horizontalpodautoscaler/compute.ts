import type { PodMetrics } from '../../api/kinds/metrics/podmetrics.ts'
import { formatQuantity, milliValue } from '../../api/quantity.ts'
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus, Pod } from '../../api/schema/generated/types.ts'
import { verdict, type Verdict } from './conditions.ts'
import { metricsOf } from './metrics.ts'
import { replicasForAverage, replicasForUtilization, type Tolerances } from './replicas.ts'
import { withoutAdapter, type MetricProblem } from './without-adapter.ts'

/** All that the metrics of an autoscaler are held against. */
export interface Observed {
  namespace: string
  currentReplicas: number
  tolerances: Tolerances
  pods: readonly Readonly<Pod>[]
  /** What was measured, or why that could not be had. */
  metrics: readonly PodMetrics[] | Error
  now: number
}

export interface Computed {
  /** undefined: the metrics are no ground to change anything. */
  replicas?: number
  /** The metric that wants the most. */
  metric: string
  statuses: MetricStatus[]
  scalingActive: Verdict
  problems: MetricProblem[]
  error?: string
}

/** The metric that asks for the most replicas decides; one that fails forbids scaling down (computeReplicasForMetrics, 1.36). */
export function computeReplicas(specs: readonly Readonly<MetricSpec>[], observed: Observed): Computed {
  const problems: MetricProblem[] = []
  let replicas = 0, metric = ''
  const statuses = specs.map((spec): MetricStatus => {
    const found = computeMetric(spec, observed)
    if ('reason' in found) {
      problems.push(found)
      return { type: '' }
    }
    if (replicas === 0 || found.replicas > replicas) ({ replicas, metric } = found)
    return found.status
  })
  const error = problems.length === 0 ? {}
    : { error: `invalid metrics (${problems.length} invalid out of ${specs.length}), first error is: ${problems[0].error}` }
  if (problems.length > 0 && (problems.length >= specs.length || replicas < observed.currentReplicas)) {
    const [{ reason, message }] = problems
    const scalingActive = verdict('ScalingActive', 'False', reason, `the HPA was unable to compute the replica count: ${message}`)
    return { metric: '', statuses, scalingActive, problems, ...error }
  }
  const scalingActive = verdict('ScalingActive', 'True', 'ValidMetricFound',
    `the HPA was able to successfully calculate a replica count from ${metric}`)
  return { replicas, metric, statuses, scalingActive, problems, ...error }
}

interface Found { replicas: number; metric: string; status: MetricStatus }

function computeMetric(spec: Readonly<MetricSpec>, observed: Observed): Found | MetricProblem {
  const { type, resource, containerResource } = spec
  const failed = (reason: string, what: string, error: unknown): MetricProblem =>
    ({ reason, message: (error as Error).message, error: `failed to get ${what} metric value: ${(error as Error).message}` })
  if (type === 'Resource' && resource) {
    try {
      const { replicas, metric, current } = computeResource({ ...resource, container: '' }, observed)
      return { replicas, metric, status: { type, resource: { name: resource.name, current } } }
    } catch (error) {
      return failed('FailedGetResourceMetric', `${resource.name} resource`, error)
    }
  }
  if (type === 'ContainerResource' && containerResource) {
    const { name, container } = containerResource
    try {
      const { replicas, metric, current } = computeResource(containerResource, observed)
      return { replicas, metric, status: { type, containerResource: { name, container, current } } }
    } catch (error) {
      return failed('FailedGetContainerResourceMetric', `${container} container`, error)
    }
  }
  return withoutAdapter(spec, observed.namespace)
}

/** A resource of pods, or of one container in each, against its target; throws in upstream's words. */
function computeResource(
  { name, container, target }: { name: string; container: string; target: Readonly<MetricTarget> }, observed: Observed,
): { replicas: number; metric: string; current: MetricValueStatus } {
  const measured = () => {
    const { metrics } = observed
    if (metrics instanceof Error) throw new Error(`unable to get metrics for resource ${name}: ${metrics.message}`)
    return { ...observed, resource: name, container, metrics: metricsOf(name, container, metrics) }
  }
  const { averageValue, averageUtilization } = target
  if (averageValue !== undefined) {
    const target = Number(milliValue(averageValue))
    const { replicas, average } = inContext(`failed to get ${name} usage`, () => replicasForAverage(measured(), target))
    return { replicas, metric: `${name} resource`, current: { averageValue: amount(name, average) } }
  }
  if (averageUtilization === undefined) {
    throw new Error('invalid resource metric source: '
      + 'neither an average utilization target nor an average value (usage) target was set')
  }
  const { replicas, utilization, average } = inContext(
    `failed to get ${name} utilization`, () => replicasForUtilization(measured(), averageUtilization))
  return {
    replicas, metric: `${name} ${container ? 'container ' : ''}resource utilization (percentage of request)`,
    current: { averageUtilization: utilization, averageValue: amount(name, average) },
  }
}

function inContext<R>(context: string, run: () => R): R {
  try {
    return run()
  } catch (error) {
    throw new Error(`${context}: ${(error as Error).message}`)
  }
}

const amount = (resource: string, thousandths: number): string =>
  formatQuantity({ mantissa: BigInt(thousandths), scale: -3, format: resource === 'memory' ? 'BinarySI' : 'DecimalSI' })
