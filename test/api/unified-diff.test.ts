import { describe, expect, test } from 'vitest'

import { unifiedDiff } from '../../api/unified-diff.ts'

const letters = (text: string) => [...text]

describe('unifiedDiff', () => {
  test('shows three lines around a change, with the lengths of both sides', () => {
    expect(unifiedDiff(letters('abcdefgh'), letters('abcdXfgh'))).toBe(
      '@@ -3,7 +3,7 @@\n  "b",\n  "c",\n  "d",\n- "e",\n+ "X",\n  "f",\n  "g",\n  "h"\n')
  })

  test('shows changes that are more than six lines apart on their own', () => {
    const [near, far] = ['a1234b', 'a12345678b'].map(text => unifiedDiff(letters(`${text};`), letters(`${text.toUpperCase()};`)))
    expect(near.match(/^@@/gm)).toHaveLength(1)
    expect(far.match(/^@@/gm)).toHaveLength(2)
  })

  test('keeps the longest run of common lines, even where another choice keeps the first line', () => {
    expect(unifiedDiff(letters('ab;'), letters('acab;'))).toBe(
      '@@ -1,4 +1,6 @@\n [\n+ "a",\n+ "c",\n  "a",\n  "b",\n  ";"\n')
  })

  test('starts no run at lines that are frequent in a long text', () => {
    const old = Array.from({ length: 250 }, (_, i) => (i % 2 ? 'same' : `line ${i}`))
    expect(unifiedDiff(old, ['same', ...old])).toBe(
      '@@ -1,4 +1,5 @@\n [\n+ "same",\n  "line 0",\n  "same",\n  "line 2",\n')
  })

  test('escapes what HTML could take for markup, and says nothing of equal values', () => {
    expect(unifiedDiff({ a: '<b>' }, { a: '&' })).toBe('@@ -1,3 +1,3 @@\n {\n- "a": "\\u003cb\\u003e"\n+ "a": "\\u0026"\n }\n')
    expect(unifiedDiff({ a: 1 }, { a: 1 })).toBe('')
  })
})
