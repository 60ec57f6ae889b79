import { parseTime } from './go-time.ts'
import { anyUnions } from './protobuf-decode.ts'
import { isWrappedList, messageOf, type MessagePlan } from './protobuf-plan.ts'
import { writeBytes, writeDelimited, writeDouble, writeTag, writeText, writeVarint, type Writer } from './protobuf-wire.ts'
import type { Field, ScalarType, Schema, StructSchema } from './schema.ts'
import { schemaOf } from './table.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Writes a struct's fields, the last one first, as gogo/protobuf does; the bytes are those that Go writes. */
export function encodeMessage(schema: StructSchema, object: JsonObject, writer: Writer): void {
  writeMessage(messageOf(schema), object, writer)
}

function writeMessage(plan: MessagePlan, object: JsonObject, writer: Writer): void {
  for (let i = plan.parts.length - 1; i >= 0; i--) {
    const { number, field, inner } = plan.parts[i]
    if (inner) writeDelimited(writer, number, () => writeMessage(inner, object, writer))
    else writeField(field, number, Object.hasOwn(object, field.name) ? object[field.name] : undefined, writer)
  }
}

function writeField(field: Field, number: number, value: unknown, writer: Writer): void {
  const { schema } = field
  if (schema.type === 'list') {
    const list = Array.isArray(value) ? value : []
    if (isWrappedList(field)) { if (value) writeDelimited(writer, number, () => writeItems(schema.item, 1, list, writer)) }
    else writeItems(schema.item, number, list, writer)
  } else if (schema.type === 'map') {
    if (value) writeEntries(schema.value, number, value as JsonObject, isWrappedList(field), writer)
  } else if (value !== undefined && value !== null) writeValue(schema, number, value, writer)
  // Go writes what is no pointer even when it was never set; a null is a pointer to a zero time.
  else if (isPointer(field) ? value === null && field.presence === 'pointer' : !isBytes(schema)) {
    writeValue(schema, number, undefined, writer)
  }
}

const isPointer = ({ presence }: Field): boolean => presence === 'pointer' || presence === 'null'
const isBytes = (schema: Schema): boolean => schema.type === 'scalar' && schema.scalar === 'bytes'

function writeItems(schema: Schema, number: number, list: readonly unknown[], writer: Writer): void {
  for (let i = list.length - 1; i >= 0; i--) writeValue(schema, number, list[i], writer)
}

function writeEntries(schema: Schema, number: number, map: JsonObject, wrapped: boolean, writer: Writer): void {
  for (const key of Object.keys(map).sort().toReversed()) {
    const value = map[key]
    writeDelimited(writer, number, () => {
      if (wrapped && schema.type === 'list') {
        writeDelimited(writer, 2, () => writeItems(schema.item, 1, (value ?? []) as unknown[], writer))
      } else writeValue(schema, 2, value, writer)
      writeDelimited(writer, 1, () => writeText(writer, key))
    })
  }
}

function writeValue(schema: Schema, number: number, value: unknown, writer: Writer): void {
  switch (schema.type) {
    case 'scalar': return writeScalar(schema.scalar, number, value, writer)
    case 'struct': return writeDelimited(writer, number, () => encodeMessage(schema, (value ?? {}) as JsonObject, writer))
    case 'any': return writeDelimited(writer, number, () => writeAny(schema.name ?? '', value, writer))
    default: throw new Error('protobuf has no list of lists')
  }
}

function writeScalar(type: ScalarType, number: number, value: unknown, writer: Writer): void {
  switch (type) {
    case 'boolean': case 'int32': case 'int64':
      writeVarint(writer, Number(value ?? 0))
      return writeTag(writer, number, 0)
    case 'double':
      writeDouble(writer, Number(value ?? 0))
      return writeTag(writer, number, 1)
    default: writeDelimited(writer, number, () => writeContent(type, value, writer))
  }
}

function writeContent(type: ScalarType, value: unknown, writer: Writer): void {
  switch (type) {
    case 'bytes': return writeBytes(writer, Buffer.from(String(value ?? ''), 'base64'))
    case 'Quantity': return writeDelimited(writer, 1, () => writeText(writer, String(value ?? '0')))
    case 'Time': case 'MicroTime': return writeTime(type, value, writer)
    case 'IntOrString': {
      const text = typeof value === 'string'
      writeDelimited(writer, 3, () => writeText(writer, text ? value : ''))
      writeVarint(writer, text ? 0 : Number(value ?? 0))
      writeTag(writer, 2, 0)
      writeVarint(writer, text ? 1 : 0)
      return writeTag(writer, 1, 0)
    }
    case 'Duration':
      writeVarint(writer, Math.round(Number.parseFloat(String(value ?? 0)) * 1e9))
      return writeTag(writer, 1, 0)
    default: writeText(writer, String(value ?? ''))
  }
}

/** A zero time is an empty message. */
function writeTime(type: 'Time' | 'MicroTime', value: unknown, writer: Writer): void {
  if (!value) return
  const { seconds, nanoseconds } = parseTime(String(value), type)
  writeVarint(writer, type === 'MicroTime' ? nanoseconds - nanoseconds % 1000 : 0)
  writeTag(writer, 2, 0)
  writeVarint(writer, seconds)
  writeTag(writer, 1, 0)
}

function writeAny(name: string, value: unknown, writer: Writer): void {
  if (value === undefined || value === null) return
  const union = anyUnions[name]
  if (!union) return writeDelimited(writer, 1, () => writeText(writer, JSON.stringify(value)))
  const numberOf = (what: string): number => Number(Object.keys(union).find(number => union[Number(number)] === what))
  const props = (number: number, item: unknown): void =>
    writeDelimited(writer, number, () => encodeMessage(schemaOf('apiextensions.v1.JSONSchemaProps'), item as JsonObject, writer))
  if (Array.isArray(value)) {
    const strings = Object.values(union).includes('property')
    for (const item of value.toReversed()) {
      if (strings) writeDelimited(writer, numberOf('property'), () => writeText(writer, String(item)))
      else props(numberOf('schemas'), item)
    }
    return
  }
  if (typeof value === 'object') props(numberOf('schema'), value)
  if (Object.values(union).includes('allows')) {
    writeVarint(writer, value === false ? 0 : 1)
    writeTag(writer, numberOf('allows'), 0)
  }
}
