import express from 'express'
import { createServer as createTlsServer, type Server } from 'node:https'
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Duplex } from 'node:stream'
import type { Clock } from '../api/clock.ts'
import type { Asked } from './asked.ts'
import { requestEntityTooLarge } from '../api/status.ts'
import { discover, pathNotFound, type DiscoveryAnswer, type DiscoveryQuestion, type DiscoveryServer } from './discovery/discover.ts'
import { openApi } from './discovery/openapi.ts'
import type { Pipeline } from './pipeline.ts'
import { auditIdOf, isLongRunning, wantedBy, type Recorder, type RequestRecord } from './records/recorder.ts'
import { respond, respondStatus, statusOf, wantsPretty } from './respond.ts'
import { upgradeProxy } from './streams/proxy.ts'
import { isWebSocket, watchOverWebSocket, type Upgrade } from './streams/watch-socket.ts'
import type { Authenticate } from './stages/authenticate.ts'
import type { Authorize } from './stages/authorize.ts'
import { isImpersonating, type Impersonate } from './stages/impersonate.ts'
import type { UserInfo } from './user.ts'

/** Bodies from here on are refused (apiserver: MaxRequestBodyBytes). */
const maxBodyBytes = 3 * 1024 * 1024

export interface HttpOptions {
  pipeline: Pipeline
  authenticate: Authenticate
  impersonate: Impersonate
  authorize: Authorize
  discovery: DiscoveryServer
  /** What else is answered: metrics, the issuer of tokens. */
  others(question: DiscoveryQuestion): Promise<DiscoveryAnswer | undefined>
  recorders: readonly Recorder[]
  clock: Clock
  tls: { key: string; cert: string; ca: string }
  /** Aborted when the server stops. */
  stopped: AbortSignal
  log(error: Error): void
}

/**
 * The front door: HTTPS that asks for a client certificate. `/api` and `/apis` go straight to the pipeline, because Express would
 * take four fifths of a GET's time (docs/decisions/express-behind-the-api.md); all else goes through Express.
 */
