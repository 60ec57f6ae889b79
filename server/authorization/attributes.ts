import { parseFieldSelector, type FieldRequirement } from '../../api/field-selector.ts'
import { isPathSegment } from '../../api/kinds/validation/names.ts'
import { StatusError } from '../../api/status.ts'
import { isTrue } from '../parse-request.ts'
import type { UserInfo } from '../user.ts'

/** What an authorizer is asked about (upstream: authorizer.Attributes); what does not apply is ''. */
export interface Attributes {
  user: UserInfo
  verb: string
  /** False for paths such as /healthz: then only `path` counts. */
  isResource: boolean
  path: string
  group: string
  resource: string
  subresource: string
  namespace: string
  name: string
  /** Terms of the field selector, for those who may only look at some objects. */
  fields?: readonly FieldRequirement[]
}

export interface Asked { method: string; path: string; query: URLSearchParams; user: UserInfo }

const verbs: Record<string, string> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

const nothing = { isResource: true, path: '', group: '', resource: '', subresource: '', namespace: '', name: '' }

/** Attributes of a check that is made in the middle of another request. */
export function resourceAttributes(user: UserInfo, verb: string, about: Partial<Attributes>): Attributes {
  return { ...nothing, ...about, user, verb }
}

/**
 * What a request wants, told by its path alone, whether that leads anywhere or not (apiserver, request/requestinfo.go, 1.36).
 * Throws for `/api/v1/watch`, which upstream can't make anything of.
 */
export function attributesOf({ method, path: encoded, query, user }: Asked): Attributes {
  const path = decoded(encoded)
  const bare: Attributes = { ...nothing, user, verb: method.toLowerCase(), isResource: false, path }
  let parts = trimmed(path).split('/')
  if (parts.length < 3 || (parts[0] !== 'api' && parts[0] !== 'apis')) return bare
  const prefix = parts[0]
  parts = parts.slice(1)
  let group = ''
  if (prefix === 'apis') {
    if (parts.length < 3) return bare
    group = parts[0]
    parts = parts.slice(1)
  }
  parts = parts.slice(1)
  let verb = verbs[method] ?? ''
  const verbInPath = parts[0] === 'watch' || parts[0] === 'proxy'
  if (verbInPath) {
    if (parts.length < 2) {
      throw new StatusError(500, 'InternalError',
        `failed to create RequestInfo: unable to determine kind and namespace from url, ${path}`)
    }
    verb = parts[0]
    parts = parts.slice(1)
  }
  let namespace = ''
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1]
    if (parts.length > 2 && parts[2] !== 'status' && parts[2] !== 'finalize') parts = parts.slice(2)
  }
  const [resource = '', named = '', below = ''] = parts
  const attributes: Attributes =
    { user, verb, isResource: true, path, group, resource, namespace, name: named, subresource: verb === 'proxy' ? '' : below }
  if (named === '') readQuery(attributes, query)
  if (!verbInPath && selecting.has(attributes.verb)) attributes.fields = fieldsOf(query)
  return attributes
}

const selecting = new Set(['list', 'watch', 'deletecollection'])

/** A GET without a name lists or watches, and means one object when a selector says which; a DELETE takes all. */
function readQuery(attributes: Attributes, query: URLSearchParams): void {
  if (attributes.verb === 'delete') attributes.verb = 'deletecollection'
  if (attributes.verb !== 'get') return
  attributes.verb = isTrue(query.get('watch')) ? 'watch' : 'list'
  const name = fieldsOf(query).find(({ field, op }) => field === 'metadata.name' && op === '=')?.value ?? ''
  if (name !== '' && isPathSegment(name).length === 0) attributes.name = name
}

function fieldsOf(query: URLSearchParams): readonly FieldRequirement[] {
  const text = query.get('fieldSelector')
  if (!text) return []
  try { return parseFieldSelector(text) } catch { return [] }
}

/** Without slashes at its ends. */
function trimmed(path: string): string {
  let start = 0, end = path.length
  while (path[start] === '/') start++
  while (end > start && path[end - 1] === '/') end--
  return path.slice(start, end)
}

function decoded(path: string): string {
  if (!path.includes('%')) return path
  try { return decodeURIComponent(path) } catch { return path }
}
