import { expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import { horizontalPodAutoscalersV1 } from '../../../api/kinds/autoscaling/horizontalpodautoscalers-v1.ts'
import { horizontalPodAutoscalers } from '../../../api/kinds/autoscaling/horizontalpodautoscalers.ts'
import { apiVersionOf, type Kind } from '../../../api/kind.ts'
import type { KubeObject, ManagedFieldsEntry } from '../../../api/object.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { applyPatch } from '../../../server/patch/apply.ts'
import { createRegistry } from '../../../server/resources/registry.ts'
import { otherVersion, tracker } from '../../../server/resources/tracking.ts'

const v1 = horizontalPodAutoscalersV1 as Kind<any>, v2 = horizontalPodAutoscalers as Kind<any>
const registry = createRegistry([v2, v1])
const now = new Date('2026-01-01T00:00:00Z')
const cpu = (averageUtilization: number) => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } })

function written(kind: Kind<any>, spec: object, live: KubeObject | undefined, manager: string): KubeObject {
  const draft = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...live?.metadata, name: 'a' }, spec } as unknown as KubeObject
  kind.defaults?.(draft)
  tracker({ kind, subresource: '', userAgent: '' }, manager, now, registry)(draft, live)
  draft.metadata.uid = 'u'
  return deepFreeze(draft) as KubeObject
}
const asV1 = (object: KubeObject) => deepFreeze(v1.storedAs!.fromStored(object)) as KubeObject
const asV2 = (object: KubeObject) => deepFreeze(v1.storedAs!.toStored(object)) as KubeObject
const fieldsOf = (object: KubeObject, manager: string) =>
  ((object.metadata.managedFields ?? []) as ManagedFieldsEntry[]).find(entry => entry.manager === manager)?.fieldsV1

const target = { scaleTargetRef: { kind: 'Deployment', name: 'd' } }

test('a write through one version takes away what it changes from a manager of the other, named as that one names it', () => {
  const made = written(v2, { ...target, maxReplicas: 3, metrics: [cpu(50)] }, undefined, 'maker')
  expect(fieldsOf(made, 'maker')).toHaveProperty(['f:spec', 'f:metrics'])
  const changed = written(v1, { ...target, maxReplicas: 3, minReplicas: 1, targetCPUUtilizationPercentage: 70 }, asV1(made), 'old')
  expect(fieldsOf(changed, 'old')).toEqual({ 'f:spec': { 'f:targetCPUUtilizationPercentage': {} } })
  expect(fieldsOf(changed, 'maker')).not.toHaveProperty(['f:spec', 'f:metrics'])
  expect(fieldsOf(changed, 'maker')).toHaveProperty(['f:spec', 'f:maxReplicas'])
  const back = written(v2, { ...target, maxReplicas: 3, metrics: [cpu(90)] }, asV2(changed), 'maker')
  expect(fieldsOf(back, 'old')).toBeUndefined()
})

test('who creates through v1 manages the CPU target that v2 has by default', () => {
  expect(fieldsOf(written(v1, { ...target, maxReplicas: 3 }, undefined, 'maker'), 'maker')).toHaveProperty(['f:spec', 'f:targetCPUUtilizationPercentage'])
})

test('a manager of a version that is not served goes with the next write', () => {
  const made = written(v2, { ...target, maxReplicas: 3 }, undefined, 'maker')
  const entry = { manager: 'gone', operation: 'Update', apiVersion: 'autoscaling/v2beta2', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:maxReplicas': {} } } }
  const live = deepFreeze({ ...made, metadata: { ...made.metadata, managedFields: [...made.metadata.managedFields!, entry] } }) as KubeObject
  expect(fieldsOf(written(v2, { ...target, maxReplicas: 4 }, live, 'maker'), 'gone')).toBeUndefined()
})

test('an apply conflicts with managers of another version in the words of that version, and gives up in its own', () => {
  const apply = (kind: Kind<any>, live: KubeObject, spec: object, manager: string, force = false) => applyPatch({
    schema: schemaOf(kind.schema), group: kind.group, version: kind.version, kind: kind.kind, live, manager, force, subresource: '', time: '2026-01-01T00:00:01Z',
    applied: { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: 'a' }, spec },
    convert: version => otherVersion(kind, version, registry),
  }).object as unknown as KubeObject
  const made = written(v2, { ...target, maxReplicas: 3, metrics: [cpu(50)] }, undefined, 'maker')
  expect(() => apply(v1, asV1(made), { targetCPUUtilizationPercentage: 60 }, 'one'))
    .toThrow('conflict with "maker" using autoscaling/v2: .spec.metrics')
  const taken = apply(v1, asV1(made), { targetCPUUtilizationPercentage: 60, minReplicas: 2 }, 'one', true)
  expect(fieldsOf(taken, 'maker')).not.toHaveProperty(['f:spec', 'f:metrics'])
  const given = apply(v2, asV2(deepFreeze(taken) as KubeObject), { maxReplicas: 5 }, 'one', true)
  expect((given as { spec?: object }).spec).not.toHaveProperty('minReplicas')
  expect((given as { spec?: object }).spec).toHaveProperty('scaleTargetRef')
})
