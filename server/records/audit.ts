import { isIP } from 'node:net'
import { microTimestamp, type Clock } from '../../api/clock.ts'
import type { Status } from '../../api/status.ts'
import type { Attributes } from '../authorization/attributes.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import type { UserInfo } from '../user.ts'
import { auditIdOf, versionIn, wantedBy, type Recorder, type RequestRecord } from './recorder.ts'

type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete'

interface ObjectReference {
  resource?: string
  namespace?: string
  name?: string
  uid?: string
  apiGroup?: string
  apiVersion?: string
  resourceVersion?: string
  subresource?: string
}

/** An event of audit.k8s.io/v1, its fields in the order of Go's struct. */
interface AuditEvent {
  kind: 'Event'
  apiVersion: 'audit.k8s.io/v1'
  level: 'Metadata'
  auditID: string
  stage: Stage
  requestURI: string
  verb: string
  user: object
  impersonatedUser: object | undefined
  sourceIPs: string[]
  userAgent: string | undefined
  objectRef: ObjectReference | undefined
  responseStatus: object | undefined
  requestReceivedTimestamp: string
  stageTimestamp: string
  annotations: Record<string, string> | undefined
}

interface AuditOptions {
  clock: Clock
  authorizer: Pick<Authorizer, 'authorize'>
  /** Aborted when the server stops. */
  stopped: AbortSignal
  /** Takes an event as one line of JSON. */
  write(line: string): void
}

/**
 * Writes what every request was about and how it ended, as a policy of `level: Metadata` for everything would have it
 * (apiserver, endpoints/filters/audit.go, 1.36).
 */
export function createAudit({ clock, authorizer, stopped, write }: AuditOptions): Recorder {
  /** Of those that have come and are not complete. */
  const events = new Map<RequestRecord, AuditEvent>()
  const now = () => microTimestamp(clock.now())
  const emit = (event: AuditEvent, stage: Stage, stageTimestamp = now()) =>
    write(`${JSON.stringify(Object.assign(event, { stage, stageTimestamp }))}\n`)

  function complete(record: RequestRecord, event: AuditEvent): void {
    events.delete(record)
    if (event.objectRef) completeReference(event.objectRef, record)
    if (record.annotations) event.annotations = { ...event.annotations, ...record.annotations }
    if (record.out.headersSent) event.responseStatus = responseStatus(record, record.out.statusCode)
    else {
      event.responseStatus = { metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 }
      if (record.lasts) emit(event, 'ResponseStarted')
    }
    emit(event, 'ResponseComplete')
  }

  // Connections that are cut say so too late for the file.
  stopped.addEventListener('abort', () => { for (const [record, event] of events) complete(record, event) }, { once: true })

  return {
    received(record) {
      const event = eventOf(record, record.wanted, now())
      events.set(record, event)
      emit(event, 'RequestReceived', event.requestReceivedTimestamp)
    },

    authorizing(record) {
      const event = events.get(record), { caller, user, wanted } = record
      if (!event || !user || !wanted) return
      if (user !== caller) event.impersonatedUser = userOf(user)
      const { allowed, reason } = authorizer.authorize({ ...wanted, user })
      event.annotations = { 'authorization.k8s.io/decision': allowed ? 'allow' : 'forbid', 'authorization.k8s.io/reason': reason }
    },

    started(record) {
      const event = events.get(record), { out } = record
      if (!event) return
      // What lasts is told of when its first bytes go out, with the code that they bring.
      const writeHead = out.writeHead.bind(out) as (...given: unknown[]) => typeof out
      out.writeHead = ((code: number, ...rest: unknown[]) => {
        event.responseStatus = responseStatus(record, code)
        emit(event, 'ResponseStarted')
        return writeHead(code, ...rest)
      }) as typeof out.writeHead
    },

    completed(record) {
      const event = events.get(record)
      if (event) return complete(record, event)
      if (record.caller) return
      // Nobody knows who it was: one event, whose status says why (filters/authn_audit.go).
      const unknown = eventOf(record, wantedBy(record), now())
      unknown.responseStatus = responseStatus(record, record.out.statusCode)
      emit(unknown, 'ResponseStarted')
    },
  }
}

