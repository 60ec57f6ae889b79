import { array, assert, constantFrom, dictionary, letrec, oneof, property } from 'fast-check'
import { expect, test } from 'vitest'
import { deepFreeze, same, share } from '../../api/edit.ts'

test('an object that shares the parts of another one is still the same (1,000 pairs, seed 36)', () => {
  const value = letrec<{ any: unknown }>(tie => ({
    any: oneof({ depthSize: 'small' }, constantFrom(0, 1, 'a', 'b', true, null),
      array(tie('any'), { maxLength: 3 }), dictionary(constantFrom('a', 'b', '__proto__', 'constructor'), tie('any'), { maxKeys: 3 })),
  })).any
  assert(property(value, value, (next, old) => {
    const copy = structuredClone(next)
    const shared = share(next, deepFreeze(old))
    expect(same(shared, copy)).toBe(true)
    expect(shared === old).toBe(same(copy, old))
  }), { numRuns: 1000, seed: 36 })
})

test('what did not change is the old part itself, below what did', () => {
  const old = deepFreeze({ spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }], nodeName: 'x' }, list: [1, 2] })
  const next = share({ spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }], nodeName: 'y' }, list: [1, 2, 3] }, old)
  expect(next.spec).not.toBe(old.spec)
  expect(next.spec.containers).toBe(old.spec.containers)
  expect(next.list).toEqual([1, 2, 3])
})
