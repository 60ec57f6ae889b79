import { defineKind } from '../../kind.ts'
import { nameColumn } from '../columns.ts'
import { usageColumns, type Measured, type Usage } from './usage.ts'

export interface PodMetrics extends Measured { containers: readonly { name: string; usage: Usage }[] }

/** What pods use, as metrics-server serves it. Nothing stores it: it is none of the built-in kinds. */
export const podMetrics = defineKind<PodMetrics>({
  group: 'metrics.k8s.io', version: 'v1beta1', kind: 'PodMetrics', plural: 'pods', singular: 'podmetrics', namespaced: true,
  schema: 'metrics.v1beta1.PodMetrics', verbs: ['get', 'list'],
  columns: [nameColumn, ...usageColumns<PodMetrics>(({ containers }) => containers.map(({ usage }) => usage))],
})
