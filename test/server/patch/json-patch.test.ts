import { expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import { StatusError } from '../../../api/status.ts'
import { applyJsonPatch, decodeJsonPatch } from '../../../server/patch/json-patch.ts'

const patch = (object: object, operations: unknown) =>
  applyJsonPatch(deepFreeze(object) as never, decodeJsonPatch(operations, 'Warn').operations)

function status(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return error.status
    throw error
  }
  throw new Error('nothing was thrown')
}

test('every operation does what RFC 6902 says', () => {
  expect(patch({ data: { one: '1', two: '2' } }, [
    { op: 'add', path: '/data/three', value: '3' }, { op: 'replace', path: '/data/one', value: 'I' },
      { op: 'remove', path: '/data/two' },
    { op: 'copy', from: '/data/one', path: '/data/copy' }, { op: 'move', from: '/data/three', path: '/data/four' },
    { op: 'test', path: '/data/four', value: '3' },
  ])).toEqual({ data: { one: 'I', copy: 'I', four: '3' } })
})

test('~1 and ~0 stand for slash and tilde', () => {
  expect(patch({ labels: {} }, [{ op: 'add', path: '/labels/a~1b~0c', value: 'x' }])).toEqual({ labels: { 'a/b~c': 'x' } })
})

test.each([
  ['a missing key is removed', { a: {} }, [{ op: 'remove', path: '/a/b' }]],
  ['a parent is missing', { a: {} }, [{ op: 'add', path: '/b/c', value: 1 }]],
  ['a test fails', { a: 'x' }, [{ op: 'test', path: '/a', value: null }]],
  ['the operation is unknown', { a: 'x' }, [{ op: 'frobnicate', path: '/a', value: 1 }]],
  ['the operation is missing', { a: 'x' }, [{ path: '/a', value: 1 }]],
  ['the path is missing', { a: 'x' }, [{ op: 'add', value: 1 }]],
  ['the index is out of range', { a: [1] }, [{ op: 'add', path: '/a/2', value: 1 }]],
  ['an index is no number', { a: [{ b: 1 }] }, [{ op: 'replace', path: '/a/name/b', value: 1 }]],
  ['it would reach the prototype', { a: {} }, [{ op: 'add', path: '/a/__proto__', value: { polluted: true } }]],
  ['it asks for an inherited property', { a: {} }, [{ op: 'add', path: '/a/constructor/polluted', value: true }]],
])('422 without details when %s', (_, object, operations) => {
  expect(status(() => patch(object, operations))).toMatchObject(
    { code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request', details: {} })
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('index -1 is the last item, and the place after it for add', () => {
  expect(patch({ a: [1, 2, 3] }, [{ op: 'remove', path: '/a/-1' }])).toEqual({ a: [1, 2] })
  expect(patch({ a: [1, 2] }, [{ op: 'add', path: '/a/-1', value: 3 }])).toEqual({ a: [1, 2, 3] })
  expect(patch({ a: [1, 2] }, [{ op: 'replace', path: '/a/-2', value: 0 },
    { op: 'add', path: '/a/-', value: 9 }])).toEqual({ a: [0, 2, 9] })
})

test('add without a value adds null, replace of a missing key adds it, and the text before the first slash is ignored', () => {
  expect(patch({ a: { x: 1 } }, [{ op: 'add', path: '/a/x' }, { op: 'replace', path: '/a/y', value: 2 },
    { op: 'add', path: 'a/z', value: 3 }]))
    .toEqual({ a: { x: null, y: 2 }, z: 3 })
})

test('the whole object can be replaced', () => {
  expect(patch({ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }])).toEqual({ b: 2 })
})

test('a copied value is not changed through its copy', () => {
  expect(patch({ a: { list: [1] } }, [
    { op: 'add', path: '/a/list/-', value: 2 }, { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/list/-', value: 3 },
  ])).toEqual({ a: { list: [1, 2] }, b: { list: [1, 2, 3] } })
})

test('copies that double an object over and over are refused', () => {
  const doubling = Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i}` }))
  expect(status(() => patch({ a: { text: 'x'.repeat(1000) } }, doubling)).code).toBe(422)
})

test('copies that put an object into itself over and over are refused', () => {
  const nesting = Array.from({ length: 20 }, (_, i) => ({ op: 'copy', from: '/a',
    path: `/a${'/b'.repeat(2 ** Math.min(i, 10))}` }))
  expect(status(() => patch({ a: {} }, nesting)).code).toBe(422)
})

test('what is not on the way is shared, and nothing given is changed', () => {
  const object = deepFreeze({ far: { away: {} }, near: { x: 1 } })
  const next = applyJsonPatch(object, [{ op: 'add', path: '/near/y', value: 2 }]) as typeof object
  expect(next.far).toBe(object.far)
  expect(object).toEqual({ far: { away: {} }, near: { x: 1 } })
})

test('bodies that are no list of operations are 400, too many operations 413', () => {
  expect(status(() => decodeJsonPatch({ op: 'add' }, 'Warn')))
    .toMatchObject({ code: 400,
      message: 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp' })
  expect(status(() => decodeJsonPatch(Array.from({ length: 10001 }, () => ({ op: 'add', path: '/a', value: {} })), 'Warn'))).toMatchObject({
    code: 413, reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  })
  expect(decodeJsonPatch([{ op: 'add', path: '/a', valeu: 1 }],
    'Warn').strictErrors).toEqual(['json patch unknown field "[0].valeu"'])
})
