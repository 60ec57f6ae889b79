import { defineKind } from '../../kind.ts'
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../schema/generated/types.ts'
import { autoscalerColumns } from './horizontalpodautoscalers-columns.ts'
import { validateAutoscaler, validateAutoscalerStatus } from './horizontalpodautoscalers-validate.ts'

/** What a metric is by default: 80 % of the CPU that the pods ask for. */
/** Percent of what the pods request. */
export const defaultCPU = 80

export const defaultMetric = (utilization = defaultCPU) =>
  ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: utilization } } })

export const horizontalPodAutoscalers = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers', singular: 'horizontalpodautoscaler', namespaced: true,
  shortNames: ['hpa'], categories: ['all'], schema: 'autoscaling.v2.HorizontalPodAutoscaler',
  subresources: { status: true },
  defaults({ spec }) {
    if (!spec) return
    spec.minReplicas ??= 1
    if (!spec.metrics?.length) spec.metrics = [defaultMetric()]
    if (!spec.behavior) return
    spec.behavior.scaleUp = withDefaults(spec.behavior.scaleUp, {
      stabilizationWindowSeconds: 0, selectPolicy: 'Max',
      policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }],
    })
    // How long scaling down waits is the controller's own setting.
    spec.behavior.scaleDown = withDefaults(spec.behavior.scaleDown, {
      selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    })
  },
  prepareForCreate(draft) {
    draft.status = noStatus()
  },
  validate: (next, old, { subresource }) =>
    (subresource === 'status' ? validateAutoscalerStatus(next) : validateAutoscaler(next, old)),
  columns: autoscalerColumns,
})

/** The status of a new autoscaler, with the null that Go writes for it. */
export const noStatus = () => ({ desiredReplicas: 0, currentMetrics: null as never })

function withDefaults(rules: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules {
  const given = Object.fromEntries(Object.entries(rules ?? {}).filter(([, value]) => value !== undefined && value !== null))
  return { ...defaults, ...given }
}
