import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { apiVersionOf, type Kind } from '../api/kind.ts'
import { encodeProtobuf, hasProtobuf } from '../api/schema/protobuf.ts'
import { StatusError, type Status } from '../api/status.ts'
import { encodeJson } from './json.ts'
import { listBytes } from './list-bytes.ts'
import { contentTypeOf, negotiate, negotiateStatus, type Encoding, type Representation } from './media.ts'
import { protobufListOf, protobufOf, statusKind } from './protobuf.ts'
import type { ApiResponse } from './request.ts'
import type { Stored } from './store/store.ts'
import type { Asked } from './asked.ts'
import { drained } from './streams/drained.ts'
import { respondProxy } from './streams/proxy.ts'
import { respondWatch } from './streams/watch-stream.ts'
import { columnDefinitions, emptyRows, parseIncludeObject, partialKind, partialMetadata, table, tableRow, type IncludeObject } from './table.ts'
import { encodeYaml } from './yaml.ts'

const compress = promisify(gzip)
/** Answers from this size on are compressed for clients that take it (apiserver: 128 KiB). */
const gzipFrom = 128 * 1024
/** Bytes from which a second write costs less than a copy. */
const largeFrom = 64 * 1024

/** Writes an answer to the wire: the one place that does. */
export async function respond(out: ServerResponse, answer: ApiResponse, asked: Asked): Promise<void> {
  setWarnings(out, asked.warnings)
  switch (answer.type) {
    case 'stored': return send(out, answer.code, ...await encodeObject(answer.kind, answer.stored.object, answer.stored, asked), asked)
    case 'object': return send(out, answer.code, ...await encodeObject(answer.kind, answer.object, undefined, asked), asked)
    case 'list': return send(out, 200, ...encodeList(answer, asked), asked)
    case 'watch': return respondWatch(out, answer, asked)
    case 'proxy': return respondProxy(out, answer, asked.signal)
    case 'text': return send(out, answer.code, Buffer.from(answer.text), answer.contentType, asked)
    case 'stream': {
      out.writeHead(200, { 'content-type': answer.contentType })
      out.flushHeaders()
      for await (const chunk of answer.chunks) {
        if (!out.write(chunk)) await drained(out, asked.signal)
        if (asked.signal.aborted) break
      }
      out.end()
    }
  }
}

function setWarnings(out: ServerResponse, warnings: readonly string[]): void {
  if (warnings.length) out.setHeader('warning', [...new Set(warnings)].map(warningHeader))
}

/** A `Warning:` header as RFC 7234 has it; upstream cuts the texts so that all stay below 4 KiB. */
function warningHeader(text: string): string {
  // eslint-disable-next-line no-control-regex
  const printable = text.slice(0, 2048).replace(/[\u0000-\u001f\u007f]/g, ' ')
  const quoted = `"${printable.replace(/([\\"])/g, '\\$1')}"`
  // Headers are latin-1: the bytes of UTF-8 travel as they are.
  return `299 - ${Buffer.from(quoted).toString('latin1')}`
}

export function respondStatus(out: ServerResponse, status: Status, asked: Pick<Asked, 'accept' | 'warnings'>): void {
  if (out.headersSent) { out.destroy(); return }
  setWarnings(out, asked.warnings)
  const encoding = negotiateStatus(asked.accept)
  if (status.details?.retryAfterSeconds) out.setHeader('retry-after', String(status.details.retryAfterSeconds))
  const body = encoding === 'yaml' ? Buffer.from(encodeYaml(status))
    : encoding === 'protobuf' ? encodeProtobuf(statusKind, status)
    : Buffer.from(encoding ? JSON.stringify(status) + '\n' : JSON.stringify(status, null, 2))
  out.writeHead(status.code, { 'content-type': contentTypeOf[encoding ?? 'json'], 'content-length': body.length })
  out.end(body)
}

async function send(out: ServerResponse, code: number, body: Buffer, contentType: string, asked: Asked): Promise<void> {
  const headers: Record<string, string | number> = { 'content-type': contentType }
  if (body.length >= gzipFrom && /(^|[\s,])gzip($|[\s,;])/.test(asked.acceptEncoding)) {
    body = await compress(body, { level: 1 })
    headers['content-encoding'] = 'gzip'
    headers.vary = 'Accept-Encoding'
  }
  headers['content-length'] = body.length
  if (code === 204) { out.writeHead(code); out.end(); return }
  out.writeHead(code, headers)
  // Node copies what it writes together: a large body goes alone.
  if (body.length >= largeFrom) out.flushHeaders()
  out.end(body)
}

