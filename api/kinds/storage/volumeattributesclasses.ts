import { same } from '../../edit.ts'
import { forbidden, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { VolumeAttributesClass } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { notProvisioned, validateParameters, validateProvisioner } from './provisioning.ts'

export const volumeAttributesClasses = defineKind<VolumeAttributesClass>({
  group: 'storage.k8s.io', version: 'v1', kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses', singular: 'volumeattributesclass', namespaced: false,
  shortNames: ['vac'], schema: 'storage.v1.VolumeAttributesClass',
  returnsDeleted: true,
  notSimulated: notProvisioned,
  validate: (next, old) => [
    ...old ? validateUpdate(next, old) : [],
    ...validateProvisioner(next.driverName ?? '', 'driverName'),
    ...validateParameters(next.parameters, false, 'parameters'),
  ],
  columns: [nameColumn, textColumn('DriverName', ({ driverName }) => driverName), ageColumn],
})

function validateUpdate(next: Readonly<VolumeAttributesClass>, old: Readonly<VolumeAttributesClass>): FieldError[] {
  return [
    ...next.driverName === old.driverName ? [] : [forbidden('driverName', 'updates to driverName are forbidden.')],
    ...same(next.parameters ?? {}, old.parameters ?? {}) ? [] : [forbidden('parameters', 'updates to parameters are forbidden.')],
  ]
}
