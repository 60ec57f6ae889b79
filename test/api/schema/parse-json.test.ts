import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonSyntaxError, parseJson, readTypeMeta } from '../../../api/schema/parse-json.ts'

describe('parseJson', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 2}', "invalid character '2' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} trailing', "invalid character 't' after top-level value"],
    ['not json', "invalid character 'o' in literal null (expecting 'u')"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\n"', "invalid character '\\n' in string literal"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{é}', "invalid character 'Ã' looking for beginning of object key string"],
  ])('refuses %j as Go does', (text, message) => {
    expect(() => parseJson(text)).toThrow(new JsonSyntaxError(message))
  })

  it('refuses nesting that no one could walk through', () => {
    expect(() => parseJson('['.repeat(100_000) + ']'.repeat(100_000))).toThrow("invalid character '[' exceeded max depth")
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrow('exceeded max depth')
  })

  it('names duplicates only where a key stands twice', () => {
    expect(parseJson('{"a":{"b":1},"c":"b\\"a"}').duplicates).toBeUndefined()
    const { value, duplicates } = parseJson('{"a":{"b":1,"b":2}}')
    expect([...duplicates!.values()]).toEqual([[['b', 1], ['b', 2]]])
    expect(value).toEqual({ a: { b: 2 } })
  })

  it('reads every value that JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), text => {
      expect(JSON.stringify(parseJson(text).value)).toBe(JSON.stringify(JSON.parse(text)))
    }), { seed: 1, numRuns: 300 })
  })

  it('replaces half a surrogate pair', () => {
    expect(parseJson('"a\\ud800b"').value).toBe('a\ufffdb')
  })
})

describe('readTypeMeta', () => {
  it('reads kind and version in any case', () => {
    expect(readTypeMeta({ apiversion: 'v1', Kind: 'Pod' })).toEqual({ apiVersion: 'v1', kind: 'Pod' })
  })
  it('words what goes wrong as upstream does', () => {
    const prefix = "couldn't get version/kind; json parse error: json: cannot unmarshal"
    expect(() => readTypeMeta([])).toThrow(prefix + String.raw` array into Go value of type struct `
      + String.raw`{ APIVersion string "json:\"apiVersion,omitempty\""; `
      + String.raw`Kind string "json:\"kind,omitempty\"" }`)
    expect(() => readTypeMeta({ kind: 5 })).toThrow(`${prefix} number into Go struct field .kind of type string`)
  })
})
