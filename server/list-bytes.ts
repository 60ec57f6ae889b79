import { apiVersionOf, type Kind } from '../api/kind.ts'
import type { ListMeta } from '../api/object.ts'
import type { Stored } from './store/store.ts'

/** The last answer made of each list of items: while nothing changes, the store gives the same list again. */
const answers = new WeakMap<readonly Stored[], { head: string, whole: Buffer }>()

const comma = Buffer.from(',')

/** A list as JSON: the items' cached bytes, each without its kind and apiVersion, as Go's typed lists are written. */
export function listBytes(kind: Kind, metadata: ListMeta, items: readonly Stored[]): Buffer {
  const head = JSON.stringify({ kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata }).slice(0, -1) + ',"items":['
  const known = answers.get(items)
  if (known?.head === head) return known.whole
  const whole = known ? Buffer.concat([Buffer.from(head), known.whole.subarray(Buffer.byteLength(known.head))]) : join(kind, head, items)
  answers.set(items, { head, whole })
  return whole
}

function join(kind: Kind, head: string, items: readonly Stored[]): Buffer {
  const start = Buffer.from(head), end = Buffer.from(']}\n')
  const skip = Buffer.byteLength(`{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(apiVersionOf(kind))},`) - 1
  let length = start.length + end.length + Math.max(0, items.length - 1)
  const bodies = items.map(({ bytes }) => { const body = bytes.subarray(skip); length += body.length; return body })
  const whole = Buffer.allocUnsafe(length)
  let at = start.copy(whole)
  for (let i = 0; i < bodies.length; i++) {
    if (i) at += comma.copy(whole, at)
    const body = bodies[i]
    at += body.copy(whole, at)
    whole[at - body.length] = 0x7b   // the comma before `"metadata"` becomes the opening brace
  }
  end.copy(whole, at)
  return whole
}
