import { beforeEach, describe, expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import type { ManagedFieldsEntry } from '../../../api/object.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { StatusError } from '../../../api/status.ts'
import { applyPatch } from '../../../server/patch/apply.ts'
import { updateManagedFields } from '../../../server/patch/managed-fields.ts'

type Any = Record<string, any>

/** One object as a server would keep it: each write is given the one before, frozen. */
class Kept {
  object: Any | undefined
  readonly #schema
  readonly #version: string
  readonly #kind: string
  #time = 0
  constructor(kind: string, definition: string, version = 'v1') {
    this.#kind = kind
    this.#schema = schemaOf(definition)
    this.#version = version
  }

  get #now() { return new Date(Date.UTC(2026, 0, 1, 0, 0, this.#time++)).toISOString().slice(0, 19) + 'Z' }

  apply(manager: string, body: Any, { force = false, subresource = '' } = {}): Any {
    const [group, version] = this.#version.includes('/') ? this.#version.split('/') : ['', this.#version]
    const { object } = applyPatch({
      schema: this.#schema, group, version, kind: this.#kind, live: this.object,
      applied: { apiVersion: this.#version, kind: this.#kind, ...body }, manager, force, subresource, time: this.#now,
    })
    return this.#store(object)
  }

  update(manager: string, change: (draft: Any) => void, subresource = ''): Any {
    const next = structuredClone(this.object ?? { apiVersion: this.#version, kind: this.#kind, metadata: { name: 'x' } })
    change(next)
    const managedFields = updateManagedFields({
      schema: this.#schema, live: this.object, next, manager, apiVersion: this.#version, subresource, time: this.#now,
    })
    const { managedFields: _, ...metadata } = next.metadata
    return this.#store({ ...next, metadata: managedFields ? { ...metadata, managedFields } : metadata })
  }

  #store(object: Any): Any {
    this.object = deepFreeze({ ...object, metadata: { ...object.metadata, uid: 'u' } }) as Any
    return this.object
  }

  get managers(): string[] {
    return ((this.object?.metadata.managedFields ?? []) as ManagedFieldsEntry[])
      .map(entry => [entry.manager, entry.operation, ...(entry.subresource ? [entry.subresource] : []),
        JSON.stringify(entry.fieldsV1)].join(' ')).sort()
  }
}

function status(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return error.status
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a ConfigMap that several managers apply to', () => {
  let kept: Kept
  const apply = (manager: string, data: unknown, options = {}) => kept.apply(manager, { metadata: { name: 'x' }, data },
    options).data
  beforeEach(() => {
    kept = new Kept('ConfigMap', 'core.v1.ConfigMap')
    apply('one', { x: '1', y: '1', z: '1' })
  })

  test('the same value is shared', () => {
    apply('two', { x: '1' })
    expect(kept.managers).toEqual(['one Apply {"f:data":{"f:x":{},"f:y":{},"f:z":{}}}', 'two Apply {"f:data":{"f:x":{}}}'])
  })

  test('another value is a conflict with code, reason and causes', () => {
    expect(status(() => apply('two', { x: '2', y: '2' }))).toMatchObject({
      code: 409, reason: 'Conflict', message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.x\n- .data.y',
      details: { causes: [
        { field: '.data.x', message: 'conflict with "one"', reason: 'FieldManagerConflict' },
        { field: '.data.y', message: 'conflict with "one"', reason: 'FieldManagerConflict' },
      ] },
    })
    expect(status(() => apply('three', { z: '3' })).message).toBe('Apply failed with 1 conflict: conflict with "one": .data.z')
  })

  test('force takes the field over', () => {
    expect(apply('two', { x: '2', y: '2' }, { force: true })).toEqual({ x: '2', y: '2', z: '1' })
    expect(kept.managers).toEqual(['one Apply {"f:data":{"f:z":{}}}', 'two Apply {"f:data":{"f:x":{},"f:y":{}}}'])
  })

  test('what a manager no longer applies goes, unless another one owns it', () => {
    apply('two', { x: '1' })
    expect(apply('one', { z: '1' })).toEqual({ x: '1', z: '1' })
    expect(apply('two', {})).toEqual({ z: '1' })
    expect(kept.managers).toEqual(['one Apply {"f:data":{"f:z":{}}}', 'two Apply {"f:data":{}}'])
    expect(apply('two', null)).toEqual({ z: '1' })
  })

  test('an update by hand takes the field, and says by which version', () => {
    kept.update('hand', draft => { draft.data.z = '9' })
    expect(kept.managers).toEqual(['hand Update {"f:data":{"f:z":{}}}', 'one Apply {"f:data":{"f:x":{},"f:y":{}}}'])
    expect(status(() => apply('one',
      { z: '1' })).message).toBe('Apply failed with 1 conflict: conflict with "hand" using v1: .data.z')
    expect(apply('one', { z: '9' })).toEqual({ z: '9' })
    expect(apply('one', {})).toEqual({ z: '9' })
  })

  test('applying the same again changes nothing, not even the time', () => {
    const before = kept.object!.metadata.managedFields
    apply('one', { x: '1', y: '1', z: '1' })
    expect(kept.object!.metadata.managedFields).toEqual(before)
  })
})

describe('a Deployment whose lists are applied to', () => {
  const template = (spec: Any) => ({ metadata: { name: 'd' }, spec: {
    replicas: 0, selector: { matchLabels: { app: 'd' } }, template: { metadata: { labels: { app: 'd' } }, spec } } })
  let kept: Kept
  const apply = (manager: string, spec: Any) => kept.apply(manager, template(spec)).spec.template.spec.containers
  beforeEach(() => {
    kept = new Kept('Deployment', 'apps.v1.Deployment', 'apps/v1')
    apply('one', { containers: [{ name: 'a', image: 'nginx', args: ['1'], env: [{ name: 'X', value: 'x' }],
      ports: [{ containerPort: 80 }] }] })
  })

  test('a container of one and a port of another protocol come together', () => {
    expect(apply('two', { containers: [{ name: 'b', image: 'busybox' },
      { name: 'a', env: [{ name: 'Z', value: 'z' }], ports: [{ containerPort: 80, protocol: 'UDP' }] }] })).toEqual([
      { name: 'b', image: 'busybox' },
      { name: 'a', image: 'nginx', args: ['1'], env: [{ name: 'X', value: 'x' }, { name: 'Z', value: 'z' }],
        ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] },
    ])
    expect(apply('one', { containers: [{ name: 'a', image: 'nginx' }] })[1])
      .toEqual({ name: 'a', image: 'nginx', env: [{ name: 'Z', value: 'z' }], ports: [{ containerPort: 80, protocol: 'UDP' }] })
    expect(apply('two', {})).toEqual([{ name: 'a', image: 'nginx' }])
  })

  test('the managed fields name items by their keys, defaults of keys included', () => {
    expect(kept.managers).toEqual(['one Apply {"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},' +
      '"f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:args":{},"f:env":{"k:{\\"name\\":\\"X\\"}":{".":{},"f:name":{},"f:value":{}}},' +
      '"f:image":{},"f:name":{},"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}}}}}}'])
  })

  test.each([
    [{ containers: [{ name: 'a', args: ['1', '2'] }] }, 409,
      'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="a"].args'],
    [{ containers: [{ name: 'a', env: [{ name: 'X', value: 'y' }] }] }, 409,
      'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="a"].env[name="X"].value'],
    [{ containers: [{ name: 'a' }, { name: 'a' }] }, 500, 'failed to create typed patch object (/d; apps/v1, Kind=Deployment): ' +
      '.spec.template.spec.containers: duplicate entries for key [name="a"]'],
    [{ containers: [{ name: 'a', ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }] }, 500,
      'failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="a"].ports: ' +
      'duplicate entries for key [containerPort=80,protocol="TCP"]'],
    [{ containers: { name: 'a' } }, 500,
      'failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: expected list, got &{map[name:a]}'],
    [{ containers: [{ name: 'a', image: 5 }] }, 500, 'failed to create typed patch object (/d; apps/v1, Kind=Deployment): ' +
      '.spec.template.spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:5}'],
    [{ nope: 1 }, 500, 'failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.nope: field not declared in schema'],
  ])('%j is refused with %d', (spec, code, message) => {
    expect(status(() => apply('three', spec))).toMatchObject({ code, message })
  })

  test('an item without its key is left to validation', () => {
    expect(apply('three', { containers: [{ image: 'nginx' }] })).toHaveLength(2)
  })
})

test('items of a set stand where each manager wants them', () => {
  const kept = new Kept('ConfigMap', 'core.v1.ConfigMap')
  const apply = (manager: string, finalizers?: string[]) => kept.apply(manager,
    { metadata: { name: 's', finalizers } }).metadata.finalizers
  expect(apply('one', ['e/b', 'e/a'])).toEqual(['e/b', 'e/a'])
  expect(apply('two', ['e/c', 'e/a'])).toEqual(['e/b', 'e/c', 'e/a'])
  expect(kept.managers).toEqual(['one Apply {"f:metadata":{"f:finalizers":{"v:\\"e/a\\"":{},"v:\\"e/b\\"":{}}}}',
    'two Apply {"f:metadata":{"f:finalizers":{"v:\\"e/a\\"":{},"v:\\"e/c\\"":{}}}}'])
  expect(kept.apply('one', {}).metadata.finalizers).toEqual(['e/c', 'e/a'])
  expect(status(() => apply('one', ['e/d', 'e/d'])).message)
    .toBe('failed to create typed patch object (/s; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [="e/d"]')
})

test('the first apply to an untracked object gives what was there to before-first-apply', () => {
  const kept = new Kept('ConfigMap', 'core.v1.ConfigMap')
  kept.object = deepFreeze({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', uid: 'u' }, data: { old: '1', k: '1' } })
  kept.apply('applier', { metadata: { name: 'c' }, data: { k: '1' } })
  expect(kept.managers).toEqual(['applier Apply {"f:data":{"f:k":{}}}',
    'before-first-apply Update {"f:data":{".":{},"f:k":{},"f:old":{}}}'])
})

test('a body of another kind, or with managed fields, is 400', () => {
  const kept = new Kept('ConfigMap', 'core.v1.ConfigMap')
  expect(status(() => kept.apply('me', { kind: 'Secret' }))).toMatchObject({ code: 400,
    message: 'invalid object type: /v1, Kind=Secret' })
  expect(status(() => kept.apply('me', { kind: undefined, apiVersion: undefined })).message).toBe('invalid object type: /, Kind=')
  expect(status(() => kept.apply('me',
    { metadata: { managedFields: [{ manager: 'x' }] } })).message).toBe('metadata.managedFields must be nil')
})

describe('kubectl moving from client-side to server-side apply', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
  const configuration = (data: Any) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data })
  const clientSide = (data: Any) => {
    const kept = new Kept('ConfigMap', 'core.v1.ConfigMap')
    kept.update('kubectl-client-side-apply', draft => {
      draft.metadata.annotations = { [annotation]: JSON.stringify(configuration(data)) }
      draft.data = data
    })
    return kept
  }

  test('it takes over what the annotation says it applied, without a conflict, and keeps the annotation up to date', () => {
    const kept = clientSide({ a: '1' })
    const { data, metadata } = kept.apply('kubectl', configuration({ a: '2', b: '<' }))
    expect(data).toEqual({ a: '2', b: '<' })
    expect(metadata.annotations[annotation])
      .toBe('{"apiVersion":"v1","data":{"a":"2","b":"\\u003c"},"kind":"ConfigMap","metadata":{"name":"c"}}\n')
  })

  test('what somebody changed since then is a conflict all the same', () => {
    const kept = clientSide({ a: '1', b: '1' })
    kept.update('kubectl-edit', draft => { draft.data.b = '5' })
    expect(status(() => kept.apply('kubectl', configuration({ a: '2', b: '2' }))).message)
      .toBe('Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.b')
  })

  test('another manager has no such right', () => {
    expect(status(() => clientSide({ a: '1' }).apply('other', configuration({ a: '2' }))).message)
      .toBe('Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a')
  })
})

test('conflicts with several managers are listed manager by manager', () => {
  const kept = new Kept('Service', 'core.v1.Service')
  kept.apply('one', { metadata: { name: 's' }, spec: { type: 'ClusterIP' } })
  kept.update('lb', draft => { draft.status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }, 'status')
  expect(status(() => kept.apply('two', { spec: { type: 'NodePort' }, status: { loadBalancer: { ingress: [] } } })).message).toBe(
    'Apply failed with 2 conflicts: conflicts with "lb" with subresource "status" using v1:\n- .status.loadBalancer.ingress\n' +
    'conflicts with "one":\n- .spec.type')
})
