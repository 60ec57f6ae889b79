import type { ServerResponse } from 'node:http'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { normalize } from '../../api/schema/decode.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { StatusError } from '../../api/status.ts'
import { encodeJson } from '../json.ts'
import { drained } from './drained.ts'
import { contentTypeOf, negotiate } from '../media.ts'
import type { Asked } from '../asked.ts'
import type { ApiResponse, WatchItem } from '../request.ts'
import type { Stored } from '../store/store.ts'
import { columnDefinitions, parseIncludeObject, partialMetadata, table, tableRow } from '../table.ts'

/** Frames of a watch in JSON, one line each; those of plain objects are made once and shared by all watchers. */
const frames = new WeakMap<Stored, Map<string, Buffer>>()

function frame(type: string, stored: Stored): Buffer {
  let byType = frames.get(stored)
  if (!byType) frames.set(stored, byType = new Map())
  let made = byType.get(type)
  if (!made) byType.set(type, made = Buffer.concat([Buffer.from(`{"type":"${type}","object":`), stored.bytes, Buffer.from('}\n')]))
  return made
}

const line = (type: string, object: object) => Buffer.from(encodeJson({ type, object }) + '\n')

/** Streams a watch to the client; a failure after the first byte is an ERROR event, as upstream sends it. */
export async function respondWatch(out: ServerResponse, { kind, events }: Extract<ApiResponse, { type: 'watch' }>, asked: Asked): Promise<void> {
  // Protobuf frames are not made: the next range of the Accept header counts, and a client that takes nothing else is refused.
  const representation = negotiate(asked.accept, 'watch', false)
  const encode = encoder(kind, representation, asked)
  out.writeHead(200, { 'content-type': contentTypeOf.json, 'cache-control': 'no-cache, private' })
  out.flushHeaders()
  try {
    for await (const batch of events) {
      if (asked.signal.aborted || out.destroyed) break
      const chunk = batch.length === 1 ? encode(batch[0]) : Buffer.concat(batch.map(encode))
      if (!out.write(chunk)) await drained(out, asked.signal)
    }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    out.write(line('ERROR', error.status))
  }
  out.end()
}

function encoder(kind: Kind, { as, version = 'v1' }: ReturnType<typeof negotiate>, asked: Asked): (item: WatchItem) => Buffer {
  if (as === 'Table') {
    const include = parseIncludeObject(asked.query.get('includeObject'))
    let definitions: object[] | null = columnDefinitions(kind)
    return item => {
      const columns = definitions
      definitions = null
      const object = item.type === 'BOOKMARK' ? emptyObject(kind, bookmark(kind, item)) : item.stored.object
      // Ages are told as of now: the clock may be faster than the wall.
      return line(item.type, table({ resourceVersion: object.metadata.resourceVersion }, columns,
        [tableRow(kind, object, item.type === 'BOOKMARK' ? 'Metadata' : include, version, asked.clock.now())], version))
    }
  }
  if (as) return item => line(item.type, partialMetadata(item.type === 'BOOKMARK' ? bookmark(kind, item) : item.stored.object, version))
  return item => (item.type === 'BOOKMARK' ? line('BOOKMARK', bookmark(kind, item)) : frame(item.type, item.stored))
}

/** With the empty parts that upstream's type always has, so that every column has something to print. */
const emptyObject = (kind: Kind, object: Stored['object']): Stored['object'] => ({ ...normalize(schemaOf(kind.schema), object), ...object })

/** An object of the kind that carries nothing but a version. */
function bookmark(kind: Kind, { revision, initialEventsEnd }: Extract<WatchItem, { type: 'BOOKMARK' }>): Stored['object'] {
  const metadata = { resourceVersion: String(revision), ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}) }
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: metadata as Stored['object']['metadata'] }
}
