import { request } from 'node:http'
import type { Duplex } from 'node:stream'

export interface HttpAnswer { status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }

/** As much of an answer as is kept. */
const mostBytes = 4 * 1024 * 1024

/** One HTTP request over a connection of the pod network, which it closes. Rejects when the signal is aborted. */
export function httpRequest(connection: Duplex, { host, path, method = 'GET', headers = {}, body, signal }: {
  host: string; path: string; method?: string; headers?: Record<string, string>; body?: string | Uint8Array; signal?: AbortSignal
}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => { connection.destroy(); reject(error) }
    const sent = request({
      method, path, signal,
      headers: { Host: host, ...headers, Connection: 'close' },
      // Any duplex will do; node's types ask for a socket.
      createConnection: () => connection as never,
    }, answer => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => { if ((size += part.length) <= mostBytes) parts.push(part) })
      answer.on('error', fail)
      answer.on('end', () => {
        connection.destroy()
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) })
      })
    })
    sent.on('error', fail)
    sent.end(body)
  })
}
