import { formatSeconds, zeroTime } from './go-time.ts'
import { setOwn } from './json-syntax.ts'
import { parseJson } from './parse-json.ts'
import { isWrappedList, messageOf, type MessagePlan } from './protobuf-plan.ts'
import {
  ProtobufError, readDouble, readInteger, readLength, readVarint, skipField, textOf, unexpectedEnd, type Reader,
} from './protobuf-wire.ts'
import type { Field, ScalarType, Schema, StructSchema } from './schema.ts'
import { schemaOf } from './table.ts'

type JsonObject = Record<string, unknown>

/** No message of the table nests this deeply by itself; JSONSchemaProps could. */
const maxDepth = 500

/** Reads a message into a JSON object, whose fields come in any order and not yet in canonical form. */
export function decodeMessage(schema: StructSchema, reader: Reader, depth = 0): JsonObject {
  const object: JsonObject = {}
  readInto(object, messageOf(schema), schema.name, reader, depth)
  return object
}

function readInto(object: JsonObject, plan: MessagePlan, name: string, reader: Reader, depth: number): void {
  if (depth > maxDepth) throw new ProtobufError('proto: exceeded max depth')
  eachField(reader, name, (number, wireType) => {
    const part = plan.byNumber.get(number)
    if (!part) skipField(reader, wireType)
    else if (part.inner) readInto(object, part.inner, name, delimited(reader, wireType, name), depth + 1)
    else readField(object, part.field, reader, wireType, depth)
  })
}

function eachField(reader: Reader, name: string, read: (number: number, wireType: number) => void): void {
  const short = name.slice(name.lastIndexOf('.') + 1)
  while (reader.at < reader.end) {
    const tag = readVarint(reader), wireType = tag % 8, number = Math.floor(tag / 8)
    if (wireType === 4) throw new ProtobufError(`proto: ${short}: wiretype end group for non-group`)
    if (number <= 0 || number > 0x1fffffff) throw new ProtobufError(`proto: ${short}: illegal tag ${number} (wire type ${tag})`)
    read(number, wireType)
  }
}

function delimited(reader: Reader, wireType: number, name: string): Reader {
  expectWireType(wireType, 2, name)
  return readLength(reader)
}

function expectWireType(wireType: number, wanted: number, name: string): void {
  if (wireType === wanted) return
  throw new ProtobufError(`proto: wrong wireType = ${wireType} for field ${name[0].toUpperCase()}${name.slice(1)}`)
}

function readField(object: JsonObject, field: Field, reader: Reader, wireType: number, depth: number): void {
  const { name, schema } = field
  if (schema.type === 'list') {
    const list = (object[name] ??= []) as unknown[]
    if (isWrappedList(field)) readItems(list, schema.item, delimited(reader, wireType, name), depth)
    else readItem(list, schema.item, reader, wireType, name, depth)
  } else if (schema.type === 'map') {
    const map = (object[name] ??= {}) as JsonObject
    const { key, value } = readEntry(schema.value, isWrappedList(field), delimited(reader, wireType, name), name, depth)
    setOwn(map, key, value)
  } else setOwn(object, name, readValue(schema, reader, wireType, name, depth))
}

/** A repeated field; numbers may also come packed into one. */
function readItem(list: unknown[], schema: Schema, reader: Reader, wireType: number, name: string, depth: number): void {
  const packable = schema.type === 'scalar' && ['int32', 'int64', 'boolean', 'double'].includes(schema.scalar)
  if (packable && wireType === 2) {
    const packed = readLength(reader)
    while (packed.at < packed.end) list.push(readValue(schema, packed, schema.scalar === 'double' ? 1 : 0, name, depth))
  } else list.push(readValue(schema, reader, wireType, name, depth))
}

/** The list inside the message that wraps it. */
function readItems(list: unknown[], schema: Schema, reader: Reader, depth: number): void {
  eachField(reader, 'items', (number, wireType) =>
    number === 1 ? readItem(list, schema, reader, wireType, 'items', depth) : skipField(reader, wireType))
}

interface Entry { key: string; value: unknown }

function readEntry(schema: Schema, wrapped: boolean, reader: Reader, name: string, depth: number): Entry {
  let key = '', value: unknown = schema.type === 'list' ? [] : schema.type === 'struct' ? {} : null
  eachField(reader, name, (number, wireType) => {
    if (number === 1) key = textOf(delimited(reader, wireType, name))
    else if (number !== 2) skipField(reader, wireType)
    else if (wrapped && schema.type === 'list') {
      readItems(value as unknown[], schema.item, delimited(reader, wireType, name), depth)
    } else value = readValue(schema, reader, wireType, name, depth)
  })
  return { key, value }
}

