import { defineKind } from '../../kind.ts'
import type { ObjectMeta } from '../../object.ts'
import type {
  AutoscalingV1HorizontalPodAutoscaler, HorizontalPodAutoscaler, MetricSpec, MetricStatus,
} from '../../schema/generated/types.ts'
import { autoscalerColumns } from './horizontalpodautoscalers-columns.ts'
import { validateAutoscaler, validateAutoscalerStatus } from './horizontalpodautoscalers-validate.ts'
import {
  behaviorFromV1, behaviorToV1, metricFromV1, metricToV1, statusFromV1, statusToV1,
} from './horizontalpodautoscalers-v1-metrics.ts'
import { defaultMetric, horizontalPodAutoscalers } from './horizontalpodautoscalers.ts'

type V1 = AutoscalingV1HorizontalPodAutoscaler

const prefix = 'autoscaling.alpha.kubernetes.io/'
const inSpec = ['metrics', 'behavior', 'scale-down-tolerance', 'scale-up-tolerance'], inStatus = ['current-metrics', 'conditions']
const kept = new Set([...inSpec, ...inStatus].map(name => prefix + name))

/** autoscaling/v1: the stored v2 object with only the CPU target in its spec, and the rest in annotations. */
export const horizontalPodAutoscalersV1 = defineKind<V1>({
  group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers', singular: 'horizontalpodautoscaler', namespaced: true,
  shortNames: ['hpa'], categories: ['all'], schema: 'autoscaling.v1.HorizontalPodAutoscaler',
  subresources: { status: true },
  storedAs: { kind: horizontalPodAutoscalers, fromStored, toStored },
  defaults(draft) {
    if (!draft.spec) return
    draft.spec.minReplicas ??= 1
    // What the stored object gets by default shows in this version too, and is managed by whoever wrote it.
    const { metadata, spec } = fromStored(toStored(draft))
    Object.assign(draft, { metadata, spec })
  },
  prepareForCreate(draft) {
    draft.status = { currentReplicas: 0, desiredReplicas: 0 }
  },
  prepareForUpdate(draft, old, { subresource }) {
    // What stands in annotations is a part of the spec or of the status, and of them only one is written.
    const before = old.metadata.annotations ?? {}, annotations = { ...draft.metadata.annotations }
    for (const name of subresource === 'status' ? inSpec : inStatus) {
      const key = prefix + name
      if (Object.hasOwn(before, key)) annotations[key] = before[key]
      else delete annotations[key]
    }
    draft.metadata.annotations = annotations
  },
  validate: (next, old, { subresource }) => (subresource === 'status' ? validateAutoscalerStatus(toStored(next))
    : validateAutoscaler(toStored(next), old && toStored(old))),
  columns: autoscalerColumns.map(column => ({ ...column, value: (object, now) => column.value(toStored(object), now) })),
})

const isCPU = (metric: Readonly<MetricSpec>) =>
  metric.type === 'Resource' && metric.resource?.name === 'cpu' && metric.resource.target.averageUtilization !== undefined

function withAnnotations(metadata: Readonly<ObjectMeta>, added: Record<string, unknown>): ObjectMeta {
  const { annotations = {}, ...rest } = metadata
  const next = Object.fromEntries([
    ...Object.entries(annotations).filter(([key]) => !kept.has(key)),
    ...Object.entries(added).filter(([, value]) => value !== undefined).map(([name, value]) =>
      [prefix + name, JSON.stringify(value)]),
  ])
  return { ...rest, ...Object.keys(next).length > 0 ? { annotations: next } : {} }
}

const some = <T>(list: readonly T[]) => (list.length > 0 ? list : undefined)

function fromStored(stored: Readonly<HorizontalPodAutoscaler>): V1 {
  const { metrics = [], behavior, ...spec } = stored.spec
  const { currentMetrics, conditions, ...status } = stored.status ?? { desiredReplicas: 0 }
  const cpu = metrics.find(isCPU)?.resource?.target.averageUtilization
  const currentCPU = currentMetrics?.findLast(({ type, resource }) =>
    type === 'Resource' && resource?.name === 'cpu' && resource.current.averageUtilization !== undefined)
    ?.resource?.current.averageUtilization
  return {
    ...stored, apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(stored.metadata, {
      metrics: some(metrics.filter(metric => !isCPU(metric)).map(metricToV1)),
      'current-metrics': some((currentMetrics ?? []).map(statusToV1)),
      behavior: behavior && behaviorToV1(behavior),
      conditions: some((conditions ?? []).map(({ type, status, lastTransitionTime, reason, message }) => ({
        type, status, lastTransitionTime: lastTransitionTime ?? null, ...reason ? { reason } : {}, ...message ? { message } : {},
      }))),
    }),
    spec: { ...spec, ...cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu } },
    status: {
      currentReplicas: 0, ...status,
      ...currentCPU === undefined ? {} : { currentCPUUtilizationPercentage: currentCPU },
    },
  }
}

/** The JSON in an annotation; what can't be read is left aside, as upstream does. */
function annotation(object: Readonly<V1>, name: string): any {
  try {
    return JSON.parse(object.metadata.annotations?.[prefix + name] ?? 'null')
  } catch {
    return null
  }
}

function annotatedList<T>(object: Readonly<V1>, name: string, convert: (item: Record<string, any>) => T): T[] {
  const list: unknown = annotation(object, name)
  return Array.isArray(list) ? list.filter(item => typeof item === 'object' && item !== null).map(convert) : []
}

function toStored(object: Readonly<V1>): HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: cpu, ...spec } = object.spec
  const { currentCPUUtilizationPercentage: currentCPU, currentReplicas, ...status } = object.status
    ?? { currentReplicas: 0, desiredReplicas: 0 }
  const metrics = annotatedList(object, 'metrics', metricFromV1)
  if (cpu !== undefined) metrics.push(defaultMetric(cpu))
  const annotated: MetricStatus[] = annotatedList(object, 'current-metrics', statusFromV1)
  const measured = annotated.length > 0 ? annotated : currentCPU === undefined ? undefined
    : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: currentCPU } } }]
  const behavior = behaviorFromV1(annotation(object, 'behavior') ?? {}), conditions = annotation(object, 'conditions')
  return {
    ...object, apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object.metadata, {}),
    spec: { ...spec, metrics: metrics.length > 0 ? metrics : [defaultMetric()], ...behavior ? { behavior } : {} },
    status: {
      ...status, ...currentReplicas ? { currentReplicas } : {},
      currentMetrics: measured ?? null as never,
      ...Array.isArray(conditions) ? { conditions } : {},
    },
  }
}
