import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import jsonpatch from 'fast-json-patch'
import { deepFreeze, same } from '../../../api/edit.ts'
import type { ManagedFieldsEntry } from '../../../api/object.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { applyPatch } from '../../../server/patch/apply.ts'
import { difference, emptySet, equals, intersection, isEmpty, setOf, union,
  type FieldSet } from '../../../server/patch/field-set.ts'
import { fieldsOf, withNamedFields } from '../../../server/patch/fields-of.ts'
import { fromFieldsV1, toFieldsV1 } from '../../../server/patch/fields-v1.ts'
import { applyJsonPatch } from '../../../server/patch/json-patch.ts'
import { updateManagedFields } from '../../../server/patch/managed-fields.ts'
import { applyMergePatch } from '../../../server/patch/merge-patch.ts'
import { applyStrategicMergePatch } from '../../../server/patch/strategic-merge.ts'

/** The runs of every property, and where they start: a failure is repeated by running the test again. */
const runs = { numRuns: 200, seed: 20260101 }

type Any = Record<string, any>
const schema = schemaOf('core.v1.Pod')

// Few names, so that objects overlap.
const key = fc.constantFrom('a', 'b', 'c', '__proto__'), text = fc.constantFrom('x', 'y', 'z')
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const dictionary = fc.uniqueArray(fc.tuple(key, text), { selector: ([name]) => name, maxLength: 3 })
  .map(pairs => JSON.parse(`{${pairs.map(([name, value]) => `"${name}":"${value}"`).join(',')}}`) as Any)
const compact = (object: Any): Any => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
const keyed = <T extends Any>(item: fc.Arbitrary<T>, selector: (item: T) => unknown) =>
  fc.uniqueArray(item, { selector, minLength: 1, maxLength: 3 })

const env = keyed(fc.record({ name: key, value: text }), item => item.name)
const ports = keyed(fc.record({ containerPort: fc.constantFrom(80, 443), protocol: fc.constantFrom('TCP', 'UDP') }),
  item => `${item.containerPort}/${item.protocol}`)
const container = fc.record({ name: key, image: optional(text), args: optional(fc.array(text, { minLength: 1, maxLength: 2 })),
  env: optional(env),
  ports: optional(ports) }).map(compact)
const configuration = fc.record({
  labels: optional(dictionary), finalizers: optional(fc.uniqueArray(text, { minLength: 1 })), hostname: optional(text),
  containers: optional(keyed(container, item => item.name)), nodeSelector: optional(dictionary),
}).map(({ labels, finalizers, hostname, containers, nodeSelector }): Any => ({
  apiVersion: 'v1', kind: 'Pod', metadata: compact({ name: 'p', labels, finalizers }),
    spec: compact({ hostname, containers, nodeSelector }),
}))
const managers = fc.constantFrom('one', 'two', 'three')
const time = '2026-01-01T00:00:00Z'

function apply(live: Any | undefined, applied: Any, manager: string): Any {
  const { object } = applyPatch({ schema, group: '', version: 'v1', kind: 'Pod', live, applied, manager, force: true,
    subresource: '', time })
  return deepFreeze({ ...object, metadata: { ...object.metadata as Any, uid: 'u' } }) as Any
}

function update(live: Any | undefined, next: Any, manager: string): Any {
  const managedFields = updateManagedFields({ schema, live, next, manager, apiVersion: 'v1', subresource: '', time })
  return deepFreeze({ ...next, metadata: compact({ ...next.metadata, uid: 'u', managedFields }) }) as Any
}

const history = fc.array(fc.tuple(managers, configuration), { minLength: 1, maxLength: 5 })
const applied = (steps: [string, Any][]) => steps.reduce<Any | undefined>((live, [manager, body]) => apply(live, body, manager),
  undefined)!
const ownedBy = (object: Any): FieldSet =>
  ((object.metadata.managedFields ?? []) as ManagedFieldsEntry[]).reduce((all, entry) =>
    union(all, fromFieldsV1(entry.fieldsV1)), emptySet)

test('applying twice is applying once', () => {
  fc.assert(fc.property(history, managers, configuration, (steps, manager, body) => {
    const once = apply(applied(steps), body, manager)
    expect(apply(once, body, manager)).toEqual(once)
  }), runs)
})

test('what was applied is in the object', () => {
  fc.assert(fc.property(history, managers, configuration, (steps, manager, body) => {
    const object = apply(applied(steps), body, manager)
    const present = withNamedFields(schema, fieldsOf(schema, object))
    expect(isEmpty(difference(fieldsOf(schema, body), present))).toBe(true)
  }), runs)
})

test('a manager that alone applied everything and gives it up leaves nothing of it', () => {
  fc.assert(fc.property(configuration, body => {
    const nothing = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }
    const left = apply(apply(undefined, body, 'one'), nothing, 'one')
    expect(isEmpty(intersection(ownedBy({ metadata: { managedFields: left.metadata.managedFields } }),
      fieldsOf(schema, body)))).toBe(true)
    const leaves = (value: unknown): unknown[] =>
      (typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : value === undefined ? [] : [value])
    expect(leaves(left.spec)).toEqual([])
    expect(leaves(left.metadata.labels)).toEqual([])
    expect(leaves(left.metadata.finalizers)).toEqual([])
  }), runs)
})

