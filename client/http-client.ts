import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type {
  Client, DeleteOptions, ListOptions, PatchOptions, PatchType, WatchEvent, WatchOptions, WriteOptions,
} from '../api/client.ts'
import { deepFreeze } from '../api/edit.ts'
import { apiVersionOf, type Kind } from '../api/kind.ts'
import type { Draft, KubeList, KubeObject } from '../api/object.ts'
import { StatusError, type Status } from '../api/status.ts'
import { resourcePath } from './resource-path.ts'

export interface HttpClientOptions {
  /** `https://127.0.0.1:6443` */
  url: string
  /** PEM texts: the server's authority, and a client certificate with its key. */
  ca?: string
  cert?: string
  key?: string
  /** A bearer token instead of a certificate. */
  token?: string
  /** Who writes: the `User-Agent` and the default field manager. */
  name?: string
}

export interface HttpClient extends Client {
  as(fieldManager: string): HttpClient
  /** Ends the connections that are kept open, for this client and all made from it by `as`. */
  close(): void
}

const patchTypes: Record<PatchType, string> = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml',
}

/** The `Client` over HTTPS, to this or any other Kubernetes API server. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = new Agent({ keepAlive: true, ca: options.ca, cert: options.cert, key: options.key })
  return clientOn(agent, options, options.name ?? 'mimikube')
}

type Query = Record<string, string | undefined>
interface Call { query?: Query; body?: unknown; contentType?: string; signal?: AbortSignal }

function clientOn(agent: Agent, options: HttpClientOptions, name: string): HttpClient {
  const send = async (method: string, path: string, call: Call = {}): Promise<IncomingMessage> => {
    const response = await open(agent, options, name, method, path, call)
    if (response.statusCode! < 400) return response
    throw errorFrom(response.statusCode!, await textOf(response))
  }
  const sendForObject = async <T>(method: string, path: string, call?: Call): Promise<T> =>
    deepFreeze(JSON.parse(await textOf(await send(method, path, call)))) as T
  const writeQuery = ({ fieldManager = name, dryRun }: WriteOptions = {}): Query =>
    ({ fieldManager, dryRun: dryRun ? 'All' : undefined })
  const listQuery = ({ labelSelector, fieldSelector, resourceVersion, limit, continue: from }: ListOptions): Query =>
    ({ labelSelector, fieldSelector, resourceVersion, limit: limit?.toString(), continue: from })
  const filled = (kind: Kind<any>, object: object) => ({ kind: kind.kind, apiVersion: apiVersionOf(kind), ...object })

  return {
    get: (kind, objectName, namespace) => sendForObject('GET', resourcePath(kind, namespace, objectName)),

    async list<T extends KubeObject>(kind: Kind<T>, wanted: ListOptions = {}) {
      const response = await send('GET', resourcePath(kind, wanted.namespace), { query: listQuery(wanted) })
      const list: KubeList<T> = JSON.parse(await textOf(response))
      // The items of a list say neither kind nor version.
      list.items = (list.items ?? []).map(item => filled(kind, item) as T)
      return deepFreeze(list) as KubeList<T>
    },

    async * watch<T extends KubeObject>(kind: Kind<T>, wanted: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
      const { signal, sendInitialEvents, allowWatchBookmarks } = wanted
      if (signal?.aborted) return
      try {
        const response = await send('GET', resourcePath(kind, wanted.namespace), {
          signal, query: {
            ...listQuery(wanted), watch: 'true', allowWatchBookmarks: allowWatchBookmarks ? 'true' : undefined,
            ...(sendInitialEvents ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' } : {}),
          },
        })
        for await (const line of linesOf(response)) {
          const event = JSON.parse(line)
          if (event.type === 'ERROR') throw errorFrom(event.object?.code ?? 500, JSON.stringify(event.object))
          yield deepFreeze({ type: event.type, object: filled(kind, event.object) }) as WatchEvent<T>
        }
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    },

    create(kind, object, how) {
      const path = resourcePath(kind, (object as Draft).metadata.namespace, undefined, how?.subresource)
      return sendForObject('POST', path, { query: writeQuery(how), body: filled(kind, object) })
    },
    update(kind, object, how) {
      const path = resourcePath(kind, object.metadata.namespace, object.metadata.name, how?.subresource)
      return sendForObject('PUT', path, { query: writeQuery(how), body: filled(kind, object) })
    },
    patch(kind, objectName, namespace, patch, how: PatchOptions) {
      const query = { ...writeQuery(how), force: how.force ? 'true' : undefined }
      const path = resourcePath(kind, namespace, objectName, how.subresource)
      return sendForObject('PATCH', path, { query, body: patch, contentType: patchTypes[how.type] })
    },
    async delete(kind, objectName, namespace, how: DeleteOptions = {}) {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...how }
      await textOf(await send('DELETE', resourcePath(kind, namespace, objectName), { body }))
    },
    act: (kind, objectName, namespace, action, body) =>
      sendForObject('POST', resourcePath(kind, namespace, objectName, action), { query: writeQuery(), body }),
    as: fieldManager => clientOn(agent, options, fieldManager),
    close: () => agent.destroy(),
  }
}

function open(
  agent: Agent, { url, token }: HttpClientOptions, name: string, method: string, path: string, call: Call,
): Promise<IncomingMessage> {
  const { query = {}, body, contentType, signal } = call
  const address = new URL(path, url)
  for (const key in query) if (query[key] !== undefined && query[key] !== '') address.searchParams.set(key, query[key])
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const sent = request(address, {
      agent, method, signal,
      headers: {
        Accept: 'application/json', 'User-Agent': name,
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(bytes ? { 'Content-Type': contentType ?? 'application/json', 'Content-Length': bytes.length } : {}),
      },
    }, resolve)
    sent.on('error', reject)
    sent.end(bytes)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function * linesOf(response: IncomingMessage): AsyncIterable<string> {
  response.setEncoding('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line.trim() !== '') yield line
  }
}

/** The Status that the server sent, or one made of what else it said (a proxy's page, say). */
function errorFrom(code: number, text: string): StatusError {
  let status: Partial<Status> | undefined
  try { status = JSON.parse(text) } catch { /* not JSON: told as it is */ }
  if (status?.kind !== 'Status') return new StatusError(code, '', text.trim() || `the server answered ${code}`)
  return new StatusError(status.code ?? code, status.reason ?? '', status.message ?? '', status.details)
}
