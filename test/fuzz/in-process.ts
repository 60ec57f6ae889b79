import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Api } from '../support/api.ts'
import type { FuzzRequest } from './requests.ts'

export interface RawAnswer { status: number; headers: Record<string, string>; body: Buffer; open: boolean }

/**
 * The server behind an API, taken from one of its requests, and a way to hand it others without sockets, TLS and HTTP's parser:
 * each comes over the connection of that first request, and so from the same person.
 */
export async function inProcess(api: Api): Promise<(request: FuzzRequest) => Promise<RawAnswer>> {
  let server: Server | undefined, socket: Socket | undefined
  const look = (message: unknown) => { ({ server, socket } = message as { server: Server; socket: Socket }) }
  subscribe('http.server.request.start', look)
  await api('GET', '/version')
  unsubscribe('http.server.request.start', look)
  return request => hand(server!, socket!, request)
}

function hand(server: Server, socket: Socket, { method, url, headers, body }: FuzzRequest): Promise<RawAnswer> {
  const incoming = new IncomingMessage(socket)
  Object.assign(incoming, { method, url, headers: { ...headers, ...body ? { 'content-length': String(body.length) } : {} },
    httpVersionMajor: 1, httpVersionMinor: 1, httpVersion: '1.1' })
  const out = new ServerResponse(incoming)
  const chunks: Buffer[] = []
  const sink = new Duplex({ read() {}, write(chunk, _encoding, done) { chunks.push(chunk); done() } })
  out.assignSocket(sink as unknown as Socket)
  sink.on('drain', () => out.emit('drain'))
  return new Promise(resolve => {
    const finish = (open: boolean) => resolve({ ...parse(Buffer.concat(chunks)), open })
    out.once('finish', () => { finish(false); sink.destroy() })
    out.once('close', () => finish(true))
    server.emit('request', incoming, out)
    if (body) incoming.push(body)
    incoming.push(null)
    // An answer that has begun but does not end within a few turns is a stream: its client hangs up.
    let turns = 0
    const look = () => {
      if (out.writableEnded || sink.destroyed) return
      if (out.headersSent && ++turns > 20) sink.destroy()
      else setImmediate(look)
    }
    look()
  })
}

/** The bytes of an answer taken apart. */
function parse(bytes: Buffer): Omit<RawAnswer, 'open'> {
  const end = bytes.indexOf('\r\n\r\n')
  const [line = '', ...lines] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')
  const headers: Record<string, string> = {}
  for (const text of lines) headers[text.slice(0, text.indexOf(':')).toLowerCase()] = text.slice(text.indexOf(':') + 1).trim()
  return { status: Number(line.split(' ')[1] ?? 0), headers, body: bytes.subarray(end + 4) }
}
