import { defineKind } from '../../kind.ts'
import type { ResourceSlice } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'

export const resourceSlices = defineKind<ResourceSlice>({
  group: 'resource.k8s.io', version: 'v1', kind: 'ResourceSlice',
  plural: 'resourceslices', singular: 'resourceslice', namespaced: false,
  schema: 'resource.v1.ResourceSlice',
  hasGeneration: true,
  returnsDeleted: true,
  notSimulated: 'no devices are simulated: nothing is allocated',
  columns: [
    nameColumn,
    textColumn('Node', ({ spec }) => spec.nodeName ?? ''),
    textColumn('Driver', ({ spec }) => spec.driver),
    textColumn('Pool', ({ spec }) => spec.pool?.name ?? ''),
    ageColumn,
  ],
  selectableFields: { 'spec.nodeName': ({ spec }) => spec.nodeName ?? '', 'spec.driver': ({ spec }) => spec.driver },
})
