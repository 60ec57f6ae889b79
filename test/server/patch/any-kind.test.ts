import * as fc from 'fast-check'
import jsonpatch from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import type { ManagedFieldsEntry } from '../../../api/object.ts'
import type { ListSchema, Schema, StructSchema } from '../../../api/schema/schema.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { applyPatch } from '../../../server/patch/apply.ts'
import { difference, emptySet, intersection, isEmpty, union } from '../../../server/patch/field-set.ts'
import { fieldsOf, withNamedFields } from '../../../server/patch/fields-of.ts'
import { fromFieldsV1 } from '../../../server/patch/fields-v1.ts'
import { applyJsonPatch } from '../../../server/patch/json-patch.ts'

/** The runs of every property of every kind, and where they start: a failure is repeated by running the test again. */
const runs = { numRuns: 30, seed: 20260101 }

type Any = Record<string, any>

const kinds = [
  ['core.v1.Pod', '', 'v1'], ['core.v1.Service', '', 'v1'], ['core.v1.ConfigMap', '', 'v1'], ['core.v1.Secret', '', 'v1'],
  ['core.v1.ServiceAccount', '', 'v1'], ['core.v1.PersistentVolumeClaim', '', 'v1'], ['core.v1.Node', '', 'v1'],
  ['apps.v1.Deployment', 'apps', 'v1'], ['apps.v1.StatefulSet', 'apps', 'v1'], ['batch.v1.CronJob', 'batch', 'v1'],
  ['networking.v1.Ingress', 'networking.k8s.io', 'v1'], ['networking.v1.NetworkPolicy', 'networking.k8s.io', 'v1'],
  ['autoscaling.v1.HorizontalPodAutoscaler', 'autoscaling', 'v1'], ['autoscaling.v2.HorizontalPodAutoscaler', 'autoscaling', 'v2'],
  ['rbac.v1.Role', 'rbac.authorization.k8s.io', 'v1'], ['policy.v1.PodDisruptionBudget', 'policy', 'v1'],
  ['discovery.v1.EndpointSlice', 'discovery.k8s.io', 'v1'], ['storage.v1.CSIDriver', 'storage.k8s.io', 'v1'],
  ['admissionregistration.v1.ValidatingWebhookConfiguration', 'admissionregistration.k8s.io', 'v1'],
] as const

// Few names, so that objects overlap.
const text = fc.constantFrom('x', 'y', 'z'), name = fc.constantFrom('a', 'b', 'c')
const few = 3

/** Any value of a schema, as deep as `depth` allows; undefined where it allows none. */
function valueOf(schema: Schema, depth: number): fc.Arbitrary<unknown> | undefined {
  switch (schema.type) {
    case 'any': return fc.constantFrom('x', 1, { a: 'b' })
    case 'scalar': return scalarOf(schema.scalar)
    case 'map': {
      const value = depth > 0 ? valueOf(schema.value, depth - 1) : undefined
      return value && fc.dictionary(name, value, { minKeys: 1, maxKeys: few, noNullPrototype: true })
    }
    case 'list': {
      const item = depth > 0 ? itemOf(schema, depth - 1) : undefined
      return item && (schema.listType === 'atomic' ? fc.array(item, { minLength: 1, maxLength: few })
        : fc.uniqueArray(item, { minLength: 1, maxLength: few, selector: value => identity(schema, value) }))
    }
    default: return depth > 0 ? structOf(schema, depth - 1) : undefined
  }
}

function scalarOf(scalar: string): fc.Arbitrary<unknown> {
  if (scalar === 'boolean') return fc.boolean()
  return scalar === 'int32' || scalar === 'int64' || scalar === 'double' || scalar === 'IntOrString' ? fc.constantFrom(1, 80, 443) : text
}

/** Items of lists that merge by keys have all of them. */
const itemOf = (list: ListSchema, depth: number): fc.Arbitrary<unknown> | undefined =>
  (list.item.type === 'struct' ? structOf(list.item, depth, list.listType === 'map' ? list.keys : []) : valueOf(list.item, depth))

const identity = (list: ListSchema, item: unknown): string =>
  JSON.stringify(list.keys.length ? list.keys.map(key => (item as Any)[key]) : item)

