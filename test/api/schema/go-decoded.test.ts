import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decode, DecodeError, normalize } from '../../../api/schema/decode.ts'
import { parseJson } from '../../../api/schema/parse-json.ts'
import { decodeProtobuf, encodeProtobuf, openEnvelope } from '../../../api/schema/protobuf.ts'
import { schemaOf } from '../../../api/schema/table.ts'

/** What Kubernetes' own Go types made of these texts: the complaint, or the object after a way through protobuf. */
interface Case { definition: string; text: string; error?: string; unknown?: string[]; object?: string; protobuf?: string }
const cases: Case[] = JSON.parse(readFileSync(new URL('./fixtures/go-decoded.json', import.meta.url), 'utf8'))

const decodeText = ({ definition, text }: Case) => {
  const { value, duplicates } = parseJson(text)
  return decode(schemaOf(definition), value, { mode: 'Strict', duplicates })
}
const withoutTypeMeta = (object: string) => object.replace(/^\{"kind":"[^"]*","apiVersion":"[^"]*",?/, '{')

describe('decoding as Go decodes', () => {
  it.each(cases.filter(one => one.error))('refuses $definition: $error', one => {
    expect(() => decodeText(one)).toThrow(new DecodeError(one.error))
  })

  const readable = cases.filter(one => one.object).map((one, index) => ({ ...one, index }))
  it.each(readable)('writes $definition again as Go does ($index)', one => {
    const { object, unknown } = decodeText(one)
    expect(unknown).toEqual(one.unknown)
    expect(JSON.stringify(normalize(schemaOf(one.definition), object))).toBe(withoutTypeMeta(one.object!))
  })

  it.each(cases.filter(one => one.protobuf))('writes and reads the same protobuf bytes of $definition', one => {
    const { object } = decodeText(one)
    const { groupVersionKind } = schemaOf(one.definition)
    const mine = encodeProtobuf({ ...groupVersionKind!, schema: one.definition }, object)
    const theirs = Buffer.from(one.protobuf!, 'hex')
    expect(openEnvelope(mine).raw.toString('hex')).toBe(openEnvelope(theirs).raw.toString('hex'))
    const schema = schemaOf(one.definition)
    expect(JSON.stringify(decodeProtobuf(theirs, schema).object)).toBe(JSON.stringify(normalize(schema, object)))
  })
})
