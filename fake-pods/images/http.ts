import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { countRequest } from '../network/traffic.ts'
import type { Process } from '../program.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** How long a connection that was just accepted may take to send its request once the program is asked to end. */
const firstRequestMs = 2000

/**
 * Serves HTTP on ports of the pod until SIGTERM, then lets every request that has begun come to its end and closes each
 * connection after it. Resolves with the exit code once nothing is left to answer.
 */
export async function serveHttp(process: Process, ports: readonly number[], handler: Handler): Promise<number> {
  const connections = new Connections()
  const server = createServer((request, response) => {
    connections.begin(request.socket, response)
    countRequest(request.socket)
    try {
      handler(request, response)
    } catch (error) {
      process.stderr(`${error instanceof Error ? error.stack : String(error)}\n`)
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    }
  })
  tame(server)
  for (const port of ports) process.network.listen(port, socket => {
    connections.add(socket)
    server.emit('connection', socket)
  })
  await aborted(process.signal)
  await connections.drain(process)
  return 0
}

/** A server that never listens has no one to close what stays idle; these timers do it. */
function tame(server: Server): void {
  server.keepAliveTimeout = 65_000
  server.on('clientError', (_error, socket: Duplex) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

type State = 'fresh' | 'busy' | 'idle'

/** The connections of one server and what each is doing. */
class Connections {
  #states = new Map<Duplex, State>()
  #draining = false
  #check = () => {}

  add(socket: Duplex): void {
    this.#states.set(socket, 'fresh')
    socket.once('close', () => { this.#states.delete(socket); this.#check() })
  }

  begin(socket: Duplex, response: ServerResponse): void {
    this.#states.set(socket, 'busy')
    if (this.#draining) response.setHeader('Connection', 'close')
    response.once('close', () => {
      if (!this.#states.has(socket)) return
      this.#states.set(socket, 'idle')
      if (this.#draining) socket.end()
      this.#check()
    })
  }

  /** Ends idle connections now, and waits for the others. */
  drain(process: Process): Promise<void> {
    this.#draining = true
    return new Promise(resolve => {
      let patient = [...this.#states.values()].includes('fresh')
      this.#check = () => {
        const left = [...this.#states.values()]
        if (left.every(state => state === 'idle' || (state === 'fresh' && !patient))) resolve()
      }
      if (patient) process.clock.after(firstRequestMs, () => { patient = false; this.#check() })
      for (const [socket, state] of this.#states) if (state === 'idle') socket.end()
      this.#check()
    })
  }
}

/** Sends a whole answer with its length. */
export function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

/** The request's path without its query, decoded; undefined when it can't be. */
export function pathOf(request: IncomingMessage): string | undefined {
  const [path] = (request.url ?? '/').split('?', 1)
  try { return decodeURIComponent(path) } catch { return undefined }
}

/** Who asks, as far as the connection tells. */
export const clientOf = (request: IncomingMessage): string => (request.socket as { remoteAddress?: string }).remoteAddress ?? '-'
