import { expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { StatusError } from '../../../api/status.ts'
import { applyStrategicMergePatch, decodeStrategicMergePatch } from '../../../server/patch/strategic-merge.ts'

const podSpec = schemaOf('core.v1.PodSpec'), deployment = schemaOf('apps.v1.Deployment'), node = schemaOf('core.v1.Node')

const spec = deepFreeze({
  containers: [
    {
      name: 'a', image: 'nginx', args: ['one', 'two'], env: [{ name: 'X', value: 'x' }, { name: 'W', value: 'w' }],
      ports: [{ containerPort: 80, name: 'web' }, { containerPort: 443, name: 'tls' }],
    },
    { name: 'b', image: 'nginx' },
  ],
  volumes: [{ name: 'v', emptyDir: {} }],
  tolerations: [{ key: 'k', operator: 'Exists' }],
})
type Spec = Record<string, any>
const patch = (object: object, change: object): Spec => applyStrategicMergePatch(podSpec, object as never, change as never)
const names = (list: { name: string }[]) => list.map(item => item.name)

function status(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return error.status
    throw error
  }
  throw new Error('nothing was thrown')
}

test('lists merge by their keys and keep the order of the server', () => {
  const next = patch(spec, { containers: [{
    name: 'a', image: 'nginx:2', env: [{ name: 'W', value: 'new' }, { name: 'Z', value: 'z' }],
    ports: [{ containerPort: 443, name: 'ssl' }, { containerPort: 81 }],
  }] })
  expect(next.containers[0]).toEqual({
    name: 'a', image: 'nginx:2', args: ['one', 'two'],
    env: [{ name: 'X', value: 'x' }, { name: 'W', value: 'new' }, { name: 'Z', value: 'z' }],
    ports: [{ containerPort: 80, name: 'web' }, { containerPort: 443, name: 'ssl' }, { containerPort: 81 }],
  })
  expect(next.containers[1]).toBe(spec.containers[1])
})

test('an item that is new stands in front', () => {
  expect(names(patch(spec, { containers: [{ name: 'c', image: 'busybox' }] }).containers)).toEqual(['c', 'a', 'b'])
})

test('lists without a key and lists that replace are taken as they come', () => {
  const next = patch(spec, { containers: [{ name: 'a', args: ['three'] }], tolerations: [{ key: 'new', operator: 'Exists' }] })
  expect(next.containers[0].args).toEqual(['three'])
  expect(next.tolerations).toEqual([{ key: 'new', operator: 'Exists' }])
})

test('$patch: delete takes an item away, $patch: replace the others', () => {
  const next = patch(spec, { containers: [{ name: 'b', $patch: 'delete' },
    { name: 'a', env: [{ name: 'X', $patch: 'delete' }], ports: [{ $patch: 'replace' }, { containerPort: 1 }], args: null }] })
  expect(next.containers).toEqual([{ name: 'a', image: 'nginx', env: [{ name: 'W', value: 'w' }],
    ports: [{ containerPort: 1 }] }])
})

test('$setElementOrder orders the list', () => {
  const next = patch(spec, { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
    containers: [{ name: 'b', image: 'nginx:3' }] })
  expect(next.containers.map((c: Spec) => `${c.name} ${c.image}`)).toEqual(['b nginx:3', 'a nginx'])
})

test('$retainKeys drops what it does not name', () => {
  expect(patch(spec, { volumes: [{ name: 'v', emptyDir: null, $retainKeys: ['name', 'configMap'],
    configMap: { name: 'c' } }] }).volumes)
    .toEqual([{ name: 'v', configMap: { name: 'c' } }])
  const strategy = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
  expect(applyStrategicMergePatch(deployment, deepFreeze(strategy) as never,
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }))
    .toEqual({ spec: { strategy: { type: 'Recreate' } } })
  expect(status(() => applyStrategicMergePatch(deployment, strategy, { spec: { strategy: { $retainKeys: ['rollingUpdate'],
    type: 'Recreate' } } })))
    .toMatchObject({ code: 400, message: 'invalid patch format of retainKeys' })
})

