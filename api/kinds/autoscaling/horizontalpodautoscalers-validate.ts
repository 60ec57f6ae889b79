import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { formatQuantity, parseQuantity } from '../../quantity.ts'
import type {
  CrossVersionObjectReference, HorizontalPodAutoscaler, HPAScalingRules, MetricIdentifier, MetricSpec, MetricTarget,
} from '../../schema/generated/types.ts'
import { isDns1123Label, isPathSegment } from '../validation/names.ts'
import { validateContainerResourceName, validateNonnegativeQuantity } from '../validation/resource-names.ts'
import { complain, validateNonnegative } from '../validation/values.ts'

/** The rules of autoscalers (autoscaling/validation, 1.36, without HPAScaleToZero). */

const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
/** Upstream looks at the sources in this order, and into the first one only. */
const sources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const
const sourceOf: Record<string, typeof sources[number]> =
  { Object: 'object', External: 'external', Pods: 'pods', Resource: 'resource', ContainerResource: 'containerResource' }

type ReferenceRule = 'any' | 'group' | 'group or core'
type HPA = Readonly<HorizontalPodAutoscaler>

export function validateAutoscaler(next: HPA, old: HPA | undefined): FieldError[] {
  const { spec } = next, errors: FieldError[] = []
  const { minReplicas, maxReplicas = 0, scaleTargetRef = { kind: '', name: '' } } = spec
  const lowest = old?.spec.minReplicas === 0 ? 0 : 1
  if (minReplicas !== undefined && minReplicas < lowest) {
    errors.push(invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${lowest}`))
  }
  if (maxReplicas === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'))
  else if (maxReplicas < 0) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'))
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'))
  }
  errors.push(
    ...validateReference(scaleTargetRef, 'spec.scaleTargetRef', targetRule(next, old)),
    ...validateMetrics(spec.metrics ?? [], minReplicas, objectRule(old)),
    ...validateRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown'),
  )
  return errors
}

export function validateAutoscalerStatus({ status }: HPA): FieldError[] {
  return [
    ...validateNonnegative(status?.currentReplicas, 'status.currentReplicas'),
    ...validateNonnegative(status?.desiredReplicas, 'status.desiredReplicas'),
  ]
}

/** Only replication controllers are scaled in the core group; a reference that does not change is left alone. */
function targetRule(next: HPA, old: HPA | undefined): ReferenceRule {
  const ref = next.spec.scaleTargetRef, before = old?.spec.scaleTargetRef
  if (before && (before.apiVersion ?? '') === (ref?.apiVersion ?? '') && before.kind === ref?.kind) return 'any'
  return ref?.kind === 'ReplicationController' ? 'group or core' : 'group'
}

function objectRule(old: HPA | undefined): ReferenceRule {
  const wrong = (old?.spec.metrics ?? []).some(({ object }) =>
    object && apiVersionComplaint(object.describedObject?.apiVersion ?? '', 'group or core'))
  return wrong ? 'any' : 'group or core'
}

function apiVersionComplaint(apiVersion: string, rule: ReferenceRule): string | undefined {
  const parts = apiVersion.split('/')
  if (rule === 'any') return undefined
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`
  return rule === 'group' && (parts.length < 2 || parts[0] === '') ? 'apiVersion must specify API group' : undefined
}

function validateReference(ref: Readonly<CrossVersionObjectReference>, path: string, rule: ReferenceRule): FieldError[] {
  const errors = (['kind', 'name'] as const).flatMap(field => (ref[field]
    ? complain(`${path}.${field}`, ref[field], isPathSegment(ref[field])) : [required(`${path}.${field}`)]))
  const apiVersion = ref.apiVersion ?? '', complaint = apiVersionComplaint(apiVersion, rule)
  return complaint === undefined ? errors : [...errors, invalid(`${path}.apiVersion`, apiVersion, complaint)]
}

function validateMetrics(metrics: readonly MetricSpec[], minReplicas: number | undefined, rule: ReferenceRule): FieldError[] {
  const errors = metrics.flatMap((metric, i) => validateMetric(metric, `spec.metrics[${i}]`, rule))
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    errors.push(forbidden('spec.metrics',
      'must specify at least one Object or External metric to support scaling to zero replicas'))
  }
  return errors
}

function validateMetric(metric: Readonly<MetricSpec>, path: string, rule: ReferenceRule): FieldError[] {
  const { type = '' } = metric, errors: FieldError[] = []
  const unknown = !metricTypes.includes(type)
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric source type'))
  if (unknown) errors.push(notSupported(`${path}.type`, type, metricTypes))
  const present = sources.filter(source => metric[source] !== undefined)
  if (present.length > 0) errors.push(...validateSource(metric, present[0], `${path}.${present[0]}`, rule))
  const expected = unknown ? undefined : sourceOf[type]
  if (expected === undefined) errors.push(notSupported(`${path}.type`, type, metricTypes))
  else if (!metric[expected]) {
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'))
  }
  if (present.length > 1) {
    for (const source of present) {
      if (source !== expected) errors.push(forbidden(`${path}.${source}`, 'must populate the given metric source only'))
    }
  }
  return errors
}

function validateSource(
  metric: Readonly<MetricSpec>, source: typeof sources[number], path: string, rule: ReferenceRule,
): FieldError[] {
  const { object, external, pods, resource, containerResource } = metric
  const target = metric[source]?.target ?? { type: '' }, at = `${path}.target`
  const missing = (field: string, detail: string, isMissing: boolean) => (isMissing ? [required(`${at}.${field}`, detail)] : [])
  const both = (field: string, detail: string, areBoth: boolean) => (areBoth ? [forbidden(`${at}.${field}`, detail)] : [])
  const noValue = target.value === undefined && target.averageValue === undefined
  if (object && source === 'object') {
    return [
      ...validateReference(object.describedObject ?? { kind: '', name: '' }, `${path}.describedObject`, rule),
      ...validateIdentifier(object.metric, `${path}.metric`), ...validateTarget(target, at),
      ...missing('averageValue', 'must set either a target value or averageValue', noValue),
    ]
  }
  if (external && source === 'external') {
    return [
      ...validateIdentifier(external.metric, `${path}.metric`), ...validateTarget(target, at),
      ...missing('averageValue', 'must set either a target value for metric or a per-pod target', noValue),
      ...both('value', 'may not set both a target value for metric and a per-pod target',
        target.value !== undefined && target.averageValue !== undefined),
    ]
  }
  if (pods && source === 'pods') {
    return [
      ...validateIdentifier(pods.metric, `${path}.metric`), ...validateTarget(target, at),
      ...missing('averageValue', 'must specify a positive target averageValue', target.averageValue === undefined),
    ]
  }
  const name = (resource ?? containerResource)?.name, container = containerResource?.container
  const errors: FieldError[] = name ? [] : [required(`${path}.name`, 'must specify a resource name')]
  if (source === 'containerResource') {
    if (name) errors.push(...validateContainerResourceName(name, `${path}.name`))
    if (!container) errors.push(required(`${path}.container`, 'must specify a container'))
    else errors.push(...complain(`${path}.container`, container, isDns1123Label(container)))
  }
  return [
    ...errors, ...validateTarget(target, at),
    ...missing('averageUtilization', 'must set either a target raw value or a target utilization',
      target.averageUtilization === undefined && target.averageValue === undefined),
    ...both('averageValue', 'may not set both a target raw value and a target utilization',
      target.averageUtilization !== undefined && target.averageValue !== undefined),
  ]
}

function validateIdentifier(metric: Readonly<MetricIdentifier> | undefined, path: string): FieldError[] {
  const name = metric?.name
  return name ? complain(`${path}.name`, name, isPathSegment(name))
    : [required(`${path}.name`, 'must specify a metric name')]
}

function validateTarget(target: Readonly<MetricTarget>, path: string): FieldError[] {
  const { type = '', value, averageValue, averageUtilization } = target, errors: FieldError[] = []
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric target type'))
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  }
  for (const [field, text] of Object.entries({ value, averageValue })) {
    const quantity = text === undefined ? undefined : parseQuantity(text)
    if (quantity && quantity.mantissa <= 0n) {
      errors.push(invalid(`${path}.${field}`, formatQuantity(quantity), 'must be positive'))
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'))
  }
  return errors
}

function validateRules(rules: Readonly<HPAScalingRules> | undefined, path: string): FieldError[] {
  if (!rules) return []
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules, errors: FieldError[] = []
  const wrong = (field: string, value: number, detail: string) => errors.push(invalid(`${path}.${field}`, value, detail))
  if (window !== undefined && window < 0) wrong('stabilizationWindowSeconds', window, 'must be greater than or equal to zero')
  if (window !== undefined && window > 3600) wrong('stabilizationWindowSeconds', window, 'must be less than or equal to 3600')
  if (selectPolicy !== undefined && !['Disabled', 'Max', 'Min'].includes(selectPolicy)) {
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min']))
  }
  if (policies.length === 0) errors.push(required(`${path}.policies`, 'must specify at least one Policy'))
  policies.forEach(({ type = '', value = 0, periodSeconds = 0 }, i) => {
    const at = `policies[${i}]`
    if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(`${path}.${at}.type`, type, ['Percent', 'Pods']))
    if (value <= 0) wrong(`${at}.value`, value, 'must be greater than zero')
    if (periodSeconds <= 0) wrong(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero')
    if (periodSeconds > 1800) wrong(`${at}.periodSeconds`, periodSeconds, 'must be less than or equal to 1800')
  })
  if (tolerance !== undefined) errors.push(...validateNonnegativeQuantity(tolerance, `${path}.tolerance`))
  return errors
}
