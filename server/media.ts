import { notAcceptable } from '../api/status.ts'

/** One entry of an Accept header. */
export interface MediaRange { type: string; params: Readonly<Record<string, string>>; q: number }

/** The forms an answer can take. */
export type Encoding = 'json' | 'yaml' | 'protobuf'
export interface Representation {
  encoding: Encoding
  /** `as=Table` and the like: the object turned into another kind of meta.k8s.io. */
  as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** Version of that kind: v1 or v1beta1. */
  version?: string
}

const encodings: Record<string, Encoding> = {
  'application/json': 'json', 'application/yaml': 'yaml', 'application/vnd.kubernetes.protobuf': 'protobuf',
}
export const contentTypeOf: Record<Encoding, string> = {
  json: 'application/json', yaml: 'application/yaml', protobuf: 'application/vnd.kubernetes.protobuf',
}

const parsed = new Map<string, readonly MediaRange[]>()

/**
 * An Accept header taken apart, best first, the more specific before the less; a q of 0 says no more than a low one (goautoneg, as
 * upstream uses it). Small cache, because clients send the same few.
 */
export function parseAccept(accept: string): readonly MediaRange[] {
  let ranges = parsed.get(accept)
  if (ranges) return ranges
  ranges = accept.slice(0, 4096).split(',').map(part => {
    const [type, ...rest] = part.split(';').map(text => text.trim())
    const params: Record<string, string> = Object.create(null)
    for (const param of rest) {
      const equals = param.indexOf('=')
      if (equals > 0) params[param.slice(0, equals)] = param.slice(equals + 1)
    }
    return { type, params, q: params.q === undefined ? 1 : Number(params.q) || 0 }
  }).filter(range => range.type !== '').sort((a, b) => b.q - a.q || stars(a) - stars(b))
  if (parsed.size > 500) parsed.clear()
  parsed.set(accept, ranges)
  return ranges
}

const stars = ({ type }: MediaRange) => (type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0)

const known: ReadonlySet<string> = new Set(Object.keys(encodings))
export const listed = [...known].join(', ')
const watchable = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/** Whether a route that produces these types is taken at all: it knows neither parameters nor ranges but `*\/*` (go-restful). */
export function routeAccepts(accept: string, produced: ReadonlySet<string> = known): boolean {
  if (accept === '' || accept === '*/*' || produced.has(accept)) return true
  return accept.slice(0, 4096).split(',').some(part => {
    const [type] = part.trim().split(';', 1)
    return type === '*/*' || produced.has(type)
  })
}

/** The 406 of a route, which lists what it has. */
export const routeRefuses = (available: string) => notAcceptable(`406: Not Acceptable\n\nAvailable representations: ${available}`, {})

const forms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const metaVersions = new Set(['v1', 'v1beta1'])

/**
 * The best form that the serializers of an endpoint have; undefined when there is none. `protobuf` says whether there is such a form,
 * `forms` whether objects can be turned into another kind (apiserver, handlers/negotiation, 1.36).
 */
export function bestOf(accept: string, { protobuf, converts }: { protobuf: boolean; converts: boolean }): Representation | undefined {
  if (accept === '') return { encoding: 'json' }
  for (const { type, params } of parseAccept(accept)) {
    const encoding = type === '*/*' || type === 'application/*' ? 'json' : encodings[type]
    if (!encoding) continue
    const { as, g, v, stream } = params
    if (stream && (encoding === 'yaml' || stream !== 'watch')) continue
    if (as === undefined && g === undefined && v === undefined) {
      if (encoding === 'protobuf' && !protobuf) continue
      return { encoding }
    }
    // Tables have no protobuf form; the metadata of every kind has one (apiserver: RequestScope.AllowsMediaTypeTransform).
    if (!converts || g !== 'meta.k8s.io' || !metaVersions.has(v) || !forms.has(as) || (encoding === 'protobuf' && as === 'Table')) continue
    return { encoding, as: as as Representation['as'], version: v }
  }
  return undefined
}

/**
 * How to answer with an object, a list or a watch, before anything else is looked at; throws 406 in upstream's words. `protobuf` says
 * whether the kind has a protobuf form; where it has none the next range counts.
 */
export function acceptable(accept: string, form: 'object' | 'list' | 'watch', protobuf: boolean): Representation {
  if (!routeAccepts(accept)) throw routeRefuses(form === 'object' ? listed : `${listed}, ${watchable}`)
  const best = bestOf(accept, { protobuf, converts: true })
  if (!best) throw notAcceptable(`only the following media types are accepted: ${listed}`)
  return best
}

/** The same, and whether it can be made: `goType` names what is answered, as `core.ServiceList`. */
export function negotiate(accept: string, form: 'object' | 'list' | 'watch', protobuf: boolean, goType = ''): Representation {
  const best = acceptable(accept, form, protobuf), { encoding, as } = best
  if (form === 'watch') {
    if (encoding === 'yaml') throw notAcceptable(`only the following media types are accepted: ${watchable}`)
    return best
  }
  const isList = form === 'list', asList = as === 'PartialObjectMetadataList'
  if (as && as !== 'Table' && isList !== asList) {
    throw notAcceptable(`you requested ${as}, but the requested object is ${isList ? 'a' : 'not a'} list (*${goType})`)
  }
  return best
}

/** How to word a Status: as the client asked when that can be made; undefined: as bare JSON for people. */
export const negotiateStatus = (accept: string): Encoding | undefined => bestOf(accept, { protobuf: true, converts: false })?.encoding
