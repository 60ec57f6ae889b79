import { defineKind } from '../../kind.ts'
import type { HorizontalPodAutoscaler } from '../../schema/generated/types.ts'

export const horizontalPodAutoscalers = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers', singular: 'horizontalpodautoscaler', namespaced: true,
  shortNames: ['hpa'], categories: ['all'], schema: 'autoscaling.v2.HorizontalPodAutoscaler',
  subresources: { status: true },
})