export function createHttpServer(options: HttpOptions): Server {
  const { tls, stopped } = options
  const app = createApp(options)
  const server = createTlsServer({ key: tls.key, cert: tls.cert, ca: tls.ca, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
  server.keepAliveTimeout = 60_000
  server.requestTimeout = 0
  server.on('request', (request: IncomingMessage, out: ServerResponse) => {
    const url = request.url ?? '/'
    if (url.startsWith('/api')) void serveResource(request, out, options)
    else app(request, out)
  })
  // An upgrade never enters Express.
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => serveUpgrade({ request, socket, head }, options))
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('clientError', (_error, socket) => { if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'); else socket.destroy() })
  const sockets = new Set<Duplex>()
  server.on('secureConnection', socket => { sockets.add(socket); socket.once('close', () => sockets.delete(socket)) })
  stopped.addEventListener('abort', () => { server.close(); for (const socket of sockets) socket.destroy() }, { once: true })
  return server
}

/** Discovery, health, version, OpenAPI and whatever is no path of the API. */
function createApp(options: HttpOptions): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((request, out) => { void serveResource(request, out, options) })
  return app
}

/** One request over HTTP: who is it, what does he want, and the answer in the form he asked for. */
async function serveResource(request: IncomingMessage, out: ServerResponse, options: HttpOptions,
  upgrade?: Upgrade): Promise<void> {
  const { pipeline, authorize, clock, discovery, recorders, stopped, log } = options
  const gone = new AbortController()
  const hangUp = () => gone.abort()
  stopped.addEventListener('abort', hangUp, { once: true })
  const warnings: string[] = []
  const accept = request.headers.accept ?? ''
  const rawUrl = request.url ?? '/', question = rawUrl.indexOf('?')
  const path = question < 0 ? rawUrl : rawUrl.slice(0, question)
  const query = new URLSearchParams(question < 0 ? '' : rawUrl.slice(question + 1))
  const asked: Asked = { accept, acceptEncoding: String(request.headers['accept-encoding'] ?? ''), query, warnings, signal: gone.signal, clock }
  if (!isReadable(path)) { refuseUnreadable(out); return }
  const method = request.method ?? 'GET'
  const record: RequestRecord = { request, out, method, path, query, began: performance.now(), lasts: false, events: 0 }
  out.once('close', () => {
    // An answer that has gone out leaves nobody to tell; aborting would cost an exception with its stack.
    if (!out.writableFinished) hangUp()
    for (const recorder of recorders) recorder.completed?.(record)
  })
  // What stays unless the answer says otherwise (apiserver, filters/cache_control.go and audit_init.go).
  auditIdOf(record)
  out.setHeader('cache-control', 'no-cache, private')
  try {
    const user = await whoIsAsking(request, method, path, query, options, record, warnings)
    for (const recorder of recorders) recorder.authorizing?.(record)
    authorize({ method, path, query, user })
    if (record.wanted && isLongRunning(record.wanted)) {
      record.lasts = true
      for (const recorder of recorders) recorder.started?.(record)
    }
    const ifNoneMatch = String(request.headers['if-none-match'] ?? '')
    const question: DiscoveryQuestion = { method, path, query, accept, ifNoneMatch, pretty: wantsPretty(query) }
    const found = discover(question, discovery)
      ?? openApi({ path, query, accept, ifNoneMatch }, discovery.registry, discovery.actions)
      ?? (isBelowApi(path) ? undefined : await options.others(question) ?? pathNotFound())
    if (found) {
      out.writeHead(found.code, { ...found.headers, 'content-length': Buffer.byteLength(found.body) })
      out.end(method === 'HEAD' ? undefined : found.body)
      return
    }
    // What is proxied goes on as it comes.
    const bytes = upgrade || record.wanted?.subresource === 'proxy' ? noBytes : record.body = await readBody(request)
    const answer = record.answer = await pipeline({
      method, path, query, user, userAgent: request.headers['user-agent'] ?? '',
      body: { bytes, contentType: request.headers['content-type'] ?? '' }, signal: gone.signal, warnings, accept,
      annotate: (key, value) => { (record.annotations ??= {})[key] = value },
      routed: () => { record.routed = true; for (const recorder of recorders) recorder.routed?.(record) },
    })
    if (upgrade && answer.type === 'proxy') return await upgradeProxy(request, upgrade.socket, upgrade.head, answer)
    const told = answer.type === 'watch' ? { ...answer, events: counted(answer.events, record) } : answer
    if (upgrade && told.type === 'watch' && isWebSocket(request)) await watchOverWebSocket(out, upgrade, told, asked)
    else await respond(out, told, asked)
  } catch (error) {
    if (out.destroyed) return
    const status = record.status = statusOf(error, log)
    // The rest of a body that is too large is not read.
    if (status.code === 413) out.setHeader('connection', 'close')
    respondStatus(out, status, asked)
  } finally {
    stopped.removeEventListener('abort', hangUp)
  }
}

/** The user of a request, or whoever he acts as. */
async function whoIsAsking(request: IncomingMessage, method: string, path: string, query: URLSearchParams,
  { authenticate, impersonate, recorders }: HttpOptions, record: RequestRecord, warnings: string[]): Promise<UserInfo> {
  const user = await authenticate({
    socket: request.socket as TLSSocket, headers: request.headers, path, warn: text => warnings.push(text),
  })
  // Node would join groups with commas, which may be part of their names.
  const headers = isImpersonating(request.headers) ? request.headersDistinct : request.headers
  record.caller = user
  record.wanted = wantedBy(record)
  for (const recorder of recorders) recorder.received?.(record)
  return record.user = impersonate({ method, path, query, user }, headers)
}

async function* counted<T>(batches: AsyncIterable<readonly T[]>, record: RequestRecord): AsyncIterable<readonly T[]> {
  for await (const batch of batches) {
    record.events += batch.length
    yield batch
  }
}

/** Go's server looks at a path's escapes before anybody is asked. */
const isReadable = (path: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(path)

function refuseUnreadable(out: ServerResponse): void {
  out.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end('400 Bad Request')
}

const isBelowApi = (path: string) => path.startsWith('/api/') || path.startsWith('/apis/')

const noBytes = Buffer.alloc(0)

function readBody(request: IncomingMessage): Promise<Buffer> | Buffer {
  if (request.method === 'GET' || request.method === 'HEAD') return noBytes
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge()
  // By its events: an iterator would cost as much as all of a small write's validation.
  return new Promise((resolve, reject) => {
    if (request.destroyed) throw new Error(hungUp)
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBodyBytes) { request.pause(); reject(tooLarge()) } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => { if (!request.complete) reject(new Error(hungUp)) })
  })
}

const hungUp = 'the client hung up while it sent'

const tooLarge = () => requestEntityTooLarge(`Request entity too large: limit is ${maxBodyBytes}`)

/**
 * What wants to be upgraded is answered as any other request, by the pipeline: a watch over a WebSocket and what is proxied take
 * the connection, all else gets its plain answer and is the last of it. Nothing can be read after an upgrade, so it has no body.
 */
function serveUpgrade(upgrade: Upgrade, options: HttpOptions): void {
  const { request, socket } = upgrade
  socket.on('error', () => socket.destroy())
  const out = new ServerResponse(request)
  out.shouldKeepAlive = false
  // It throws where the answer to the request before it is still on its way.
  try { out.assignSocket(socket as Socket) } catch { socket.destroy(); return }
  out.once('finish', () => socket.end())
  void serveResource(request, out, options, upgrade)
}
