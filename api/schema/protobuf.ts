import { decode, DecodeError } from './decode.ts'
import { encodeMessage } from './protobuf-encode.ts'
import { decodeMessage } from './protobuf-decode.ts'
import {
  ProtobufError, readerOf, readLength, readVarint, skipField, textOf, writeDelimited, writerOf, writeTag, writeText, writeVarint,
  written,
} from './protobuf-wire.ts'
import type { StructSchema } from './schema.ts'
import { hasSchema, schemaByKind, schemaOf } from './table.ts'

export { ProtobufError } from './protobuf-wire.ts'

/** An object on the wire is these bytes and a runtime.Unknown around the kind's own message. */
const magic = Buffer.from('k8s\0', 'latin1')

export interface Envelope { apiVersion: string; kind: string; raw: Buffer }

export const isProtobuf = (bytes: Buffer): boolean => bytes.subarray(0, magic.length).equals(magic)

/** Takes the envelope off; throws ProtobufError in upstream's words. */
export function openEnvelope(bytes: Buffer): Envelope {
  if (bytes.length === 0) throw new ProtobufError('empty data')
  if (!isProtobuf(bytes)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  if (bytes.length === magic.length) throw new ProtobufError('empty body')
  const envelope: Envelope = { apiVersion: '', kind: '', raw: Buffer.alloc(0) }
  const reader = readerOf(bytes, magic.length)
  while (reader.at < reader.end) {
    const tag = readVarint(reader), number = Math.floor(tag / 8)
    if (tag % 8 !== 2 || number > 2) { skipField(reader, tag % 8); continue }
    const content = readLength(reader)
    if (number === 2) envelope.raw = bytes.subarray(content.at, content.end)
    else {
      while (content.at < content.end) {
        const inner = readVarint(content)
        if (inner % 8 !== 2) { skipField(content, inner % 8); continue }
        const text = textOf(readLength(content))
        if (inner === 10) envelope.apiVersion = text
        else if (inner === 18) envelope.kind = text
      }
    }
  }
  return envelope
}

/**
 * Reads an object, in the JSON form that `decode` gives. `schema` is the kind that is expected; without it the kind that the
 * bytes name decides. Throws ProtobufError for bytes that can't be read and for kinds without a protobuf form.
 */
export function decodeProtobuf(bytes: Buffer, schema?: StructSchema): { apiVersion: string; kind: string; object: any } {
  const { apiVersion, kind, raw } = openEnvelope(bytes)
  const slash = apiVersion.indexOf('/')
  const found = schema ?? schemaByKind(slash < 0 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind)
  if (!found) throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`)
  const read = decodeMessage(found, readerOf(raw))
  if (kind && found.fields.has('kind')) read.kind = kind
  if (apiVersion && found.fields.has('apiVersion')) read.apiVersion = apiVersion
  try {
    return { apiVersion, kind, object: decode(found, read, { mode: 'Ignore' }).object }
  } catch (error) {
    throw error instanceof DecodeError ? new ProtobufError(error.message) : error
  }
}

/** What of a kind its protobuf form needs; `schema` names its definition in the table. */
export interface ProtobufKind { group: string; version: string; kind: string; schema: string }

/** Writes an object of a kind with its envelope. */
export const encodeProtobuf = (kind: ProtobufKind, object: object): Buffer =>
  wrapProtobuf(kind, [encodeMessageOf(kind.schema, object)])

/** The message of an object alone, as it stands in a list. */
export function encodeMessageOf(definition: string, object: object): Buffer {
  const writer = writerOf()
  encodeMessage(schemaOf(definition), object as Record<string, unknown>, writer)
  return written(writer)
}

/** Puts a message, given in pieces, into an envelope that names its kind. */
export function wrapProtobuf({ group, version, kind }: Omit<ProtobufKind, 'schema'>, pieces: readonly Buffer[]): Buffer {
  const writer = writerOf(256)
  writeDelimited(writer, 1, () => {
    writeDelimited(writer, 2, () => writeText(writer, kind))
    writeDelimited(writer, 1, () => writeText(writer, group ? `${group}/${version}` : version))
  })
  const length = pieces.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([magic, written(writer), delimiter(2, length), ...pieces, noContentType])
}

/** The tag and length that stand before a length-delimited field. */
export function delimiter(number: number, length: number): Buffer {
  const writer = writerOf(16)
  writeVarint(writer, length)
  writeTag(writer, number, 2)
  return written(writer)
}

/** contentEncoding and contentType of the envelope: empty, but written. */
const noContentType = Buffer.concat([delimiter(3, 0), delimiter(4, 0)])

/** Whether the table knows protobuf numbers for a definition. */
export function hasProtobuf(definition: string): boolean {
  if (!hasSchema(definition)) return false
  for (const field of schemaOf(definition).fields.values()) if (field.number !== undefined) return true
  return false
}
