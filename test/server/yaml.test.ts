import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { encodeYaml } from '../../server/yaml.ts'

test('keys are sorted and lists are not indented', () => {
  expect(encodeYaml({ b: [{ d: 1, c: true }], a: null })).toBe('a: null\nb:\n- c: true\n  d: 1\n')
})

test('text that would be read as something else stands in double quotes, text that can not stand plain in single ones', () => {
  const value = { bool: 'yes', date: '2026-01-02', empty: '', float: '1.5', hash: 'a #b', star: '*', text: 'plain', zero: '0' }
  expect(encodeYaml(value)).toBe('bool: "yes"\ndate: "2026-01-02"\nempty: ""\nfloat: "1.5"\n'
    + "hash: 'a #b'\nstar: '*'\ntext: plain\nzero: \"0\"\n")
})

test('long text is broken behind column 80, as Go breaks it', () => {
  const types = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'
  expect(encodeYaml({ message: `only the following media types are accepted: ${types}` })).toBe(
    "message: 'only the following media types are accepted: application/json;stream=watch,\n"
    + "  application/vnd.kubernetes.protobuf;stream=watch'\n")
})

test('what is written is read again as it was', () => {
  const long = 'word '.repeat(60).trim(), quoted = `it's: ${'x: y '.repeat(40)}end`
  const texts = [long, quoted, `"${long}"`, 'a\n  b\nc\n', `${long}\n${long}`, '  lead', 'trail  ', `${long}  ${long}`,
    '- a', '|', 'k: |', '\t']
  for (const text of texts) {
    const value = { [JSON.stringify(text).slice(0, 20)]: text, list: [text, [text], { deep: text }], nested: { key: { text } } }
    expect(parse(encodeYaml(value), { version: '1.1' })).toEqual(value)
  }
})
