import type { LabelSelector, MetricSpec } from '../../api/schema/generated/types.ts'

/** Why a metric could not be used: the event that says so, and how the autoscaler's own error continues. */
export interface MetricProblem {
  reason: string
  /** Of the event, and after `the HPA was unable to compute the replica count: ` in the condition. */
  message: string
  /** In the error about all metrics. */
  error: string
}

const noCustomMetrics =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'
const noExternalMetrics = (name: string) =>
  'unable to fetch metrics from external metrics API: '
  + `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`

/**
 * Metrics that are not of pods' resources come from APIs of adapters, which this cluster has not: what the controller says then
 * (podautoscaler, computeStatusFor…Metric, 1.36). The odd order of words in the second one is upstream's.
 */
export function withoutAdapter({ type, pods, object, external }: Readonly<MetricSpec>, namespace: string): MetricProblem {
  switch (type) {
    case 'Pods': {
      const message = `unable to get metric ${pods!.metric.name}: ${noCustomMetrics}`
      return { reason: 'FailedGetPodsMetric', message, error: `failed to get pods metric value: ${message}` }
    }
    case 'Object': {
      const { metric, describedObject, target } = object!
      const { kind, name } = describedObject
      const message = `unable to get metric ${metric.name}: ${kind} on ${namespace} ${name}/${noCustomMetrics}`
      const error = target.type === 'Value' ? message : `failed to get ${metric.name} object metric: ${message}`
      return { reason: 'FailedGetObjectMetric', message, error: `failed to get object metric value: ${error}` }
    }
    case 'External': {
      const { metric: { name, selector }, target } = external!
      const message = `unable to get external metric ${namespace}/${name}/${inGo(selector)}: ${noExternalMetrics(name)}`
      const error = target.averageValue === undefined ? `failed to get external metric ${name}: ${message}`
        : `failed to get ${name} external metric: ${message}`
      return { reason: 'FailedGetExternalMetric', message, error: `failed to get ${name} external metric value: ${error}` }
    }
    default: {
      const message = `unknown metric source type ${JSON.stringify(type)}`
      return { reason: 'InvalidMetricSourceType', message, error: message }
    }
  }
}

/** A LabelSelector as Go prints it. */
function inGo(selector: Readonly<LabelSelector> | undefined): string {
  if (!selector) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`)
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},`
    + `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
