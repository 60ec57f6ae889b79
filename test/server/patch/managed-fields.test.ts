import { describe, expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import type { ManagedFieldsEntry } from '../../../api/object.ts'
import type { StructSchema } from '../../../api/schema/schema.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { keepTimes, managerName, updateManagedFields } from '../../../server/patch/managed-fields.ts'
import { resetFields } from '../../../server/patch/reset-fields.ts'

type Any = Record<string, any>
const configMap = schemaOf('core.v1.ConfigMap')

function update(live: Any | undefined, next: Any, manager: string, more: Any = {}) {
  return updateManagedFields({ schema: configMap, live, next, manager, apiVersion: 'v1', subresource: '',
    time: '2026-01-01T00:00:01Z', ...more })
}
const summary = (entries: ManagedFieldsEntry[] | undefined) => entries?.map(e =>
  `${e.manager} ${e.operation} ${e.subresource ?? ''} ${JSON.stringify(e.fieldsV1)}`)
const stored = (object: Any, managedFields: ManagedFieldsEntry[] | undefined): Any =>
  deepFreeze({ ...object, metadata: { ...object.metadata, uid: 'u', managedFields } })

const created = { metadata: { name: 'c', labels: { l: '1' } }, data: { k: '1', j: '1' } }

test('a create gives the creator all fields, and the maps that hold them', () => {
  expect(update(undefined, created, 'tool-a')).toEqual([{
    manager: 'tool-a', operation: 'Update', apiVersion: 'v1', time: '2026-01-01T00:00:01Z', fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { '.': {}, 'f:j': {}, 'f:k': {} }, 'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } } },
  }])
})

test('an object with nothing to own is not tracked', () => {
  expect(update(undefined, { metadata: { name: 'c' } }, 'tool-a')).toBeUndefined()
})

test('who changes a field owns it; the same value leaves the owner and the entries as they are', () => {
  const live = stored(created, update(undefined, created, 'tool-a'))
  const next = { ...live, data: { k: '2', j: '1', n: '2' } }
  const changed = update(live, next, 'tool-b', { time: '2026-01-01T00:00:02Z' })
  expect(summary(changed)).toEqual(['tool-a Update  {"f:data":{".":{},"f:j":{}},"f:metadata":{"f:labels":{".":{},"f:l":{}}}}',
    'tool-b Update  {"f:data":{"f:k":{},"f:n":{}}}'])
  expect(changed!.map(entry => entry.time)).toEqual(['2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z'])
  const again = stored(next, changed)
  expect(update(again, structuredClone(again) as Any, 'explicit')).toBe(again.metadata.managedFields)
})

test('a replacement takes from the others what it changes or leaves out', () => {
  const live = stored(created, update(undefined, created, 'tool-a'))
  expect(summary(update(live, { metadata: { name: 'c' }, data: { k: '3' } }, 'putter', { time: '2026-01-01T00:00:02Z' })))
    .toEqual(['tool-a Update  {"f:data":{".":{}}}'.replace('{".":{}}', '{}'), 'putter Update  {"f:data":{"f:k":{}}}'])
  // An empty map is what Go leaves out.
  expect(update(live, { metadata: { name: 'c' }, data: {} }, 'remover')).toBeUndefined()
})

describe('an object without managed fields', () => {
  const live = stored(created, undefined)
  test('stays untracked', () => expect(update(live, { ...created, data: { k: '5' } }, 'after')).toBeUndefined())
  test.each([[[]], [[{}]]])('comes from sending %j', managedFields => {
    const tracked = stored(created, update(undefined, created, 'tool-a'))
    expect(update(tracked, { ...created, metadata: { ...created.metadata, managedFields } }, 'x')).toBeUndefined()
  })
})

describe('managed fields that a client sends', () => {
  const live = stored(created, update(undefined, created, 'tool-a'))
  const send = (managedFields: unknown, more: Any = {}) => update(live,
    { ...created, metadata: { ...created.metadata, managedFields } }, 'x', more)
  test('replace those of the server', () => {
    expect(send([{ manager: 'given', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:k': {} } } }]))
      .toEqual([{ manager: 'given', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:k': {} } } }])
  })
  test.each([
    [[{ manager: 'x', operation: 'Nonsense', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }]],
    [[{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { nonsense: {} } }]],
    [null],
  ])('are ignored when they are nonsense: %j', managedFields => {
    expect(send(managedFields)).toEqual(live.metadata.managedFields)
  })
  test('are ignored on a subresource', () => {
    expect(send([], { subresource: 'status' })).toEqual(live.metadata.managedFields)
  })
})

test('from the eleventh updater on the oldest are remembered together', () => {
  let live = stored(created, update(undefined, created, 'tool'))
  for (let i = 0; i < 12; i++) {
    const next = { ...live, data: { ...live.data, [`k${i}`]: 'x' } }
    live = stored(next, update(live, next, `tool-${i}`, { time: `2026-01-01T00:01:${10 + i}Z` }))
  }
  const entries = live.metadata.managedFields as ManagedFieldsEntry[]
  expect(entries).toHaveLength(10)
  expect(summary(entries)![0]).toBe('ancient-changes Update  ' +
    '{"f:data":{".":{},"f:j":{},"f:k":{},"f:k0":{},"f:k1":{},"f:k2":{}},"f:metadata":{"f:labels":{".":{},"f:l":{}}}}')
  expect(entries[0].time).toBe('2026-01-01T00:01:12Z')
})

test('a created Deployment is owned as a real server says', () => {
  const deployment = {
    metadata: { name: 'd', labels: { app: 'd' } },
    spec: {
      replicas: 1, selector: { matchLabels: { app: 'd' } }, strategy: { type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%' } },
      template: { metadata: { labels: { app: 'd' } }, spec: {
        containers: [{ name: 'nginx', image: 'nginx', resources: {}, terminationMessagePath: '/dev/termination-log' }],
          securityContext: {} } },
    },
    status: {},
  }
  const [entry] = updateManagedFields({
    schema: schemaOf('apps.v1.Deployment'), live: undefined, next: deployment, manager: 'kubectl-create', apiVersion: 'apps/v1',
      subresource: '',
    time: '2026-01-01T00:00:01Z', resetFields: resetFields({ group: 'apps', plural: 'deployments',
      subresources: { status: true } }, ''),
  })!
  expect(entry.fieldsV1).toEqual({
    'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
    'f:spec': {
      'f:replicas': {}, 'f:selector': {}, 'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
      'f:template': { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': {
        'f:containers': { 'k:{"name":"nginx"}': { '.': {}, 'f:image': {}, 'f:name': {}, 'f:resources': {},
          'f:terminationMessagePath': {} } },
        'f:securityContext': {},
      } },
    },
  })
})

test('a status write owns status only', () => {
  const service = { metadata: { name: 's', uid: 'u', managedFields: [
    { manager: 'a', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:type': {} } } }] },
      spec: { type: 'LoadBalancer' } }
  const next = { ...service, spec: { type: 'NodePort' }, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }
  expect(summary(updateManagedFields({
    schema: schemaOf('core.v1.Service'), live: deepFreeze(service), next, manager: 'lbs', apiVersion: 'v1', subresource: 'status',
    time: '2026-01-01T00:00:01Z', resetFields: resetFields({ group: '', plural: 'services', subresources: { status: true } },
      'status'),
  }))).toEqual(['a Update  {"f:spec":{"f:type":{}}}', 'lbs Update status {"f:status":{"f:loadBalancer":{"f:ingress":{}}}}'])
})

test('ports are keyed by number and protocol and sorted by number', () => {
  const service = { metadata: { name: 's' }, spec: { ports: [443, 80, 9].map(port => ({ port, protocol: 'TCP' })) } }
  const [entry] = updateManagedFields({ schema: schemaOf('core.v1.Service'), live: undefined, next: service, manager: 'm',
    apiVersion: 'v1',
    subresource: '', time: '2026-01-01T00:00:01Z' })!
  expect(Object.keys((entry.fieldsV1 as Any)['f:spec']['f:ports']))
    .toEqual(['.', 'k:{"port":9,"protocol":"TCP"}', 'k:{"port":80,"protocol":"TCP"}', 'k:{"port":443,"protocol":"TCP"}'])
})

test('a custom resource is tracked as written, down into what its schema leaves open', () => {
  const schema: StructSchema = { type: 'struct', name: '', fields: new Map([
    ['metadata', { name: 'metadata', schema: schemaOf('meta.v1.ObjectMeta'), required: false, patchStrategy: [] }],
    ['spec', { name: 'spec', required: false, patchStrategy: [], schema: { type: 'struct', name: '', preserveUnknown: true,
      fields: new Map() } }],
  ]) }
  const [entry] = updateManagedFields({ schema, live: undefined, next: { metadata: { name: 'x' },
    spec: { open: { a: '', list: [1] } } }, manager: 'm',
    apiVersion: 'g/v1', subresource: '', time: '2026-01-01T00:00:01Z' })!
  expect(entry.fieldsV1).toEqual({ 'f:spec': { '.': {}, 'f:open': { '.': {}, 'f:a': {}, 'f:list': {} } } })
})

test('times go back when nothing but times changed', () => {
  const live = stored(created, update(undefined, created, 'tool-a'))
  const later = live.metadata.managedFields.map((entry: Any) => ({ ...entry, time: '2027-01-01T00:00:00Z' }))
  expect(keepTimes(live, { ...live, metadata: { ...live.metadata, managedFields: later } })).toBe(live.metadata.managedFields)
  expect(keepTimes(live, { ...live, data: {}, metadata: { ...live.metadata, managedFields: later } })).toBe(later)
})

test('the manager is the user agent up to its first slash, 128 bytes at most', () => {
  expect(managerName(undefined, 'tool-a/v1 (linux)')).toBe('tool-a')
  expect(managerName('given', 'tool-a/v1')).toBe('given')
  expect(managerName('', 'a\u0007b\u00a0c')).toBe('abc')
  expect(managerName(undefined, 'é'.repeat(100))).toBe('é'.repeat(64))
})

test('__proto__ keys reach no prototype', () => {
  const next = JSON.parse('{"metadata":{"name":"c","labels":{"__proto__":"x"}},"data":{"__proto__":"y"}}') as Any
  expect(summary(update(undefined, next,
    'm'))).toEqual(['m Update  {"f:data":{".":{},"f:__proto__":{}},"f:metadata":{"f:labels":{".":{},"f:__proto__":{}}}}'])
})
