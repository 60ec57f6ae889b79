import type { Duplex } from 'node:stream'
import type { Kind } from '../api/kind.ts'
import type { KubeObject, ListMeta } from '../api/object.ts'
import type { Status } from '../api/status.ts'
import type { Stored } from './store/store.ts'
import type { UserInfo } from './user.ts'

/** Adds an annotation to an audit event. */
export type Annotate = (key: string, value: string) => void

/** What a request wants done, as upstream's RequestInfo names it. */
export type RequestVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

/** A body as it came over the wire, or, from the local client, the object itself. */
export type RequestBody = { bytes: Buffer; contentType: string } | { object: unknown; contentType?: string }

/** One request to a resource, whichever road it came by (REST, upgrade, local client). */
export interface ApiRequest {
  verb: RequestVerb
  method: string
  /** Path without the query, as it was asked. */
  path: string
  query: URLSearchParams
  kind: Kind
  /** undefined: cluster-scoped, or all namespaces. */
  namespace?: string
  /** undefined: the collection. */
  name?: string
  /** '' for the object itself. */
  subresource: string
  user: UserInfo
  userAgent: string
  /** Content type of a patch; '' elsewhere. */
  body: RequestBody
  /** Aborted when the client is gone or the server stops. */
  signal: AbortSignal
  /** Texts for `Warning:` headers, in order. */
  warnings: string[]
  /** Notes something for the audit event of the request, where one is kept. */
  annotate?: Annotate
}

/** What a verb or an action answers; server/respond.ts writes it to the wire, the local client takes it as it is. */
export type ApiResponse =
  /** An object from the store: its cached bytes are sent. */
  | { type: 'stored'; code: number; kind: Kind; stored: Stored }
  /** An object made for this answer (dry run, scale, reviews). */
  | { type: 'object'; code: number; kind?: Kind; object: KubeObject | Status | object }
  | { type: 'list'; kind: Kind; metadata: ListMeta; items: readonly Stored[] }
  /** Batches of events until the signal is aborted, the timeout passes or the watch has fallen too far behind (throws 410). */
  | { type: 'watch'; kind: Kind; events: AsyncIterable<readonly WatchItem[]> }
  | { type: 'stream'; contentType: string; chunks: AsyncIterable<Uint8Array> }
  /** The request goes on, its body unread, to a server at the other end of a connection: `path` is what that server is asked for. */
  | { type: 'proxy'; path: string; host: string; secure: boolean; dial: () => Promise<Duplex> }
  | { type: 'text'; code: number; contentType: string; text: string }

export type WatchItem =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; stored: Stored }
  /** With `initialEventsEnd`, all that existed at the start has been sent. */
  | { type: 'BOOKMARK'; revision: number; initialEventsEnd?: true }
