import { request as sendRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect as startTls } from 'node:tls'
import { serviceUnavailable, StatusError } from '../../api/status.ts'
import type { ApiResponse } from '../request.ts'
import { isRewritten, rewritePage } from './rewrite-html.ts'
import { rewriteUrl, type Rewriting } from './rewrite-url.ts'

type Proxy = Extract<ApiResponse, { type: 'proxy' }>

/** Headers between two neighbours, which no proxy passes on (net/http/httputil ReverseProxy). */
const hopByHop = new Set(
  ['connection', 'proxy-connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set(String(headers.connection ?? '').split(',').map(name => name.trim().toLowerCase()))
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name) && !named.has(name)))
}

/** What a pod gets to see of who asks: not his credentials, but where he comes from. */
function forwarded({ headers, socket }: IncomingMessage): OutgoingHttpHeaders {
  const kept = Object.fromEntries(Object.entries(passedOn(headers)).filter(([name]) => name !== 'authorization' && !name.startsWith('impersonate-')))
  const before = headers['x-forwarded-for'], address = socket.remoteAddress ?? ''
  return { ...kept, 'x-forwarded-for': before ? `${String(before)}, ${address}` : address }
}

/** Sends a request on and its answer back as they come; links of pages lead through the proxy (apimachinery, util/proxy, 1.36). */
export async function respondProxy(out: ServerResponse, proxy: Proxy, signal: AbortSignal): Promise<void> {
  const request = out.req as IncomingMessage
  const { asked, query } = splitUrl(request.url ?? '/'), method = request.method ?? 'GET'
  if (proxy.path === '' && (method === 'GET' || method === 'HEAD')) {
    out.writeHead(301, { location: `${asked}/${query}` }).end()
    return
  }
  const path = encodePath(proxy.path || '/')
  const rewriting: Rewriting = { prefix: prefixOf(decodeURIComponent(asked), proxy.path), host: proxy.host, askedHost: request.headers.host ?? '' }
  const connection = await open(proxy).catch((error: Error) => { throw unreachable(error.message) })
  await new Promise<void>((resolve, reject) => {
    const sent = sendRequest({
      method, path: path + query, signal, createConnection: () => connection as never,
      headers: {
        ...forwarded(request), 'x-forwarded-uri': rewriting.prefix + path,
        ...request.headers['transfer-encoding'] ? { 'transfer-encoding': 'chunked' } : {},
      },
    })
    out.once('close', () => { connection.destroy(); resolve() })
    sent.on('error', error => { connection.destroy(); reject(unreachable(failure(error))) })
    sent.on('response', answer => {
      const headers = passedOn(answer.headers)
      const { location, 'content-type': type = '', 'content-encoding': encoding = '' } = answer.headers
      if (location) headers.location = rewriteUrl(location, rewriting)
      answer.on('error', () => out.destroy())
      if (!location && isRewritten(type, encoding) && method !== 'HEAD') {
        rewritePage(answer, encoding, url => rewriteUrl(url, rewriting)).then(page => {
          out.writeHead(answer.statusCode!, answer.statusMessage, { ...headers, 'content-length': page.length }).end(page)
        }, () => out.destroy())
        return
      }
      out.writeHead(answer.statusCode!, answer.statusMessage, headers)
      out.flushHeaders()
      answer.pipe(out)
    })
    request.pipe(sent)
  })
}

/**
 * A request that becomes a connection, as WebSockets: bytes go both ways once the pod has agreed. What it refuses ends the connection,
 * so that nothing after it goes to the pod past authentication.
 */
export async function upgradeProxy(request: IncomingMessage, socket: Duplex, head: Buffer, proxy: Proxy): Promise<void> {
  const { query } = splitUrl(request.url ?? '/')
  const connection = await open(proxy).catch((error: Error) => { throw new StatusError(500, '', `error dialing backend: ${error.message}`) })
  const end = () => { connection.destroy(); socket.destroy() }
  socket.on('error', end).on('close', end)
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => { connection.destroy(); reject(new StatusError(500, '', why)) }
    const { connection: kept, upgrade } = request.headers
    const sent = sendRequest({
      method: request.method, path: encodePath(proxy.path || '/') + query, createConnection: () => connection as never,
      headers: { ...forwarded(request), connection: kept, upgrade },
    })
    sent.on('error', error => fail(failure(error)))
    sent.on('upgrade', (answer, inside: Duplex, first: Buffer) => {
      inside.on('error', end).on('close', end)
      socket.write(statusLines(answer))
      if (first.length) socket.write(first)
      if (head.length) inside.write(head)
      inside.pipe(socket)
      socket.pipe(inside)
      resolve()
    })
    sent.on('response', answer => {
      if (answer.statusCode! < 400) return fail(`invalid upgrade response: status code ${answer.statusCode}`)
      answer.headers = { ...passedOn(answer.headers), connection: 'close' } as IncomingHttpHeaders
      socket.write(statusLines(answer))
      answer.on('error', end).on('end', () => socket.end()).pipe(socket, { end: false })
      resolve()
    })
    sent.end()
  })
}

function statusLines({ statusCode, statusMessage, headers }: IncomingMessage): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map(each => `${name}: ${each}\r\n`))
  return Buffer.from(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`, 'latin1')
}

async function open({ dial, secure }: Proxy): Promise<Duplex> {
  const connection = await dial()
  if (!secure) return connection
  // Upstream's transport to pods asks for no certificate that it knows either.
  const encrypted = startTls({ socket: connection as never, rejectUnauthorized: false })
  return new Promise((resolve, reject) => {
    encrypted.once('secureConnect', () => resolve(encrypted))
    encrypted.once('error', error => { connection.destroy(); reject(new Error(failure(error))) })
  })
}

const unreachable = (why: string) => serviceUnavailable(`error trying to reach service: ${why}`)

/** Node's complaint in the words of Go's transport. */
function failure(error: Error & { code?: string }): string {
  if (error.code === 'ECONNRESET') return 'EOF'
  if (error.code === 'ERR_SSL_WRONG_VERSION_NUMBER' || error.code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return 'http: server gave HTTP response to HTTPS client'
  return error.message
}

function splitUrl(url: string): { asked: string; query: string } {
  const question = url.indexOf('?')
  return question < 0 ? { asked: url, query: '' } : { asked: url.slice(0, question), query: url.slice(question) }
}

/** All of the path that is not the pod's. */
function prefixOf(asked: string, below: string): string {
  return asked.endsWith(below) ? asked.slice(0, asked.length - below.length) : asked
}

/** As Go writes a path that it has read before. */
function encodePath(path: string): string {
  return encodeURIComponent(path).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(24|26|2B|2C|2F|3A|3B|3D|40)/g, decodeURIComponent)
}