test('what one manager gives up stays while another one applies it', () => {
  fc.assert(fc.property(configuration, configuration, (mine, theirs) => {
    const both = apply(apply(undefined, mine, 'one'), theirs, 'two')
    const left = apply(both, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, 'one')
    expect(isEmpty(difference(fieldsOf(schema, theirs), fieldsOf(schema, left)))).toBe(true)
  }), runs)
})

test('after updates, the fields that are managed are those that are there', () => {
  fc.assert(fc.property(fc.array(fc.tuple(managers, configuration), { minLength: 1, maxLength: 6 }), steps => {
    let live: Any | undefined
    for (const [manager, body] of steps) {
      // Untracked objects stay so; this is about the others.
      if (live !== undefined && live.metadata.managedFields === undefined) return
      live = update(live, { ...body,
        metadata: { ...body.metadata, ...(live ? { managedFields: live.metadata.managedFields } : {}) } }, manager)
    }
    const fresh = updateManagedFields({ schema, live: undefined, next: live!, manager: 'all', apiVersion: 'v1', subresource: '',
      time })
    const there = fresh === undefined ? emptySet : fromFieldsV1(fresh[0].fieldsV1)
    expect(toFieldsV1(ownedBy(live!))).toEqual(toFieldsV1(there))
  }), runs)
})

test('an update never changes what it was given', () => {
  fc.assert(fc.property(configuration, configuration, managers, (before, after, manager) => {
    const live = update(undefined, before, 'one'), copy = structuredClone(live)
    update(live, deepFreeze(after) as Any, manager)
    expect(live).toEqual(copy)
  }), runs)
})

test('a JSON patch and its inverse give the object back', () => {
  fc.assert(fc.property(configuration, configuration, (before, after) => {
    const forth = jsonpatch.compare(before, after), back = jsonpatch.compare(after, before)
    const usable = (operations: typeof forth) => !operations.some(operation => operation.path.includes('__proto__'))
    fc.pre(usable(forth) && usable(back))
    const patched = applyJsonPatch(deepFreeze(structuredClone(before)) as Any, forth as Any[])
    expect(patched).toEqual(after)
    expect(applyJsonPatch(deepFreeze(patched) as Any, back as Any[])).toEqual(before)
  }), runs)
})

test('a merge patch applied again changes nothing', () => {
  fc.assert(fc.property(configuration, fc.jsonValue({ maxDepth: 4 }), (object, patch) => {
    fc.pre(typeof patch === 'object' && patch !== null && !Array.isArray(patch))
    const once = applyMergePatch(deepFreeze(object) as Any, patch as Any)
    expect(same(applyMergePatch(deepFreeze(once) as Any, patch as Any), once)).toBe(true)
  }), runs)
})

test('a strategic merge patch applied again changes nothing but the order', () => {
  const unordered = (value: unknown): unknown => (Array.isArray(value) ? value.map(unordered).map(item =>
    JSON.stringify(item)).sort()
    : typeof value === 'object' && value !== null ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) =>
      [k, unordered(v)]) : value)
  fc.assert(fc.property(configuration, configuration, (object, patch) => {
    const numbers = (container: Any): number[] => (container.ports ?? []).map((port: Any) => port.containerPort)
    const distinct = (body: Any) => (body.spec.containers ?? []).every((c: Any) => new Set(numbers(c)).size === numbers(c).length)
    // Strategic merge knows ports by their number alone.
    fc.pre(distinct(object) && distinct(patch))
    const once = applyStrategicMergePatch(schema, deepFreeze(object) as Any, structuredClone(patch))
    expect(unordered(applyStrategicMergePatch(schema, deepFreeze(once) as Any, structuredClone(patch)))).toEqual(unordered(once))
  }), runs)
})

const path = fc.array(fc.constantFrom('f:a', 'f:b', 'v:"x"', 'k:{"name":"n"}', 'k:{"port":80}', 'k:{"port":443}'),
  { minLength: 1, maxLength: 3 })
const sets = fc.array(path, { maxLength: 6 }).map(paths => setOf(...paths))

test('sets of fields obey the laws of sets', () => {
  fc.assert(fc.property(sets, sets, sets, (a, b, c) => {
    expect(equals(union(a, b), union(b, a))).toBe(true)
    expect(equals(union(difference(a, b), intersection(a, b)), a)).toBe(true)
    expect(isEmpty(intersection(difference(a, b), b))).toBe(true)
    expect(equals(difference(a, union(b, c)), difference(difference(a, b), c))).toBe(true)
  }), runs)
})

test('a set survives being written and read', () => {
  fc.assert(fc.property(sets, set => {
    expect(equals(fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(set)))), set)).toBe(true)
    expect(equals(fromFieldsV1(toFieldsV1(set)), set)).toBe(true)
  }), runs)
})