test('maps can be replaced, emptied and lose single keys', () => {
  const object = deepFreeze({ metadata: { labels: { a: '1', b: '2' }, annotations: { x: '1' } } })
  const labels = (change: object) => (applyStrategicMergePatch(deployment, object as never,
    { metadata: { labels: change } }) as Spec).metadata.labels
  expect(labels({ $patch: 'replace', c: '3' })).toEqual({ c: '3' })
  expect(labels({ $patch: 'delete' })).toEqual({})
  expect(labels({ a: null, d: null })).toEqual({ b: '2' })
})

test('lists of primitives merge as sets: new ones in front, deletion by a list of its own', () => {
  const finalizers = (given: string[], change: object) => (applyStrategicMergePatch(deployment,
    deepFreeze({ metadata: { finalizers: given } }) as never,
    { metadata: change }) as Spec).metadata.finalizers
  expect(finalizers(['e/a', 'e/b'], { finalizers: ['e/c'] })).toEqual(['e/c', 'e/a', 'e/b'])
  expect(finalizers(['e/a', 'e/b'], { finalizers: [] })).toEqual(['e/a', 'e/b'])
  expect(finalizers(['e/c', 'e/a', 'e/b'], { '$deleteFromPrimitiveList/finalizers': ['e/a'] })).toEqual(['e/c', 'e/b'])
  expect(finalizers(['e/c', 'e/b'], { '$setElementOrder/finalizers': ['e/b', 'e/c'] })).toEqual(['e/b', 'e/c'])
  expect(status(() => finalizers(['e/c'], { '$setElementOrder/finalizers': ['e/d'], finalizers: ['e/e'] }))).toMatchObject(
    { code: 500, message: "The order in patch list:\n[e/e]\n doesn't match $setElementOrder list:\n[e/d]\n" })
})

test('conditions merge by type, a new one right after the one it follows in the patch', () => {
  const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure',
    'NetworkUnavailable'].map(type => ({ type, status: 'False' }))
  const next = applyStrategicMergePatch(node, deepFreeze({ status: { conditions } }) as never,
    { status: { conditions: [{ type: 'DiskPressure', reason: 'Patched' }, { type: 'Mine', status: 'True' }] } }) as Spec
  expect(next.status.conditions.map((c: Spec) => c.type))
    .toEqual(['Ready', 'MemoryPressure', 'DiskPressure', 'Mine', 'PIDPressure', 'NetworkUnavailable'])
})

test('a new value keeps no directive and no null', () => {
  expect(patch({}, { nodeSelector: { $patch: 'delete' }, volumes: [{ name: 'w', emptyDir: null },
    { name: 'x', $patch: 'delete' }] }))
    .toEqual({ volumes: [{ name: 'w' }] })
})

test.each([
  [{ containers: [{ image: 'no-key' }] }, 'map: map[image:no-key] does not contain declared merge key: name'],
  [{ containers: [{ name: 'a', $patch: 'nonsense' }] }, 'unknown patch type: nonsense in map: map[$patch:nonsense name:a]'],
  [{ containers: [{ name: 'a', $patch: 'merge' }] }, 'merging lists cannot yet be specified in the patch'],
])('%j is a 500 in upstream\'s words', (change, message) => {
  expect(status(() => patch(spec, change))).toMatchObject({ code: 500, message })
})

test('a body that is no object is 400', () => {
  expect(() => decodeStrategicMergePatch([])).toThrow('json: cannot unmarshal array into Go value of type map[string]interface {}')
  expect(decodeStrategicMergePatch(null)).toEqual({})
})

test('a patch that changes nothing gives the object itself', () => {
  expect(patch(spec, { containers: [{ name: 'a', image: 'nginx' }] })).toEqual(spec)
  expect(patch(spec, {})).toBe(spec)
})
