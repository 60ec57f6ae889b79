import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalize } from '../../../api/schema/decode.ts'
import { decodeProtobuf, encodeProtobuf, ProtobufError } from '../../../api/schema/protobuf.ts'
import type { Schema, StructSchema } from '../../../api/schema/schema.ts'
import { definitionNames, schemaOf } from '../../../api/schema/table.ts'

const fixture = new URL('./fixtures/kubectl-create-bodies.json', import.meta.url)
const bodies: Record<string, string> = JSON.parse(readFileSync(fixture, 'utf8'))
const read = (name: string) => decodeProtobuf(Buffer.from(bodies[name], 'hex')).object

describe('what kubectl 1.36 sends for `create`', () => {
  it('is read: a deployment', () => {
    const container = { name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], resources: {} }
    expect(read('deployment')).toEqual({
      kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 2, selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
        strategy: {},
      },
      status: {},
    })
  })
  it('is read: a secret, a service, an access review, a token request, a disruption budget', () => {
    expect(read('secret')).toMatchObject({ metadata: { name: 's' }, data: { a: 'MQ==' } })
    const port = { name: '80-8080', port: 80, protocol: 'TCP', targetPort: 8080 }
    expect(read('service').spec).toMatchObject({ type: 'NodePort', ports: [port] })
    expect(read('selfsubjectaccessreview').spec.resourceAttributes).toMatchObject({ verb: 'get', resource: 'pods' })
    expect(read('tokenrequest').spec).toEqual({ audiences: null, expirationSeconds: null, boundObjectRef: null })
    expect(read('poddisruptionbudget').spec).toMatchObject({ minAvailable: '50%' })
    expect(read('resourcequota').spec.hard).toEqual({ cpu: '1', memory: '1G' })
  })
  it.each(Object.keys(bodies))('comes out again byte for byte: %s', name => {
    const bytes = Buffer.from(bodies[name], 'hex')
    const { apiVersion, kind, object } = decodeProtobuf(bytes)
    const [version, group = ''] = apiVersion.split('/').toReversed()
    const definition = definitionNames().find(one => {
      const known = schemaOf(one).groupVersionKind
      return known?.kind === kind && known.group === group && known.version === version
    })!
    expect(encodeProtobuf({ group, version, kind, schema: definition }, object).toString('hex')).toBe(bytes.toString('hex'))
  })
})

const text = fc.constantFrom('', 'a', 'é日本', 'x y')
const scalars: Record<string, fc.Arbitrary<unknown>> = {
  string: text, boolean: fc.boolean(),
  int32: fc.integer({ min: -5, max: 2 ** 31 - 1 }), int64: fc.integer({ min: -5, max: 2 ** 40 }),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }), bytes: fc.constantFrom('', 'YQ==', 'aGVsbG8='),
  Quantity: fc.constantFrom('1', '100m', '1.5Gi', '1e3'), Time: fc.constantFrom('2020-01-02T03:04:05Z', '1969-12-31T23:59:59Z'),
  MicroTime: fc.constant('2020-01-02T03:04:05.000006Z'), Duration: fc.constant('5s'),
  IntOrString: fc.oneof(fc.integer({ min: -1, max: 70000 }), text),
}
function valueOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'scalar': return scalars[schema.scalar]
    case 'any': return fc.constant(anyValues[schema.name!.slice('apiextensions.v1.'.length)] ?? { a: [1, 'b'] })
    case 'list': return fc.array(valueOf(schema.item, depth), { maxLength: 2 })
    case 'map': return fc.dictionary(keys, valueOf(schema.value, depth), { maxKeys: 2, noNullPrototype: true })
    case 'struct': return structOf(schema, depth + 1)
  }
}
const keys = fc.constantFrom('a', 'b', '__proto__', 'é')
const anyValues: Record<string, unknown> = {
  JSONSchemaPropsOrArray: { type: 'string' }, JSONSchemaPropsOrBool: true, JSONSchemaPropsOrStringArray: ['a', 'b'],
}
function structOf(schema: StructSchema, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  if (depth > 4) return fc.constant({})
  const fields = [...schema.fields.values()].filter(({ name }) => name !== 'kind' && name !== 'apiVersion')
  const absent = { weight: 2, arbitrary: fc.constant(undefined) }
  return fc.record(Object.fromEntries(fields.map(field =>
    [field.name, fc.oneof(absent, { weight: 1, arbitrary: fc.constant(0).chain(() => valueOf(field.schema, depth)) })])))
}

const kinds = definitionNames().map(schemaOf)
  .filter(schema => schema.groupVersionKind && schema.fields.get('metadata')?.number !== undefined)

describe('any object of any kind', () => {
  it.each(kinds.map(schema => schema.name))('%s keeps its value on the way through protobuf', name => {
    const schema = schemaOf(name)
    fc.assert(fc.property(structOf(schema), object => {
      const kind = schema.groupVersionKind!
      const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version
      const canonical = normalize(schema, { kind: kind.kind, apiVersion, ...JSON.parse(JSON.stringify(object)) })
      const bytes = encodeProtobuf({ ...kind, schema: name }, canonical)
      expect(JSON.stringify(decodeProtobuf(bytes).object)).toBe(JSON.stringify(canonical))
    }), { seed: 3, numRuns: 5 })
  })
})

describe('bytes that are no object', () => {
  it.each([
    ['', 'empty data'], ['k8s\0', 'empty body'],
    ['{}', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['k8s\0\x0a\x0512', 'unexpected EOF'],
  ])('%j are refused', (bytes, message) => {
    expect(() => decodeProtobuf(Buffer.from(bytes, 'latin1'))).toThrow(new ProtobufError(message))
  })

  it('of any kind raise a ProtobufError and nothing else', () => {
    const whole = Buffer.from(bodies.deployment, 'hex')
    const change = fc.tuple(fc.integer({ min: 4, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }))
    fc.assert(fc.property(fc.array(change, { maxLength: 4 }), fc.integer({ min: 4, max: whole.length }), (changes, length) => {
      const bytes = Buffer.from(whole.subarray(0, length))
      for (const [at, byte] of changes) if (at < length) bytes[at] = byte
      try { decodeProtobuf(bytes) } catch (error) { expect(error).toBeInstanceOf(ProtobufError) }
    }), { seed: 4, numRuns: 2000 })
  })

  it('nested without end are refused', () => {
    const schema = schemaOf('apiextensions.v1.JSONSchemaProps')
    const tag = varint(schema.fields.get('not')!.number! * 8 + 2)
    const parts: Buffer[] = []
    for (let i = 0, length = 0; i < 20_000; i++) {
      const head = Buffer.concat([tag, varint(length)])
      parts.push(head)
      length += head.length
    }
    const raw = Buffer.concat(parts.toReversed())
    const bytes = Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x12]), varint(raw.length), raw])
    expect(() => decodeProtobuf(bytes, schema)).toThrow('exceeded max depth')
  })
})

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value >= 128; value >>>= 7) bytes.push((value & 127) | 128)
  return Buffer.from([...bytes, value])
}
