import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClusterState } from './state.ts'

/**
 * How commands talk to the process that keeps a cluster: HTTP on the loopback interface with a secret that only the cluster's
 * owner can read. An answer is the proof that the cluster lives; a process id alone may belong to another program by now.
 */

export interface ClusterStatus {
  name: string
  pid: number
  url: string
  nodeAddress: string
  speed: string
  startedAt: string
  nodes: { name: string; ready: boolean }[]
  /** Node ports that another program holds. */
  portProblems: { service: string; port: number; reason: string }[]
}

export interface ControlServer {
  port: number
  token: string
  /** Resolves when the last answer has been sent. */
  close(): Promise<void>
}

/** `stop` is answered when it resolves: then nothing of the cluster is left but the process that says so, until the answer is out. */
export async function serveControl(handlers: { status(): Promise<ClusterStatus>; stop(): Promise<void> }): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url')
  const expected = Buffer.from(`Bearer ${token}`)
  const server: Server = createServer(async (request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return response.writeHead(401).end()
    const respond = (body: object) => response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body))
    try {
      if (request.method === 'GET' && request.url === '/status') return respond(await handlers.status())
      if (request.method === 'POST' && request.url === '/stop') { await handlers.stop(); return respond({}) }
      response.writeHead(404).end()
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, token, close: () => new Promise(resolve => { server.close(() => resolve()); server.closeIdleConnections() }) }
}

/** Undefined when nobody, or somebody else, answers: the cluster's process is gone. */
export const askStatus = (state: ClusterState): Promise<ClusterStatus | undefined> =>
  ask<ClusterStatus>(state, 'GET', '/status', 5_000).catch(() => undefined)

/** Resolves when the cluster has stopped. False when it was not running. */
export const askToStop = (state: ClusterState): Promise<boolean> =>
  ask(state, 'POST', '/stop', 60_000).then(() => true, () => false)

function ask<T>(state: ClusterState, method: string, path: string, timeout: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1', port: state.control.port, method, path, timeout, agent: false,
      headers: { authorization: `Bearer ${state.control.token}` },
    }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', part => { text += part }).on('error', reject).on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${text}`))
        try { resolve(JSON.parse(text) as T) } catch (error) { reject(error) }
      })
    })
    call.on('timeout', () => call.destroy(new Error('no answer in time'))).on('error', reject).end()
  })
}
