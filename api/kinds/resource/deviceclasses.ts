import { defineKind } from '../../kind.ts'
import type { DeviceClass } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { nameIsLongName } from '../validation/object-meta.ts'

export const deviceClasses = defineKind<DeviceClass>({
  group: 'resource.k8s.io', version: 'v1', kind: 'DeviceClass',
  plural: 'deviceclasses', singular: 'deviceclass', namespaced: false,
  schema: 'resource.v1.DeviceClass',
  hasGeneration: true,
  validateName: nameIsLongName,
  returnsDeleted: true,
  notSimulated: 'no devices are simulated: nothing is allocated',
  columns: [nameColumn, ageColumn],
})