function readValue(schema: Schema, reader: Reader, wireType: number, name: string, depth: number): unknown {
  switch (schema.type) {
    case 'scalar': return readScalar(schema.scalar, reader, wireType, name)
    case 'struct': return decodeMessage(schema, delimited(reader, wireType, name), depth + 1)
    case 'any': return readAny(schema.name ?? '', delimited(reader, wireType, name), depth)
    default: throw new ProtobufError(`proto: field ${name} can't hold a list of lists`)
  }
}

function readScalar(type: ScalarType, reader: Reader, wireType: number, name: string): unknown {
  const wanted = type === 'boolean' || type === 'int32' || type === 'int64' ? 0 : type === 'double' ? 1 : 2
  expectWireType(wireType, wanted, name)
  switch (type) {
    case 'boolean': return readInteger(reader) !== 0
    case 'int32': return readInteger(reader) | 0
    case 'int64': return readInteger(reader)
    case 'double': return readDouble(reader)
    case 'string': return textOf(readLength(reader))
    case 'bytes': { const { bytes, at, end } = readLength(reader); return bytes.toString('base64', at, end) }
    case 'Quantity': return readNumbered(readLength(reader)).texts[1] || '0'
    case 'Time': case 'MicroTime': return readTime(type, readLength(reader))
    case 'IntOrString': {
      const { integers, texts } = readNumbered(readLength(reader))
      return integers[1] ? texts[3] ?? '' : (integers[2] ?? 0) | 0
    }
    case 'Duration': return `${(readNumbered(readLength(reader)).integers[1] ?? 0) / 1e9}s`
  }
}

/** A small message, by number: its integers and its texts. */
function readNumbered(reader: Reader): { integers: Record<number, number>; texts: Record<number, string> } {
  const integers: Record<number, number> = {}, texts: Record<number, string> = {}
  eachField(reader, 'value', (number, wireType) => {
    if (wireType === 0) integers[number] = readInteger(reader)
    else if (wireType === 2) texts[number] = textOf(readLength(reader))
    else skipField(reader, wireType)
  })
  return { integers, texts }
}

function readTime(type: 'Time' | 'MicroTime', reader: Reader): string {
  if (reader.at === reader.end) return type === 'Time' ? zeroTime : '0001-01-01T00:00:00.000000Z'
  const { integers: { 1: seconds = 0, 2: nanoseconds = 0 } } = readNumbered(reader)
  // The range that RFC 3339 can write; Date is good for more.
  if (seconds < -62135596800 || seconds > 253402300799) throw new ProtobufError(`proto: time ${seconds} is out of range`)
  const text = formatSeconds(seconds)
  return type === 'Time' ? `${text}Z` : `${text}.${String(Math.trunc(nanoseconds / 1000) % 1_000_000).padStart(6, '0')}Z`
}

/** Free-form values: JSON text at number 1, or one of the unions of apiextensions. */
function readAny(name: string, reader: Reader, depth: number): unknown {
  const union = anyUnions[name]
  let value: unknown = null
  eachField(reader, name, (number, wireType) => {
    if (union) {
      const schema = union[number]
      if (!schema) skipField(reader, wireType)
      else if (schema === 'allows') value = readInteger(reader) !== 0
      else if (schema === 'property') value = [...(Array.isArray(value) ? value : []), textOf(delimited(reader, wireType, name))]
      else {
        const props = decodeMessage(schemaOf('apiextensions.v1.JSONSchemaProps'), delimited(reader, wireType, name), depth + 1)
        value = schema === 'schemas' ? [...(Array.isArray(value) ? value : []), props] : props
      }
    } else if (number === 1) value = readJson(delimited(reader, wireType, name))
    else skipField(reader, wireType)
  })
  return value
}

/** What stands at each number of the apiextensions types that are one of several things in JSON. */
export const anyUnions: Readonly<Record<string, Readonly<Record<number, 'schema' | 'schemas' | 'allows' | 'property'>>>> = {
  'apiextensions.v1.JSONSchemaPropsOrArray': { 1: 'schema', 2: 'schemas' },
  'apiextensions.v1.JSONSchemaPropsOrBool': { 1: 'allows', 2: 'schema' },
  'apiextensions.v1.JSONSchemaPropsOrStringArray': { 1: 'schema', 2: 'property' },
}

function readJson(reader: Reader): unknown {
  if (reader.at === reader.end) return null
  try { return parseJson(textOf(reader)).value } catch (error) {
    throw error instanceof Error ? new ProtobufError(error.message) : unexpectedEnd()
  }
}
