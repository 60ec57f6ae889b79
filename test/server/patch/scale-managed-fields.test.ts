import { expect, test } from 'vitest'
import type { ManagedFieldsEntry } from '../../../api/object.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { updateManagedFields } from '../../../server/patch/managed-fields.ts'
import { managedFieldsAfterScale, managedFieldsOfScale } from '../../../server/patch/scale-managed-fields.ts'

const creator: ManagedFieldsEntry = {
  manager: 'c', operation: 'Update', apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } },
}
const scaler = { manager: 'scaler', operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': { 'f:replicas': {} } }, subresource: 'scale' }

function scale(object: ManagedFieldsEntry[], replicas: number, manager: string) {
  const live = { metadata: { uid: 'u', managedFields: managedFieldsOfScale(object, 'apps/v1', '.spec.replicas') },
    spec: { replicas: 1 } }
  const written = updateManagedFields({
    schema: schemaOf('autoscaling.v1.Scale'), live, next: { ...live, spec: { replicas } }, manager, apiVersion: 'autoscaling/v1',
      subresource: 'scale',
    time: '2026-01-01T00:00:01Z',
  })
  return managedFieldsAfterScale(object, written, 'apps/v1', '.spec.replicas')
}

test('who scales owns the replicas, without a time', () => {
  expect(scale([creator], 2, 'scaler')).toEqual([scaler, { ...creator, fieldsV1: { 'f:spec': { 'f:paused': {} } } }])
})

test('a scale to the number that is there splits the entry of the owner, as a real server does', () => {
  const { time: _, ...untimed } = creator
  expect(scale([creator], 1, 'scaler')).toEqual([
    { ...untimed, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }, { ...creator, fieldsV1: { 'f:spec': { 'f:paused': {} } } }])
})

test('a scale to zero leaves the replicas to nobody', () => {
  expect(scale([creator], 0, 'scaler')).toEqual([{ ...creator, fieldsV1: { 'f:spec': { 'f:paused': {} } } }])
})

test('an applier of the object keeps the replicas while nobody changes them', () => {
  const applier: ManagedFieldsEntry = { ...creator, operation: 'Apply' }
  expect(scale([applier], 1, 'scaler')).toEqual([applier])
})
