import { notAcceptable } from '../../api/status.ts'

/** Content negotiation of documents that are not resources (apiserver, endpoints/handlers/negotiation; go-restful; 1.36). */

export type DocumentFormat = 'json' | 'yaml'

interface Clause { type: string; parameters: ReadonlyMap<string, string>; quality: number }

const clausesOf = (accept: string): Clause[] => accept.split(',').map(part => {
  const [type, ...rest] = part.split(';').map(text => text.trim())
  const parameters = new Map(rest.map(text => [text.split('=')[0], text.slice(text.indexOf('=') + 1)] as const))
  return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) }
}).sort((a, b) => b.quality - a.quality)

const available = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

const formatOf = (type: string): DocumentFormat | undefined =>
  type === 'application/yaml' ? 'yaml' : ['application/json', 'application/*', '*/*'].includes(type) ? 'json' : undefined

/**
 * The format of aggregated discovery when the client asks for it; wherever it stands in Accept, it wins over plain JSON.
 * Only v2 is served, as in 1.36: who asks for v2beta1 falls back to the plain documents.
 */
export function aggregatedFormat(accept: string): DocumentFormat | undefined {
  for (const { type, parameters } of clausesOf(accept)) {
    const asked = `${parameters.get('g')} ${parameters.get('v')} ${parameters.get('as')}`
    if (asked !== 'apidiscovery.k8s.io v2 APIGroupDiscoveryList') continue
    const format = formatOf(type)
    if (format) return format
  }
  return undefined
}

const isConversion = ({ parameters }: Clause) => ['as', 'g', 'v'].some(name => parameters.has(name))

/**
 * The format of a plain document, JSON when nothing is asked for. Throws 406 in the words of who refuses: `routed` paths are
 * first matched by go-restful, which knows no parameters; then, as on the others, the serializers must fit.
 */
export function documentFormat(accept: string, routed: boolean, representations: readonly string[] = available): DocumentFormat {
  if (accept === '') return 'json'
  const clauses = clausesOf(accept)
  if (routed && !clauses.some(({ type }) => type === '*/*' || representations.includes(type))) {
    throw notAcceptable(`406: Not Acceptable\n\nAvailable representations: ${representations.join(', ')}`, {})
  }
  for (const clause of clauses) {
    const format = isConversion(clause) ? undefined : formatOf(clause.type)
    if (format) return format
  }
  throw notAcceptable(`only the following media types are accepted: ${available.join(', ')}`)
}
