import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Process } from '../program.ts'
import { pathOf } from './http.ts'

/** Files of a document root, as nginx and httpd serve them: what the pod mounts there wins over the image's own pages. */
function page(process: Process, { root, pages: own }: Site, path: string): string | Uint8Array | undefined {
  const wanted = path.endsWith('/') ? `${path}index.html` : path
  if (wanted.includes('\0') || wanted.split('/').includes('..')) return undefined
  const mounted = process.files.read(root + wanted)
  if (mounted) return mounted
  return Object.hasOwn(own, wanted) && process.files.list(root) === undefined ? own[wanted] : undefined
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html', css: 'text/css', js: 'application/javascript', json: 'application/json', txt: 'text/plain',
  svg: 'image/svg+xml', png: 'image/png', xml: 'text/xml',
}
export const typeOf = (path: string): string => {
  const ending = path.endsWith('/') ? 'html' : path.slice(path.lastIndexOf('.') + 1)
  return Object.hasOwn(types, ending) ? types[ending] : 'application/octet-stream'
}

export interface Site {
  /** The document root. */
  root: string
  /** The image's own pages in it. */
  pages: Readonly<Record<string, string>>
  server: string
  errorPage(status: number): string
}

/** For the access log. */
export interface Served { status: number; bytes: number }

/** Answers one request from a site. */
export function serveSite(process: Process, site: Site, request: IncomingMessage, response: ServerResponse): Served {
  const path = pathOf(request), headers = { Server: site.server }
  const respond = (status: number, type: string, body: string | Uint8Array) => {
    const bytes = Buffer.byteLength(body)
    response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': bytes })
    response.end(request.method === 'HEAD' ? undefined : body)
    return { status, bytes: request.method === 'HEAD' ? 0 : bytes }
  }
  if (path === undefined) return respond(400, 'text/html', site.errorPage(400))
  if (request.method !== 'GET' && request.method !== 'HEAD') return respond(405, 'text/html', site.errorPage(405))
  const found = page(process, site, path)
  return found === undefined ? respond(404, 'text/html', site.errorPage(404)) : respond(200, typeOf(path), found)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')
/** `02/Jan/2026:15:04:05 +0000`, as both servers write it. */
export const logTime = (now: Date): string =>
  `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}:${now.toISOString().slice(11, 19)} +0000`

/** The request line for the access log, without anything that could forge another line. */
export const requestLine = (request: IncomingMessage): string =>
  `${request.method} ${logged(request.url)} HTTP/${request.httpVersion}`

/** What a client sent, for the access log: `-` when it sent nothing. */
export const logged = (value: string | undefined): string => (value ?? '-').replace(/["\\\p{Cc}]/gu, '_')
