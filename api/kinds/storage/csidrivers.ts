import { defineKind } from '../../kind.ts'
import type { CSIDriver } from '../../schema/generated/types.ts'

export const csiDrivers = defineKind<CSIDriver>({
  group: 'storage.k8s.io', version: 'v1', kind: 'CSIDriver', plural: 'csidrivers', singular: 'csidriver', namespaced: false,
  schema: 'storage.v1.CSIDriver',
  requiresResourceVersion: true,
})
