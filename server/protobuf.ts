import { type Kind } from '../api/kind.ts'
import type { ListMeta } from '../api/object.ts'
import { delimiter, encodeMessageOf, wrapProtobuf } from '../api/schema/protobuf.ts'
import type { Stored } from './store/store.ts'

/** Stored objects as Kubernetes protobuf: each is encoded once, whether a GET, a list or a watch asks. */

/** What refusals, errors of a watch and answers to a deletion are. */
export const statusKind = { group: '', version: 'v1', kind: 'Status', schema: 'meta.v1.Status' }

const messages = new WeakMap<Stored, Buffer>()

function messageOf(kind: Kind, stored: Stored): Buffer {
  let message = messages.get(stored)
  if (!message) messages.set(stored, message = encodeMessageOf(kind.schema, stored.object))
  return message
}

export const protobufOf = (kind: Kind, stored: Stored): Buffer => wrapProtobuf(kind, [messageOf(kind, stored)])

/** A list in protobuf: its metadata is field 1 and its items are field 2 of every kind's list. */
export function protobufListOf(kind: Kind, metadata: ListMeta, items: readonly Stored[]): Buffer {
  const head = encodeMessageOf('meta.v1.ListMeta', metadata)
  const pieces = [delimiter(1, head.length), head]
  for (const item of items) {
    const message = messageOf(kind, item)
    pieces.push(delimiter(2, message.length), message)
  }
  return wrapProtobuf({ ...kind, kind: `${kind.kind}List` }, pieces)
}

/** One event of a watch: a bare meta/v1 WatchEvent after its length in four bytes (apimachinery, LengthDelimitedFramer). */
export function protobufFrame(type: string, object: Buffer): Buffer {
  const text = Buffer.from(type), raw = delimiter(1, object.length)
  const message = [delimiter(1, text.length), text, delimiter(2, raw.length + object.length), raw, object]
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(message.reduce((sum, { length }) => sum + length, 0))
  return Buffer.concat([length, ...message])
}