/** `pretty` in the query, or what upstream takes for a person's client. */
export const wantsPretty = (query: URLSearchParams) => { const value = query.get('pretty'); return value === 'true' || value === '1' }

function encode(kind: Pick<Kind, 'group' | 'version' | 'kind' | 'schema'> | undefined, value: object, encoding: Encoding, asked: Asked): [Buffer, string] {
  if (encoding === 'yaml') return [Buffer.from(encodeYaml(value)), contentTypeOf.yaml]
  if (encoding === 'protobuf' && kind) return [encodeProtobuf(kind, value), contentTypeOf.protobuf]
  return [Buffer.from(wantsPretty(asked.query) ? JSON.stringify(value, null, 2) : encodeJson(value) + '\n'), contentTypeOf.json]
}

async function encodeObject(kind: Kind | undefined, object: object, stored: Stored | undefined, asked: Asked): Promise<[Buffer, string]> {
  const isStatus = !kind && (object as Partial<Status>).kind === 'Status'
  const protobuf = isStatus || (kind !== undefined && hasProtobuf(kind.schema))
  const { encoding, as, version = 'v1' } = negotiate(asked.accept, 'object', protobuf, kind && goTypeOf(kind))
  if (isStatus) return encode(statusKind, object, encoding, asked)
  if (as && kind && 'metadata' in object) {
    const shown = object as Stored['object']
    const value = as === 'Table'
      ? table({ resourceVersion: shown.metadata.resourceVersion }, columnDefinitions(kind),
        [tableRow(kind, shown, parseIncludeObject(asked.query.get('includeObject')), version, asked.clock.now())], version)
      : partialMetadata(shown, version)
    return encode(partialKind(as, version), value, encoding, asked)
  }
  if (stored && encoding === 'json' && !wantsPretty(asked.query)) return [stored.bytes, contentTypeOf.json]
  if (stored && kind && encoding === 'protobuf') return [protobufOf(kind, stored), contentTypeOf.protobuf]
  return encode(kind, object, encoding, asked)
}

/** The kind's type inside upstream's server, as messages show it: `core.Service`. */
const goTypeOf = ({ group, kind }: Kind) => `${group.split('.')[0] || 'core'}.${kind}`

function encodeList({ kind, metadata, items }: Extract<ApiResponse, { type: 'list' }>, asked: Asked): [Buffer, string] {
  const representation = negotiate(asked.accept, 'list', hasProtobuf(kind.schema), `${goTypeOf(kind)}List`)
  const { as, version = 'v1', encoding } = representation
  if (as) return encode(partialKind(as, version), listAs(kind, metadata, items, representation, asked), encoding, asked)
  if (encoding === 'protobuf') return [protobufListOf(kind, metadata, items), contentTypeOf.protobuf]
  const head = { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata }
  if (encoding !== 'json' || wantsPretty(asked.query)) {
    const bare = items.map(({ object: { kind: _kind, apiVersion: _apiVersion, ...rest } }) => rest)
    return encode({ ...kind, kind: `${kind.kind}List`, schema: `${kind.schema}List` }, { ...head, items: bare }, encoding, asked)
  }
  return [listBytes(kind, metadata, items), contentTypeOf.json]
}

function listAs(kind: Kind, metadata: object, items: readonly Stored[], { as, version = 'v1' }: Representation, asked: Asked): object {
  if (as === 'Table') {
    const include: IncludeObject = parseIncludeObject(asked.query.get('includeObject')), now = asked.clock.now()
    const objects = items.map(({ object }) => object)
    if (kind.rowOrder) objects.sort(kind.rowOrder)
    const rows = objects.map(object => tableRow(kind, object, include, version, now))
    return table(metadata, columnDefinitions(kind), rows.length ? rows : emptyRows(kind), version)
  }
  return {
    kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata,
    items: items.length ? items.map(({ object }) => partialMetadata(object, version)) : null,
  }
}

/** Any thrown value as a Status; what is none of ours is our bug and says so to the log. */
export function statusOf(error: unknown, log: (error: Error) => void): Status {
  if (error instanceof StatusError) return error.status
  log(error as Error)
  return new StatusError(500, 'InternalError', `Internal error occurred: ${(error as Error)?.message ?? String(error)}`,
    { causes: [{ message: (error as Error)?.message ?? String(error) }] }).status
}
