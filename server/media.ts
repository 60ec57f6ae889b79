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

/** An Accept header taken apart, best first; small cache, because clients send the same few. */
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
    return { type: type.toLowerCase(), params, q: params.q === undefined ? 1 : Number(params.q) || 0 }
  }).filter(range => range.type !== '').sort((a, b) => b.q - a.q)
  if (parsed.size > 500) parsed.clear()
  parsed.set(accept, ranges)
  return ranges
}

const forms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const listed = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const watchable = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/**
 * How to answer with an object, a list or a watch; throws 406 in upstream's words. `protobuf` says whether the kind has a
 * protobuf form; where it has none the next range counts. `goType` names what is answered, as `core.ServiceList`.
 */
export function negotiate(accept: string, form: 'object' | 'list' | 'watch', protobuf: boolean, goType = ''): Representation {
  const ranges = parseAccept(accept || '*/*')
  // Types that nobody here knows are refused by the route, known types in a form that can't be made by the serializer.
  let known = false
  for (const { type, params, q } of ranges) {
    if (q === 0) continue
    const encoding = type === '*/*' || type === '' ? 'json' : encodings[type]
    if (!encoding) continue
    known = true
    if (form === 'watch' && encoding === 'yaml') continue
    const as = params.as, version = params.v ?? ''
    // Tables have no protobuf form; the metadata of every kind has one (apiserver: RequestScope.AllowsMediaTypeTransform).
    if (encoding === 'protobuf' && (as === undefined ? !protobuf : as === 'Table')) continue
    if (as === undefined) return { encoding }
    if (params.g !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1') || !forms.has(as)) continue
    const isList = form === 'list', asList = as === 'PartialObjectMetadataList'
    if (as !== 'Table' && isList !== asList) {
      throw notAcceptable(`you requested ${as}, but the requested object is ${isList ? 'a' : 'not a'} list (*${goType})`)
    }
    return { encoding, as: as as Representation['as'], version }
  }
  if (!known && form !== 'watch') throw notAcceptable(`406: Not Acceptable\n\nAvailable representations: ${form === 'list' ? `${listed}, ${watchable}` : listed}`, {})
  throw notAcceptable(`only the following media types are accepted: ${form === 'watch' ? watchable : listed}`)
}

/** How to word a Status: as the client asked when that can be made, JSON else. */
export function negotiateStatus(accept: string): Encoding {
  for (const { type } of parseAccept(accept || '*/*')) {
    if (type === 'application/yaml') return 'yaml'
    if (type === 'application/json' || type === '*/*') return 'json'
    if (type === 'application/vnd.kubernetes.protobuf') return 'protobuf'
  }
  return 'json'
}
