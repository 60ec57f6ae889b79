import { describe, expect, it } from 'vitest'
import { goRegexpComplaint } from '../../../api/kinds/apiextensions/go-regexp.ts'
import { customResourceDefinitions } from '../../../api/kinds/apiextensions/customresourcedefinitions.ts'
import { fieldAt } from '../../../api/kinds/apiextensions/schema-field-path.ts'
import { decode } from '../../../api/schema/decode.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { create, update } from './write.ts'

const version = (name: string, spec: object, more: object = {}) =>
  ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: { type: 'object', properties: { spec } } }, ...more })
const definition = (...versions: object[]) => ({
  metadata: { name: 'lamps.example.org' },
  spec: { group: 'example.org', scope: 'Cluster', names: { plural: 'lamps', kind: 'Lamp' }, versions },
})

describe('a definition of custom resources', () => {
  it('is complained about at the top where all versions say the same', () => {
    expect(create(customResourceDefinitions, definition(version('v1', {}), version('v2', {}))).errors)
      .toEqual(['spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields'])
    expect(create(customResourceDefinitions, definition(version('v1', {}), version('v2', { type: 'object' }))).errors)
      .toEqual(['spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields'])
  })

  it('keeps a version in which objects may be stored', () => {
    const { object } = create(customResourceDefinitions, definition(version('v1', { type: 'object' })))
    expect(object.status?.storedVersions).toEqual(['v1'])
    const { errors } = update(customResourceDefinitions, object, draft => { draft.spec.versions[0].name = 'v2' })
    expect(errors).toEqual([expect.stringContaining('status.storedVersions[0]: Invalid value: "v1": missing from spec.versions')])
  })

  it('wants what is judged under a junctor to be specified outside of it', () => {
    const schema = { openAPIV3Schema: { type: 'object', oneOf: [{ properties: { a: { minLength: 1 } } }] } }
    expect(create(customResourceDefinitions, definition(version('v1', {}, { schema }))).errors).toEqual([
      'spec.validation.openAPIV3Schema.properties[a]: Required value: because it is defined in '
      + 'spec.validation.openAPIV3Schema.oneOf[0].properties[a]'])
  })

  it('warns of formats that nothing checks, once', () => {
    const { object, warnings } = create(customResourceDefinitions, definition(version('v1', { type: 'string', format: 'colour' })))
    expect(warnings).toEqual(['unrecognized format "colour"'])
    expect(customResourceDefinitions.warnings?.(object, object)).toEqual([])
  })

  it('has its nested schemas decoded as schemas', () => {
    const schema = schemaOf('apiextensions.v1.JSONSchemaProps')
    expect(decode(schema, { items: { type: 'string', odd: 1 }, additionalProperties: false }, { mode: 'Strict' }))
      .toEqual({ object: { items: { type: 'string' }, additionalProperties: false }, unknown: [] })
    expect(() => decode(schema, { items: { type: 5 } }, { mode: 'Strict' })).toThrow('cannot unmarshal number into Go struct field')
    expect(() => decode(schema, { additionalProperties: 5 }, { mode: 'Strict' })).toThrow('boolean or JSON schema expected')
  })
})

describe('a path into a schema', () => {
  const schema = { type: 'object', properties: { 'spec': { type: 'object', additionalProperties: { type: 'integer' } }, 'odd.name': { type: 'string' } } }
  it.each([
    ['.spec.any', ['.spec', '[any]']], [".spec['a.b']", ['.spec', '[a.b]']], ["['odd.name']", ['.odd.name']],
  ])('%s leads to %j', (path, steps) => { expect(fieldAt(path, schema)).toMatchObject({ steps }) })
  it.each([
    ['.nope', 'does not refer to a valid field'], ['spec', 'expected [ or . but got: spec'], ['.', 'unexpected end of JSON path'],
    ['.spec[any]', 'expected single quoted string but got any'], ['.spec.any.more', 'does not refer to a valid field'],
    ['.constructor', 'does not refer to a valid field'],
  ])('%s is refused: %s', (path, complaint) => { expect(fieldAt(path, schema)).toEqual({ complaint }) })
})

describe('a pattern', () => {
  it.each([
    ['^[a-z]+$', undefined], ['(a|b){2,3}', undefined], ['[]a]', undefined], ['(?i)x', undefined],
    ['(?P<n>a)(?:b)(?s-i:c)', undefined], ['^a{2,}?\\.[^\\]]*$', undefined], ['a{x}', undefined],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'], ['a{2,1}', 'error parsing regexp: invalid repeat count: `{2,1}`'],
    ['[z-a]', 'error parsing regexp: invalid character class range: `z-a`'], ['(?<!x)', 'error parsing regexp: invalid named capture: `(?<!x)`'],
    ['a\\1', 'error parsing regexp: invalid escape sequence: `\\1`'], ['x\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
    ['(', 'error parsing regexp: missing closing ): `(`'], ['[a', 'error parsing regexp: missing closing ]: `[a`'],
    ['*', 'error parsing regexp: missing argument to repetition operator: `*`'], ['a)', 'error parsing regexp: unexpected ): `a)`'],
    ['(?=x)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ])('%s: %s', (pattern, complaint) => { expect(goRegexpComplaint(pattern)).toBe(complaint) })
})
