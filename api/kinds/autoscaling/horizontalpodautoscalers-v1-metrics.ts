import { isZeroQuantity } from '../../quantity.ts'
import type { HorizontalPodAutoscalerBehavior, HPAScalingRules, MetricSpec, MetricStatus } from '../../schema/generated/types.ts'

/**
 * What autoscaling/v1 has no fields for and keeps in annotations, in the JSON of its own unpublished types
 * (pkg/apis/autoscaling/v1/conversion.go, 1.36). The order of members is theirs.
 */

type Loose = Record<string, any>

const present = (object: Loose): Loose =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))
const reference = ({ kind = '', name = '', apiVersion }: Loose = {}) =>
  present({ kind, name, apiVersion: apiVersion || undefined })

export function metricToV1(metric: Readonly<MetricSpec>): Loose {
  const { type, object, pods, resource, containerResource, external } = metric
  const ofResource = (source: NonNullable<MetricSpec['resource']>) => ({
    name: source.name, targetAverageUtilization: source.target.averageUtilization, targetAverageValue: source.target.averageValue,
  })
  return present({
    type,
    object: object && present({
      target: reference(object.describedObject), metricName: object.metric.name, targetValue: object.target.value ?? '0',
      selector: object.metric.selector, averageValue: object.target.averageValue,
    }),
    pods: pods && present({
      metricName: pods.metric.name, targetAverageValue: pods.target.averageValue ?? '0', selector: pods.metric.selector,
    }),
    resource: resource && present(ofResource(resource)),
    containerResource: containerResource && present({ ...ofResource(containerResource), container: containerResource.container }),
    external: external && present({
      metricName: external.metric.name, metricSelector: external.metric.selector,
      targetValue: external.target.value, targetAverageValue: external.target.averageValue,
    }),
  })
}

export function metricFromV1({ type = '', object, pods, resource, containerResource, external }: Loose): MetricSpec {
  const ofResource = (source: Loose) => ({ name: source.name ?? '', target: present({
    type: source.targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
    averageValue: source.targetAverageValue, averageUtilization: source.targetAverageUtilization,
  }) })
  const metric = (name: unknown, selector: unknown) => present({ name: name ?? '', selector })
  // A target value next to an average one is kept only when it says something.
  const objectValue = object && (object.averageValue === undefined || !isZeroQuantity(object.targetValue ?? '0')
    ? object.targetValue ?? '0' : undefined)
  return present({
    type,
    object: object && {
      describedObject: reference(object.target), metric: metric(object.metricName, object.selector),
      target: present({
        type: object.averageValue === undefined ? 'Value' : 'AverageValue', value: objectValue, averageValue: object.averageValue,
      }),
    },
    pods: pods && {
      metric: metric(pods.metricName, pods.selector),
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue ?? '0' },
    },
    resource: resource && ofResource(resource),
    containerResource: containerResource && { ...ofResource(containerResource), container: containerResource.container ?? '' },
    external: external && {
      metric: metric(external.metricName, external.metricSelector),
      target: present({
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue, averageValue: external.targetAverageValue,
      }),
    },
  }) as MetricSpec
}

export function statusToV1({ type = '', object, pods, resource, containerResource, external }: Readonly<MetricStatus>): Loose {
  const ofResource = (source: NonNullable<MetricStatus['resource']>) => ({
    name: source.name, currentAverageUtilization: source.current.averageUtilization,
    currentAverageValue: source.current.averageValue ?? '0',
  })
  return present({
    type,
    object: object && present({
      target: reference(object.describedObject), metricName: object.metric.name, currentValue: object.current.value ?? '0',
      selector: object.metric.selector, averageValue: object.current.averageValue,
    }),
    pods: pods && present({
      metricName: pods.metric.name, currentAverageValue: pods.current.averageValue ?? '0', selector: pods.metric.selector,
    }),
    resource: resource && present(ofResource(resource)),
    containerResource: containerResource && present({ ...ofResource(containerResource), container: containerResource.container }),
    external: external && present({
      metricName: external.metric.name, metricSelector: external.metric.selector,
      currentValue: external.current.value ?? '0', currentAverageValue: external.current.averageValue,
    }),
  })
}

export function statusFromV1({ type = '', object, pods, resource, containerResource, external }: Loose): MetricStatus {
  const ofResource = (source: Loose) => ({ name: source.name ?? '', current: present({
    averageValue: source.currentAverageValue ?? '0', averageUtilization: source.currentAverageUtilization,
  }) })
  const metric = (name: unknown, selector: unknown) => present({ name: name ?? '', selector })
  return present({
    type,
    object: object && {
      metric: metric(object.metricName, object.selector), describedObject: reference(object.target),
      current: present({ value: object.currentValue ?? '0', averageValue: object.averageValue }),
    },
    pods: pods && { metric: metric(pods.metricName, pods.selector), current: { averageValue: pods.currentAverageValue ?? '0' } },
    resource: resource && ofResource(resource),
    containerResource: containerResource && { ...ofResource(containerResource), container: containerResource.container ?? '' },
    external: external && {
      metric: metric(external.metricName, external.metricSelector),
      current: present({ value: external.currentValue ?? '0', averageValue: external.currentAverageValue }),
    },
  }) as MetricStatus
}

/** Upstream writes its internal type here, whose members have Go's names. */
export function behaviorToV1({ scaleUp, scaleDown }: Readonly<HorizontalPodAutoscalerBehavior>): Loose {
  const rules = (from: HPAScalingRules | undefined) => (from ? {
    StabilizationWindowSeconds: from.stabilizationWindowSeconds ?? null, SelectPolicy: from.selectPolicy ?? null,
    Policies: from.policies?.map(({ type, value, periodSeconds }) =>
      ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null,
    Tolerance: from.tolerance ?? null,
  } : null)
  return { ScaleUp: rules(scaleUp), ScaleDown: rules(scaleDown) }
}

export function behaviorFromV1({ ScaleUp, ScaleDown }: Loose): HorizontalPodAutoscalerBehavior | undefined {
  const rules = (from: Loose | null | undefined) => (from ? present({
    stabilizationWindowSeconds: from.StabilizationWindowSeconds, selectPolicy: from.SelectPolicy,
    policies: from.Policies?.map((policy: Loose) =>
      ({ type: policy.Type, value: policy.Value, periodSeconds: policy.PeriodSeconds })),
    tolerance: from.Tolerance,
  }) : undefined)
  return ScaleUp || ScaleDown ? present({ scaleUp: rules(ScaleUp), scaleDown: rules(ScaleDown) }) : undefined
}