const longestUserAgent = 1024

function eventOf(record: RequestRecord, wanted: Attributes | undefined, received: string): AuditEvent {
  const { request, path, caller } = record, agent = request.headers['user-agent'] ?? ''
  return {
    kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: auditIdOf(record), stage: 'RequestReceived',
    requestURI: request.url ?? '/', verb: wanted?.verb ?? record.method.toLowerCase(),
    user: caller ? userOf(caller) : {}, impersonatedUser: undefined, sourceIPs: sourceIPs(record),
    userAgent: agent.length > longestUserAgent ? `${agent.slice(0, longestUserAgent)}...TRUNCATED` : agent || undefined,
    objectRef: wanted?.isResource ? reference(wanted, versionIn(path)) : undefined, responseStatus: undefined,
    requestReceivedTimestamp: received, stageTimestamp: received, annotations: undefined,
  }
}

/** Go's `omitempty`. */
const some = (text: string | undefined) => text || undefined

const userOf = ({ name, uid, groups, extra }: UserInfo): object => ({
  username: some(name), uid: some(uid), groups: groups.length > 0 ? groups : undefined,
  extra: extra && Object.keys(extra).length > 0 ? extra : undefined,
})

const reference = ({ resource, namespace, name, group, subresource }: Attributes, version: string): ObjectReference => ({
  resource: some(resource), namespace: some(namespace), name: some(name), uid: undefined, apiGroup: some(group),
  apiVersion: some(version), resourceVersion: undefined, subresource: some(subresource),
})

/** Whom proxies say the request is from, and who brought it (apimachinery, util/net SourceIPs). */
function sourceIPs({ request: { headers, socket } }: RequestRecord): string[] {
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',').map(text => text.trim()).filter(text => isIP(text))
  const real = String(headers['x-real-ip'] ?? ''), ips = isIP(real) && !forwarded.includes(real) ? [...forwarded, real] : forwarded
  const remote = socket.remoteAddress?.replace(/^::ffff:/, '')
  return remote && ips.at(-1) !== remote ? [...ips, remote] : ips
}

/** A Status that was answered without its kind; of anything else the code. */
function responseStatus({ answer, status }: RequestRecord, code: number): object {
  const object = answer?.type === 'object' ? answer.object as Partial<Status> : undefined
  const told = status ?? (object?.kind === 'Status' ? object : undefined)
  // What nobody could negotiate is answered without its being noted.
  if (!told || code === 406) return { metadata: {}, code }
  const { details, message, reason } = told
  return { metadata: {}, status: told.status, message: some(message), reason: some(reason), details, code }
}

interface Metadata { name?: unknown; namespace?: unknown; uid?: unknown; resourceVersion?: unknown }

/** What the path does not say about an object that is sent, its metadata does (apiserver, audit LogRequestObject). */
function completeReference(objectRef: ObjectReference, { method, body, request, answer, routed, status }: RequestRecord): void {
  if ((method !== 'POST' && method !== 'PUT') || !routed || / cannot be handled as an? /.test(status?.message ?? '')) return
  const type = request.headers['content-type'] ?? 'application/json'
  const sent = type.startsWith('application/json') ? metadataOf(body) : undefined
  const stored = answer?.type === 'stored' ? answer.stored.object.metadata : undefined
  // A name that the server has made up was not in the request.
  const name = sent ? sent.name : stored && !stored.generateName ? stored.name : undefined
  const text = (value: unknown) => (typeof value === 'string' ? some(value) : undefined)
  objectRef.name ??= text(name)
  objectRef.namespace ??= text(sent?.namespace)
  objectRef.uid ??= text(sent?.uid)
  objectRef.resourceVersion ??= text(sent?.resourceVersion)
}

function metadataOf(body: Buffer | undefined): Metadata | undefined {
  try { return (JSON.parse(String(body)) as { metadata?: Metadata }).metadata ?? {} } catch { return undefined }
}
