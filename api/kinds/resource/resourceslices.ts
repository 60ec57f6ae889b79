import { defineKind } from '../../kind.ts'
import type { ResourceSlice } from '../../schema/generated/types.ts'

export const resourceSlices = defineKind<ResourceSlice>({
  group: 'resource.k8s.io', version: 'v1', kind: 'ResourceSlice',
  plural: 'resourceslices', singular: 'resourceslice', namespaced: false,
  schema: 'resource.v1.ResourceSlice',
  hasGeneration: true,
})
