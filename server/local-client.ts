import { apiVersionOf, type Kind } from '../api/kind.ts'
import type { Client, DeleteOptions, ListOptions, PatchOptions, PatchType, WatchEvent, WatchOptions, WriteOptions } from '../api/client.ts'
import type { Draft, KubeList, KubeObject } from '../api/object.ts'
import type { Incoming, Pipeline } from './pipeline.ts'
import type { ApiResponse, WatchItem } from './request.ts'
import { systemUser } from './user.ts'

const patchTypes: Record<PatchType, string> = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml',
}

/**
 * A client in this process: the same pipeline without HTTP. What it reads are the stored objects themselves, frozen; what it
 * writes passes decoding, admission and validation like anybody's request.
 */
export function createLocalClient(pipeline: Pipeline, name: string, stopped: AbortSignal): Client {
  const user = systemUser(`system:${name}`)

  const send = (method: string, path: string, query: Record<string, string | undefined> = {}, object?: unknown, contentType?: string,
    signal: AbortSignal = stopped): Promise<ApiResponse> => {
    const search = new URLSearchParams()
    for (const key in query) if (query[key] !== undefined && query[key] !== '') search.set(key, query[key])
    const incoming: Incoming = {
      method, path, query: search, user, userAgent: name, warnings: [], signal,
      body: object === undefined ? { bytes: Buffer.alloc(0), contentType: '' } : { object, ...(contentType ? { contentType } : {}) },
    }
    return pipeline(incoming)
  }

  const objectOf = <T>(response: ApiResponse): T => {
    if (response.type === 'stored') return response.stored.object as unknown as T
    if (response.type === 'object') return response.object as T
    throw new TypeError(`expected an object, got ${response.type}`)
  }
  const writeQuery = ({ fieldManager = name, dryRun }: WriteOptions = {}) => ({ fieldManager, dryRun: dryRun ? 'All' : undefined })
  const listQuery = (options: ListOptions & WatchOptions) => ({
    labelSelector: options.labelSelector, fieldSelector: options.fieldSelector, resourceVersion: options.resourceVersion,
    limit: options.limit === undefined ? undefined : String(options.limit), continue: options.continue,
  })
  const filled = (kind: Kind<any>, object: object) => ({ kind: kind.kind, apiVersion: apiVersionOf(kind), ...object })

  const client: Client = {
    get: async (kind, objectName, namespace) => objectOf(await send('GET', pathOf(kind, namespace, objectName))),

    async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<KubeList<T>> {
      const response = await send('GET', pathOf(kind, options.namespace), listQuery(options))
      if (response.type !== 'list') throw new TypeError(`expected a list, got ${response.type}`)
      return {
        kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata: response.metadata,
        items: response.items.map(item => item.object as unknown as T),
      }
    },

    async * watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
      const signal = options.signal ? AbortSignal.any([options.signal, stopped]) : stopped
      const response = await send('GET', pathOf(kind, options.namespace), {
        ...listQuery(options), watch: 'true', timeoutSeconds: String(10 * 365 * 24 * 3600),
        ...(options.sendInitialEvents ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' } : {}),
        ...(options.allowWatchBookmarks ? { allowWatchBookmarks: 'true' } : {}),
      }, undefined, undefined, signal)
      if (response.type !== 'watch') throw new TypeError(`expected a watch, got ${response.type}`)
      for await (const batch of response.events) for (const item of batch) yield eventOf(kind, item)
    },

    create: async (kind, object, options) =>
      objectOf(await send('POST', pathOf(kind as Kind, (object as Draft).metadata.namespace, undefined, options?.subresource), writeQuery(options), filled(kind, object))),

    update: async (kind, object, options) =>
      objectOf(await send('PUT', pathOf(kind as Kind, object.metadata.namespace, object.metadata.name, options?.subresource), writeQuery(options), filled(kind, object))),

    patch: async (kind, objectName, namespace, patch, options: PatchOptions) => objectOf(await send('PATCH',
      pathOf(kind, namespace, objectName, options.subresource),
      { ...writeQuery(options), force: options.force ? 'true' : undefined }, patch, patchTypes[options.type])),

    async delete(kind, objectName, namespace, options: DeleteOptions = {}) {
      await send('DELETE', pathOf(kind, namespace, objectName), {}, { kind: 'DeleteOptions', apiVersion: 'v1', ...options })
    },

    act: async (kind, objectName, namespace, action, body) => objectOf(await send('POST', pathOf(kind, namespace, objectName, action), writeQuery(), body)),

    as: fieldManager => createLocalClient(pipeline, fieldManager, stopped),
  }
  return client
}

function eventOf<T extends KubeObject>(kind: Kind<T>, item: WatchItem): WatchEvent<T> {
  if (item.type !== 'BOOKMARK') return { type: item.type, object: item.stored.object as unknown as T }
  return {
    type: 'BOOKMARK',
    object: {
      kind: kind.kind, apiVersion: apiVersionOf(kind),
      metadata: {
        resourceVersion: String(item.revision),
        ...(item.initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
      },
    } as unknown as T,
  }
}

/** The REST path of a kind, an object or a subresource. */
export function pathOf(kind: Kind<any>, namespace?: string, name?: string, subresource?: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const inNamespace = kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${inNamespace}/${kind.plural}` + (name === undefined ? '' : `/${encodeURIComponent(name)}`) + (subresource ? `/${subresource}` : '')
}
