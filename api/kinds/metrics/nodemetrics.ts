import { defineKind } from '../../kind.ts'
import { nameColumn } from '../columns.ts'
import { usageColumns, type Measured, type Usage } from './usage.ts'

export interface NodeMetrics extends Measured { usage: Usage }

/** What nodes use, as metrics-server serves it. Nothing stores it: it is none of the built-in kinds. */
export const nodeMetrics = defineKind<NodeMetrics>({
  group: 'metrics.k8s.io', version: 'v1beta1', kind: 'NodeMetrics', plural: 'nodes', singular: 'nodemetrics', namespaced: false,
  schema: 'metrics.v1beta1.NodeMetrics', verbs: ['get', 'list'],
  columns: [nameColumn, ...usageColumns<NodeMetrics>(({ usage }) => [usage])],
})
