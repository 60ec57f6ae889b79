import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import { StatusError } from '../../api/status.ts'
import type { Asked } from '../asked.ts'
import { tokenProtocol } from '../stages/authenticate.ts'
import { watchEncoding, type Watch } from './watch-stream.ts'

/** A request that wants its connection to become something else, as Node's `upgrade` event brings it. */
export interface Upgrade { request: IncomingMessage; socket: Duplex; head: Buffer }

export const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket'

/** The subprotocols on offer, but for the one that is a token in disguise. */
const protocolsOf = (request: IncomingMessage): string[] => (request.headers['sec-websocket-protocol'] ?? '').split(',')
  .map(protocol => protocol.trim()).filter(protocol => protocol !== '' && !protocol.startsWith(tokenProtocol))

let loading: Promise<WebSocketServer> | undefined
/** Loaded with the first watch of this kind: few clients ask for it. What a client says is ignored, so little is taken. */
const load = (): Promise<WebSocketServer> => (loading ??= import('ws').then(({ WebSocketServer }) => new WebSocketServer({
  noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: 64 * 1024,
  handleProtocols: (_offered, request) => protocolsOf(request)[0] ?? false,
})))

/**
 * Streams a watch over a WebSocket, as browsers and the fabric8 client for Java ask for it: an event is a message, text for JSON
 * and binary for protobuf (apiserver, endpoints/handlers/watch.go HandleWS, 1.36). Upstream's library takes no client that does
 * not say where it comes from, and no choice between subprotocols.
 */
export async function watchOverWebSocket(out: ServerResponse, { request, socket, head }: Upgrade, { kind, events }: Watch,
  asked: Asked): Promise<void> {
  const { protobuf: binary, encode, encodeError } = watchEncoding(kind, asked)
  const { origin } = request.headers
  if (!origin || origin === 'null') { out.writeHead(403, { 'content-length': 0 }).end(); return }
  if (protocolsOf(request).length > 1) { out.writeHead(400, { 'content-length': 0 }).end(); return }
  const server = await load()
  if (out.destroyed) return

  // The library writes the answer; `out` stays for those who keep a record of it.
  out.detachSocket(socket as Socket)
  socket.once('close', () => out.emit('close'))
  const client = await new Promise<import('ws').WebSocket | undefined>(resolve => {
    socket.once('close', () => resolve(undefined))
    server.handleUpgrade(request, socket, head, resolve)
  })
  if (!client) return
  client.on('error', () => client.terminate())
  out.writeHead(101)
  // Frames of protobuf begin with their length, messages need none.
  const send = (frame: Buffer) => new Promise<void>(resolve => {
    client.send(binary ? frame.subarray(4) : frame, { binary }, () => resolve())
  })
  try {
    for await (const batch of events) {
      for (const item of batch) {
        if (client.readyState !== client.OPEN) return
        await send(encode(item))
      }
    }
  } catch (error) {
    if (!(error instanceof StatusError)) { client.terminate(); throw error }
    await send(encodeError(error))
  } finally {
    client.close(1000)
  }
}
