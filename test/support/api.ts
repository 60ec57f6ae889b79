import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { parse } from 'yaml'

/** An answer of the API server as it came over the wire. */
export interface ApiAnswer {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
  /** The body taken as JSON. */
  readonly json: any
}

export interface ApiCall {
  /** Text and bytes are sent as they are, all else as JSON. */
  body?: unknown
  type?: string
  accept?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

export interface Api {
  (method: string, path: string, call?: ApiCall): Promise<ApiAnswer>
  /** The answer whose body is still coming. */
  open(method: string, path: string, call?: ApiCall): Promise<IncomingMessage>
  close(): void
}

/** Plain HTTPS with the certificate of a kubeconfig: requests that no client library would send. */
export function apiOf(cluster: { url: string; kubeconfig: string }, options: { sockets?: number } = {}): Api {
  const { clusters: [{ cluster: server }], users: [{ user }] } = parse(cluster.kubeconfig)
  const pem = (text: string) => Buffer.from(text, 'base64')
  const { hostname, port } = new URL(cluster.url)
  const agent = new Agent({
    keepAlive: true, maxSockets: options.sockets ?? Infinity, ca: pem(server['certificate-authority-data']),
    cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']),
  })
  const open = (method: string, path: string, { body, type, accept, headers = {}, signal }: ApiCall = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
      const sent = request({
        hostname, port, method, path, agent, signal,
        headers: {
          ...bytes !== undefined ? { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(bytes) }
            : {},
          ...accept ? { accept } : {}, ...headers,
        },
      }, resolve)
      sent.on('error', reject)
      sent.end(bytes)
    })
  const api = async (method: string, path: string, call?: ApiCall): Promise<ApiAnswer> => {
    const response = await open(method, path, call)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    return { status: response.statusCode!, headers: response.headers, bytes, get json() { return JSON.parse(bytes.toString()) } }
  }
  return Object.assign(api, { open, close: () => agent.destroy() })
}
