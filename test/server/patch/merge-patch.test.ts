import { expect, test } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import { applyMergePatch, decodeMergePatch } from '../../../server/patch/merge-patch.ts'

test('null removes, objects merge, lists are replaced as a whole', () => {
  const object = deepFreeze({ labels: { a: '1', b: '2' }, list: [{ name: 'a' }, { name: 'b' }], same: { x: 1 } })
  const next = applyMergePatch(object, { labels: { a: null, c: '3' }, list: [{ name: 'b' }], nope: null })
  expect(next).toEqual({ labels: { b: '2', c: '3' }, list: [{ name: 'b' }], same: { x: 1 } })
  expect(next.same).toBe(object.same)
})

test('nulls inside what is new go, those that stand in lists stay', () => {
  expect(applyMergePatch({}, { a: { b: null, c: [null, { d: null }] } })).toEqual({ a: { c: [null, {}] } })
})

test('a patch that changes nothing gives the object itself', () => {
  const object = deepFreeze({ a: { b: 'x' } })
  expect(applyMergePatch(object, { a: { b: 'x', c: null } })).toBe(object)
})

test('a __proto__ key reaches no prototype', () => {
  const next = applyMergePatch({},
    JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}') as object as never)
  expect((next as { polluted?: boolean }).polluted).toBeUndefined()
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test.each([
  [[{ op: 'add' }], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
  [null, 'Invalid JSON Patch'],
])('a body %j is refused as upstream does', (body, message) => {
  expect(() => decodeMergePatch(body)).toThrow(message)
})
