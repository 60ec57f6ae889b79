import { notAcceptable } from '../../api/status.ts'
import { bestOf, listed, parseAccept, routeAccepts, routeRefuses, type Encoding } from '../media.ts'

/** Content negotiation of documents that are not resources (apiserver, endpoints/handlers/negotiation; go-restful; 1.36). */

/**
 * The format of aggregated discovery when the client asks for it; wherever it stands in Accept, it wins over plain JSON.
 * Only v2 is served, as in 1.36: who asks for v2beta1 falls back to the plain documents.
 */
export function aggregatedFormat(accept: string): Encoding | undefined {
  for (const { type, params: { g, v, as } } of parseAccept(accept)) {
    if (g !== 'apidiscovery.k8s.io' || v !== 'v2' || as !== 'APIGroupDiscoveryList') continue
    const best = bestOf(type, { protobuf: true, converts: false })
    if (best) return best.encoding
  }
  return undefined
}

/** Throws 406 as go-restful does where a path gives none of the types asked for. */
export function checkRoute(accept: string, representations?: readonly string[]): void {
  if (!routeAccepts(accept, representations && new Set(representations))) throw routeRefuses(representations?.join(', ') ?? listed)
}

/** The format of a plain document, JSON when nothing is asked for. Throws 406 where no serializer fits. */
export function documentFormat(accept: string): Encoding {
  const best = bestOf(accept, { protobuf: true, converts: false })
  if (!best) throw notAcceptable(`only the following media types are accepted: ${listed}`)
  return best.encoding
}
