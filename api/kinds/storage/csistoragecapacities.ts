import { defineKind } from '../../kind.ts'
import type { CSIStorageCapacity } from '../../schema/generated/types.ts'

export const csiStorageCapacities = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io', version: 'v1', kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities', singular: 'csistoragecapacity', namespaced: true,
  schema: 'storage.v1.CSIStorageCapacity',
  requiresResourceVersion: true,
})
