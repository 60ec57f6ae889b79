import { notAcceptable } from '../../api/status.ts'
import { bestOf, listed, parseAccept, routeAccepts, routeRefuses } from '../media.ts'

/** Content negotiation of documents that are not resources (apiserver, endpoints/handlers/negotiation; go-restful; 1.36). */

export type DocumentFormat = 'json' | 'yaml' | 'protobuf'

const formatOf = (type: string): DocumentFormat | undefined =>
  type === 'application/yaml' ? 'yaml' : ['application/json', 'application/*', '*/*'].includes(type) ? 'json' : undefined

/**
 * The format of aggregated discovery when the client asks for it; wherever it stands in Accept, it wins over plain JSON.
 * Only v2 is served, as in 1.36: who asks for v2beta1 falls back to the plain documents.
 */
export function aggregatedFormat(accept: string): DocumentFormat | undefined {
  for (const { type, params } of parseAccept(accept)) {
    if (params.g !== 'apidiscovery.k8s.io' || params.v !== 'v2' || params.as !== 'APIGroupDiscoveryList') continue
    const format = formatOf(type)
    if (format) return format
  }
  return undefined
}

/**
 * The format of a plain document, JSON when nothing is asked for. Throws 406 in the words of who refuses: `routed` paths are
 * first matched by go-restful, which knows no parameters; then, as on the others, the serializers must fit. A document with
 * `representations` of its own is written as JSON by whoever asks.
 */
export function documentFormat(accept: string, routed: boolean, representations?: readonly string[]): DocumentFormat {
  if (routed && !routeAccepts(accept, representations && new Set(representations))) {
    throw routeRefuses(representations?.join(', ') ?? listed)
  }
  if (representations) return 'json'
  const best = bestOf(accept, { protobuf: true, converts: false })
  if (!best) throw notAcceptable(`only the following media types are accepted: ${listed}`)
  return best.encoding
}
