import { createHash } from 'node:crypto'
import { encodeProtobuf } from '../../api/schema/protobuf.ts'
import { methodNotAllowed, StatusError } from '../../api/status.ts'
import { contentTypeOf, type Encoding } from '../media.ts'
import { encodeYaml } from '../yaml.ts'
import { aggregatedFormat, checkRoute, documentFormat } from './accept.ts'
import {
  aggregated, coreVersions, groupDocument, groupList, resourceList, rootPaths, servedGroups, type Served,
} from './documents.ts'
import { checkHealth, healthPaths, type Health } from './health.ts'
import { openIdPaths } from './openid.ts'
import { versionInfo } from './version.ts'
import { builtInGroups } from './versions.ts'

/** What is asked: the parts of a request that discovery looks at. */
export interface DiscoveryQuestion {
  method: string
  path: string
  query: URLSearchParams
  /** Header values, '' when absent. */
  accept: string
  ifNoneMatch: string
  /** JSON with indentation, for people (upstream: `?pretty`, curl). */
  pretty: boolean
}

export interface DiscoveryServer extends Served {
  /** `host:port` under which this server says it can be reached. */
  address: string
  health: Health
}

export interface DiscoveryAnswer { code: number; headers: Record<string, string>; body: string | Buffer }

/** Of what http.ts answers without discovery. */
const otherPaths = ['/metrics', ...openIdPaths]

const plainText = (code: number, text: string): DiscoveryAnswer =>
  ({ code, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, body: text })

/** What upstream's mux answers for a path that nobody has registered. */
export const pathNotFound = (): DiscoveryAnswer => plainText(404, '404 page not found\n')

const noSuchResource = () => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})

/** Documents by registry generation: made once, encoded once. */
interface Document { object: object; encoded: Map<string, Buffer>; etag?: string }
interface Cache { generation: number; groups: ReadonlySet<string>; documents: Map<string, Document> }
const caches = new WeakMap<object, Cache>()

function cacheOf(server: DiscoveryServer): Cache {
  const { generation } = server.registry
  let cache = caches.get(server.registry)
  if (cache?.generation !== generation) {
    caches.set(server.registry, cache = { generation, groups: servedGroups(server), documents: new Map() })
  }
  return cache
}

function cached(server: DiscoveryServer, key: string, make: () => object): Document {
  const cache = cacheOf(server)
  let document = cache.documents.get(key)
  if (!document) cache.documents.set(key, document = { object: make(), encoded: new Map() })
  return document
}

function encode(document: Document, format: Encoding, pretty: boolean): Buffer {
  const how = format === 'json' && pretty ? 'pretty' : format
  let bytes = document.encoded.get(how)
  if (!bytes) document.encoded.set(how, bytes = how === 'protobuf' ? protobufOf(document.object) : Buffer.from(textOf(document.object, how)))
  return bytes
}

function textOf(object: object, how: 'json' | 'pretty' | 'yaml'): string {
  if (how === 'pretty') return JSON.stringify(object, null, 2)
  return how === 'yaml' ? encodeYaml(object) : `${JSON.stringify(object)}\n`
}

function protobufOf(object: object): Buffer {
  const { apiVersion = '', kind } = object as { apiVersion?: string; kind: string }
  const [version, group = ''] = apiVersion.split('/').toReversed()
  return encodeProtobuf({ group, version, kind, schema: `${group ? 'apidiscovery.v2' : 'meta.v1'}.${kind}` }, object)
}

/**
 * Answers every path that is no resource: discovery, `/version`, health and `/`, and, as plain text, unknown groups. undefined
 * for what may be a resource of a known group, and for paths that others answer (`/openapi`, `/metrics`). Throws Status errors
 * (405, 406, 404 for an unknown version of a built-in group).
 */
export function discover(question: DiscoveryQuestion, server: DiscoveryServer): DiscoveryAnswer | undefined {
  const { method, path, query, accept, pretty } = question
  const health = checkHealth(path, query, server.health)
  if (health) {
    const { code, headers, body } = plainText(health.code, health.text)
    return { code, headers: health.bare ? { 'content-type': headers['content-type'] } : headers, body }
  }

  const plain = (key: string, routed: boolean, make: () => object): DiscoveryAnswer => {
    if (routed) route()
    const format = documentFormat(accept)
    return { code: 200, headers: { 'content-type': contentTypeOf[format] }, body: encode(cached(server, key, make), format, pretty) }
  }
  /** What only JSON is made of, whatever else is asked for. */
  const json = (key: string, make: () => object): DiscoveryAnswer =>
    ({ code: 200, headers: { 'content-type': 'application/json' }, body: encode(cached(server, key, make), 'json', true) })
  const route = (representations?: readonly string[]): void => {
    if (method !== 'GET') throw methodNotAllowed()
    checkRoute(accept, representations)
  }
  const root = (name: 'api' | 'apis', routed: boolean, make: () => object): DiscoveryAnswer => {
    if (routed && method !== 'GET') throw methodNotAllowed()
    const format = aggregatedFormat(accept)
    if (!format) return plain(name, routed, make)
    const document = cached(server, `aggregated ${name}`, () => aggregated(server, name))
    document.etag ??= `"${createHash('sha512').update(encode(document, 'json', false)).digest('hex').toUpperCase()}"`
    const { etag } = document
    const headers = { 'cache-control': 'public', etag, vary: 'Accept' }
    if (question.ifNoneMatch === etag) return { code: 304, headers, body: '' }
    const contentType = `${contentTypeOf[format]};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
    return { code: 200, headers: { ...headers, 'content-type': contentType }, body: encode(document, format, pretty) }
  }

  const parts = path.split('/').slice(1)
  while (parts.length > 1 && parts.at(-1) === '') parts.pop()
  const [first, second, third] = parts
  switch (first) {
    case '': return path === '/' ? json('paths', () => rootPaths(server, [...healthPaths, ...otherPaths])) : pathNotFound()
    case 'version':
      if (parts.length > 1) return pathNotFound()
      route(['application/json'])
      return json('version', () => versionInfo)
    case 'api':
      if (parts.length === 1) return root('api', true, () => coreVersions(server, server.address))
      if (!cacheOf(server).groups.has(`/${second}`)) throw noSuchResource()
      return parts.length === 2 ? plain(`api/${second}`, true, () => resourceList(server, '', second)) : undefined
    case 'apis': {
      if (parts.length === 1) return root('apis', false, () => groupList(server))
      if (!cacheOf(server).groups.has(second) || second === '') return pathNotFound()
      if (parts.length === 2) return plain(`apis/${second}`, false, () => groupDocument(server, second))
      if (!cacheOf(server).groups.has(`${second}/${third}`)) {
        // Groups of custom resources have no handler for a version that none of them serves.
        if (builtInGroups.includes(second)) throw noSuchResource()
        return pathNotFound()
      }
      return parts.length === 3 ? plain(`apis/${second}/${third}`, true, () => resourceList(server, second, third)) : undefined
    }
    case 'healthz': case 'livez': case 'readyz': return pathNotFound()
    default: return undefined
  }
}
