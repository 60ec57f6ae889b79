import type { ServerResponse } from 'node:http'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { normalize } from '../../api/schema/decode.ts'
import { encodeProtobuf, hasProtobuf } from '../../api/schema/protobuf.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { StatusError } from '../../api/status.ts'
import { encodeJson } from '../json.ts'
import { drained } from './drained.ts'
import { contentTypeOf, negotiate, type Representation } from '../media.ts'
import { protobufFrame, protobufOf, statusKind } from '../protobuf.ts'
import type { Asked } from '../asked.ts'
import type { ApiResponse, WatchItem } from '../request.ts'
import type { Stored } from '../store/store.ts'
import { columnDefinitions, parseIncludeObject, partialKind, partialMetadata, table, tableRow } from '../table.ts'

/** Frames of plain objects, by encoding and type of event: made once and shared by all watchers. */
const frames = new WeakMap<Stored, Map<string, Buffer>>()

function shared(stored: Stored, key: string, make: () => Buffer): Buffer {
  let byKey = frames.get(stored)
  if (!byKey) frames.set(stored, byKey = new Map())
  let made = byKey.get(key)
  if (!made) byKey.set(key, made = make())
  return made
}

const line = (type: string, object: object) => Buffer.from(encodeJson({ type, object }) + '\n')

const jsonFrame = (type: string, stored: Stored): Buffer => shared(stored, type, () =>
  Buffer.concat([Buffer.from(`{"type":"${type}","object":`), stored.bytes, Buffer.from('}\n')]))

export type Watch = Extract<ApiResponse, { type: 'watch' }>

/** How a client gets the events of a watch; throws 406. A failure after the first byte is an ERROR event, as upstream has it. */
export function watchEncoding(kind: Kind, asked: Asked): {
  protobuf: boolean
  encode: EncodeItem
  encodeError(error: StatusError): Buffer
  /** The watch ends at its first event: an object is no list, and upstream ends it where one should become one. */
  ends: boolean
} {
  const representation = negotiate(asked.accept, 'watch', hasProtobuf(kind.schema))
  const protobuf = representation.encoding === 'protobuf'
  return {
    protobuf,
    ends: representation.as === 'PartialObjectMetadataList',
    encode: protobuf ? protobufEncoder(kind, representation) : jsonEncoder(kind, representation, asked),
    encodeError: ({ status }) => (protobuf ? protobufFrame('ERROR', encodeProtobuf(statusKind, status)) : line('ERROR', status)),
  }
}

/** Streams a watch to the client. */
export async function respondWatch(out: ServerResponse, { kind, events }: Watch, asked: Asked): Promise<void> {
  const { protobuf, ends, encode, encodeError } = watchEncoding(kind, asked)
  const contentType = protobuf ? `${contentTypeOf.protobuf};stream=watch` : contentTypeOf.json
  out.writeHead(200, { 'content-type': contentType })
  out.flushHeaders()
  try {
    for await (const batch of events) {
      if (ends) break
      for (const chunk of chunksOf(batch, encode)) {
        if (asked.signal.aborted || out.destroyed) break
        if (!out.write(chunk)) await drained(out, asked.signal)
      }
      if (asked.signal.aborted || out.destroyed) break
    }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    out.write(encodeError(error))
  }
  out.end()
}

type EncodeItem = (item: WatchItem) => Buffer

/** No more than this is made ready before the client has read what was sent: who stops reading costs one chunk. */
const chunkBytes = 64 * 1024

function * chunksOf(batch: readonly WatchItem[], encode: EncodeItem): Iterable<Buffer> {
  if (batch.length === 1) { yield encode(batch[0]); return }
  let frames: Buffer[] = [], length = 0
  for (const item of batch) {
    const frame = encode(item)
    frames.push(frame)
    length += frame.length
    if (length < chunkBytes) continue
    yield Buffer.concat(frames, length)
    frames = []
    length = 0
  }
  if (length) yield Buffer.concat(frames, length)
}

function protobufEncoder(kind: Kind, { as, version = 'v1' }: Representation): EncodeItem {
  if (as) {
    const shown = partialKind(as, version)
    return item => protobufFrame(item.type, encodeProtobuf(shown, { metadata: objectOf(kind, item).metadata }))
  }
  return item => (item.type === 'BOOKMARK'
    ? protobufFrame('BOOKMARK', encodeProtobuf(kind, bookmark(kind, item)))
    : shared(item.stored, `protobuf ${item.type}`, () => protobufFrame(item.type, protobufOf(kind, item.stored))))
}

function jsonEncoder(kind: Kind, { as, version = 'v1' }: Representation, asked: Asked): EncodeItem {
  if (as === 'Table') {
    const include = parseIncludeObject(asked.query.get('includeObject'))
    let definitions: readonly object[] | null = columnDefinitions(kind)
    return item => {
      const columns = definitions
      definitions = null
      const object = item.type === 'BOOKMARK' ? emptyObject(kind, bookmark(kind, item)) : item.stored.object
      // Ages are told as of now: the clock may be faster than the wall.
      return line(item.type, table({ resourceVersion: object.metadata.resourceVersion }, columns,
        [tableRow(kind, object, item.type === 'BOOKMARK' ? 'Metadata' : include, version, asked.clock.now())], version))
    }
  }
  if (as) return item => line(item.type, partialMetadata(objectOf(kind, item), version))
  return item => (item.type === 'BOOKMARK' ? line('BOOKMARK', bookmark(kind, item)) : jsonFrame(item.type, item.stored))
}

const objectOf = (kind: Kind, item: WatchItem): Stored['object'] =>
  (item.type === 'BOOKMARK' ? bookmark(kind, item) : item.stored.object)

/** With the empty parts that upstream's type always has, so that every column has something to print. */
const emptyObject = (kind: Kind, object: Stored['object']): Stored['object'] =>
  ({ ...normalize(schemaOf(kind.schema), object), ...object })

/** An object of the kind that carries nothing but a version. */
function bookmark(kind: Kind, { revision, initialEventsEnd }: Extract<WatchItem, { type: 'BOOKMARK' }>): Stored['object'] {
  const annotations = initialEventsEnd && { 'k8s.io/initial-events-end': 'true' }
  const metadata = { resourceVersion: String(revision), ...(annotations ? { annotations } : {}) }
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: metadata as Stored['object']['metadata'] }
}
