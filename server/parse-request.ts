import { methodNotAllowed, StatusError } from '../api/status.ts'
import type { Kind } from '../api/kind.ts'
import type { RequestVerb } from './request.ts'
import type { Registry } from './resources/registry.ts'

/** The path below /api or /apis, taken apart as upstream's RequestInfo does. */
export interface ResourcePath {
  group: string
  version: string
  plural: string
  /** undefined: none was named. An empty namespace segment means all of them. */
  namespace?: string
  name?: string
  subresource: string
  /** What follows a proxy subresource. */
  rest: string
  /** The deprecated /watch/ paths. */
  watch: boolean
}

/** The Status for a path inside a known group that leads nowhere; its details are empty. */
export const unknownResource = () =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})

/**
 * Takes a path apart; undefined when it is no resource path at all (discovery and the like are answered elsewhere).
 * Throws 404 for double slashes and undecodable characters inside one.
 */
export function parsePath(path: string): ResourcePath | undefined {
  let whole = path
  // Go's server reads a path decoded as a whole: a slash is a slash however it is written.
  if (path.includes('%')) try { whole = decodeURIComponent(path) } catch { throw unknownResource() }
  const parts = whole.split('/').slice(1)
  // However many slashes stand at the end.
  while (parts.length > 1 && parts.at(-1) === '') parts.pop()
  let group: string, version: string, rest: string[]
  if (parts[0] === 'api' && parts.length > 2) [group, version, rest] = ['', parts[1], parts.slice(2)]
  else if (parts[0] === 'apis' && parts.length > 3) [group, version, rest] = [parts[1], parts[2], parts.slice(3)]
  else return undefined
  let decoded = rest
  const watch = decoded[0] === 'watch'
  if (watch) decoded.shift()
  if (watch && decoded.length === 0) {
    throw new StatusError(500, 'InternalError', `failed to create RequestInfo: unable to determine kind and namespace from url, ${whole}`)
  }
  if (decoded.length === 0 || decoded[0] === '') throw unknownResource()

  let namespace: string | undefined
  // `namespaces/NAME/status` and `finalize` are subresources of the namespace itself, all else lies in the namespace.
  if (decoded[0] === 'namespaces' && decoded.length > 2 && !['status', 'finalize'].includes(decoded[2])) {
    namespace = decoded[1] === '' ? undefined : decoded[1]
    decoded = decoded.slice(2)
  }
  const [plural, name, subresource = '', ...after] = decoded
  if (name === '' || decoded.slice(0, 3).includes('', 1)) throw unknownResource()
  return { group, version, plural, namespace, name, subresource, rest: after.join('/'), watch }
}

const methods: Record<string, RequestVerb> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** The verb that a method means on this path, as upstream's RequestInfo; throws 405 for methods a path does not have. */
export function verbOf(method: string, path: ResourcePath, query: URLSearchParams): RequestVerb {
  if (method === 'GET') {
    if (path.watch) return 'watch'
    if (path.name !== undefined) return 'get'
    return isTrue(query.get('watch')) ? 'watch' : 'list'
  }
  const verb = methods[method]
  if (!verb || path.watch) throw methodNotAllowed()
  if (path.name === undefined && verb === 'delete') return 'deletecollection'
  if ((path.name === undefined) !== (verb === 'create') && !path.subresource) throw methodNotAllowed()
  return verb
}

/** A boolean of a query as upstream's conversion reads it: absent, `false` and `0` are false, all else is true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0'
}

/** The served kind of a path; throws 404 as upstream for an unknown resource or a scope that does not fit. */
export function kindOf(registry: Registry, path: ResourcePath): Kind {
  const kind = registry.find(path.group, path.version, path.plural)
  if (!kind) throw unknownResource()
  if (!kind.namespaced && path.namespace !== undefined) throw unknownResource()
  if (kind.namespaced && path.name !== undefined && path.namespace === undefined) throw unknownResource()
  return kind
}

/** Where an object of a kind is stored; kinds that share a storage share the path. */
export function storePath(kind: Kind, namespace: string | undefined, name: string): string {
  return storePrefix(kind, namespace) + name
}

export function storePrefix(kind: Kind, namespace?: string): string {
  const { group, plural, namespaced } = kind.storedAs?.kind ?? kind
  return namespaced && namespace !== undefined ? `${group}/${plural}/${namespace}/` : `${group}/${plural}/`
}