/** Some of the fields, at most three at a time, and those that have to be there. */
function structOf(schema: StructSchema, depth: number, required: readonly string[] = []): fc.Arbitrary<Any> {
  const fields = [...schema.fields.values()].flatMap(field => {
    const value = valueOf(field.schema, depth)
    return value ? [[field.name, value] as const] : []
  })
  return fc.subarray(fields.map(([field]) => field), { maxLength: Math.min(few, fields.length) })
    .chain(chosen => fc.record(Object.fromEntries(fields.filter(([field]) => chosen.includes(field) || required.includes(field)))) as fc.Arbitrary<Any>)
}

describe.each(kinds)('%s', (type, group, version) => {
  const schema = schemaOf(type), kind = type.slice(type.lastIndexOf('.') + 1), apiVersion = group === '' ? version : `${group}/${version}`
  const parts = [...schema.fields.values()].filter(field => !['apiVersion', 'kind', 'metadata', 'status'].includes(field.name))
    .flatMap(field => { const value = valueOf(field.schema, 5); return value ? [[field.name, value] as const] : [] })
  const labels = fc.dictionary(name, text, { minKeys: 1, maxKeys: few, noNullPrototype: true })
  const finalizers = fc.uniqueArray(text, { minLength: 1 })
  const configuration: fc.Arbitrary<Any> = fc.record(
    { ...Object.fromEntries(parts), labels, finalizers }, { requiredKeys: [] },
  ).map(({ labels: l, finalizers: f, ...rest }: Any) =>
    ({ apiVersion, kind, metadata: { name: 'o', ...l && { labels: l }, ...f && { finalizers: f } }, ...rest }))
  const managers = fc.constantFrom('one', 'two', 'three')
  const history = fc.array(fc.tuple(managers, configuration), { minLength: 1, maxLength: 4 })

  function apply(live: Any | undefined, applied: Any, manager: string): Any {
    const { object } = applyPatch({ schema, group, version, kind, live, applied, manager, force: true, subresource: '', time: '2026-01-01T00:00:00Z' })
    return deepFreeze({ ...object, metadata: { ...object.metadata as Any, uid: 'u' } }) as Any
  }
  const after = (steps: [string, Any][]) => steps.reduce<Any | undefined>((live, [manager, body]) => apply(live, body, manager), undefined)!
  const owned = (object: Any) => ((object.metadata.managedFields ?? []) as ManagedFieldsEntry[])
    .reduce((all, entry) => union(all, fromFieldsV1(entry.fieldsV1)), emptySet)
  const nothing = { apiVersion, kind, metadata: { name: 'o' } }

  test('applying twice is applying once', () => {
    fc.assert(fc.property(history, managers, configuration, (steps, manager, body) => {
      const once = apply(after(steps), body, manager)
      expect(apply(once, body, manager)).toEqual(once)
    }), runs)
  })

  test('what was applied is in the object', () => {
    fc.assert(fc.property(history, managers, configuration, (steps, manager, body) => {
      const object = apply(after(steps), body, manager)
      expect(isEmpty(difference(fieldsOf(schema, body), withNamedFields(schema, fieldsOf(schema, object))))).toBe(true)
    }), runs)
  })

  test('a manager that gives up what it alone owns takes it along', () => {
    fc.assert(fc.property(configuration, body => {
      const left = apply(apply(undefined, body, 'one'), nothing, 'one')
      expect(isEmpty(intersection(owned(left), fieldsOf(schema, body)))).toBe(true)
      const { apiVersion: _version, kind: _kind, metadata, ...rest } = left
      expect(leaves({ ...rest, labels: metadata.labels, finalizers: metadata.finalizers })).toEqual([])
    }), runs)
  })

  test('what one manager gives up stays while another one applies it', () => {
    fc.assert(fc.property(configuration, configuration, (mine, theirs) => {
      const left = apply(apply(apply(undefined, mine, 'one'), theirs, 'two'), nothing, 'one')
      expect(isEmpty(difference(fieldsOf(schema, theirs), fieldsOf(schema, left)))).toBe(true)
    }), runs)
  })

  test('a JSON patch and its inverse give the object back', () => {
    fc.assert(fc.property(configuration, configuration, (before, next) => {
      const patched = applyJsonPatch(deepFreeze(structuredClone(before)) as Any, jsonpatch.compare(before, next) as Any[])
      expect(patched).toEqual(next)
      expect(applyJsonPatch(deepFreeze(patched) as Any, jsonpatch.compare(next, before) as Any[])).toEqual(before)
    }), runs)
  })
})

/** All that is no container. */
const leaves = (value: unknown): unknown[] =>
  (typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : value === undefined ? [] : [value])
