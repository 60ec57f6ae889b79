import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Status } from '../../api/status.ts'
import { attributesOf, type Attributes } from '../authorization/attributes.ts'
import { isTrue } from '../parse-request.ts'
import type { ApiResponse } from '../request.ts'
import type { UserInfo } from '../user.ts'

/** A request over HTTP as those see it who keep a record of it; http.ts fills it in as it learns more. */
export interface RequestRecord {
  readonly request: IncomingMessage
  readonly out: ServerResponse
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** By the process's own monotonic clock: latencies are real ones, however fast the cluster's time runs. */
  readonly began: number
  /** Who sent it; undefined until he is known. */
  caller?: UserInfo
  /** As whom it is done: the caller, or whom he impersonates. */
  user?: UserInfo
  /** What it wants; undefined for the few paths that nothing can be made of, and until the caller is known. */
  wanted?: Attributes
  /** Whether it was let in, and takes as long as it likes: a watch, a log. */
  lasts: boolean
  /** Whether the path and the method lead somewhere: what is measured of others would grow with every name that somebody invents. */
  routed?: boolean
  auditId?: string
  /** `address:port` of the client. */
  from?: string
  body?: Buffer
  answer?: ApiResponse
  /** What it was refused with. */
  status?: Status
  /** What those who answer have noted for its audit event. */
  annotations?: Record<string, string>
  /** Events that a watch has sent. */
  events: number
}

/** Who keeps a record. What he does must not throw. */
export interface Recorder {
  /** The caller is known; a request without valid credentials never comes here. */
  received?(record: RequestRecord): void
  /** The user is known, and is about to be asked what he may. */
  authorizing?(record: RequestRecord): void
  /** The request may pass, and lasts. */
  started?(record: RequestRecord): void
  /** The path and the method lead somewhere. */
  routed?(record: RequestRecord): void
  completed?(record: RequestRecord): void
}

const nobody: UserInfo = { name: '', groups: [] }

/** What a request wants; undefined for the few paths that nothing can be made of. */
export function wantedBy({ method, path, query, caller }: RequestRecord): Attributes | undefined {
  try { return attributesOf({ method, path, query, user: caller ?? nobody }) } catch { return undefined }
}

/** What a request is called in all records, and in the answer: as the client has it, or made up (filters/audit_init.go, 1.36). */
export function auditIdOf(record: RequestRecord): string {
  if (record.auditId === undefined) {
    const given = record.request.headers['audit-id']
    // Not from the cluster's random numbers: whether anybody keeps records must not change what a seed gives.
    record.auditId = given ? String(given) : randomUUID()
    if (!record.out.headersSent) record.out.setHeader('Audit-Id', record.auditId)
  }
  return record.auditId
}

/** The version in the path of a resource. */
export const versionIn = (path: string): string => path.split('/', 4)[path.startsWith('/apis/') ? 3 : 2] ?? ''

const lasting = new Set(['attach', 'exec', 'log', 'portforward', 'proxy'])

/** Whether a request may take as long as it likes (kube-apiserver, BasicLongRunningRequestCheck, 1.36). */
export const isLongRunning = ({ verb, isResource, subresource }: Pick<Attributes, 'verb' | 'isResource' | 'subresource'>): boolean =>
  isResource && (verb === 'watch' || verb === 'proxy' || lasting.has(subresource))

/** Whether it is about one object, a namespace or the cluster (apiserver, endpoints/metrics CleanScope, 1.36). */
export function scopeOf({ name, verb, namespace, isResource }: Attributes): string {
  if (name !== '' || verb === 'create') return 'resource'
  if (namespace !== '') return 'namespace'
  return isResource ? 'cluster' : ''
}

/** The verb in metrics and logs: the method, but for what a method alone does not tell (endpoints/metrics NormalizedVerb). */
export function reportedVerb({ method, query, request }: RequestRecord, attributes: Attributes, scope: string): string {
  if (attributes.isResource && lasting.has(attributes.subresource)) return 'CONNECT'
  if (method === 'GET' || method === 'HEAD') {
    if (attributes.verb === 'watch' || (method === 'GET' && isTrue(query.get('watch')))) return 'WATCH'
    return scope !== 'resource' && scope !== '' ? 'LIST' : 'GET'
  }
  return method === 'PATCH' && request.headers['content-type'] === 'application/apply-patch+yaml' ? 'APPLY' : method
}
