import { defineKind } from '../../kind.ts'
import type { AutoscalingV1HorizontalPodAutoscaler, HorizontalPodAutoscaler } from '../../schema/generated/types.ts'
import { horizontalPodAutoscalers } from './horizontalpodautoscalers.ts'

/** autoscaling/v1: the stored v2 object with only the CPU target in its spec. */
export const horizontalPodAutoscalersV1 = defineKind<AutoscalingV1HorizontalPodAutoscaler>({
  group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers', singular: 'horizontalpodautoscaler', namespaced: true,
  shortNames: ['hpa'], categories: ['all'], schema: 'autoscaling.v1.HorizontalPodAutoscaler',
  subresources: { status: true },
  storedAs: { kind: horizontalPodAutoscalers, fromStored, toStored },
  defaults(draft) {
    draft.spec ??= {} as typeof draft.spec
    draft.spec.minReplicas ??= 1
  },
})

function fromStored(stored: HorizontalPodAutoscaler): AutoscalingV1HorizontalPodAutoscaler {
  const { metrics, behavior: _behavior, ...spec } = stored.spec
  const cpu = metrics?.find(metric => metric.type === 'Resource' && metric.resource?.name === 'cpu'
    && metric.resource.target.averageUtilization !== undefined)?.resource?.target.averageUtilization
  const { currentMetrics: _metrics, conditions: _conditions, ...status } = stored.status ?? { desiredReplicas: 0 }
  return {
    ...stored, apiVersion: 'autoscaling/v1',
    spec: { ...spec, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    status: { currentReplicas: 0, ...status },
  }
}

function toStored(object: AutoscalingV1HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: cpu, ...spec } = object.spec
  return {
    ...object, apiVersion: 'autoscaling/v2',
    spec: { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu ?? 80 } } }] },
    status: { currentMetrics: undefined, desiredReplicas: 0, ...object.status },
  }
}
