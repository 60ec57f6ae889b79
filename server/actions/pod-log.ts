import { forbidden, invalid, notSupported, type FieldError } from '../../api/field-error.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import type { LogOptions } from '../../api/node-access.ts'
import type { Pod } from '../../api/schema/generated/types.ts'
import { badRequest, invalidError, notFoundError } from '../../api/status.ts'
import { isTrue } from '../parse-request.ts'
import type { Action } from './action.ts'

const streams = ['All', 'Stderr', 'Stdout']

/** What the containers of a pod have written, from the node it runs on (registry/core/pod, 1.36). */
export const podLog: Action = {
  group: '', version: 'v1', plural: 'pods', subresource: 'log', namespaced: true, kind: { kind: 'Pod' }, verbs: ['get'],
  async run({ query, namespace, name = '', signal }, { world, nodes }) {
    const options = parseLogOptions(query, name)
    const pod = world.get(pods, name, namespace)
    if (!pod) throw notFoundError(pods, name)
    const container = containerOf(pod, query.get('container') ?? '')
    // A pod that no node has taken yet has written nothing.
    if (!pod.spec?.nodeName) return { type: 'text', code: 204, contentType: 'text/plain', text: '' }
    const chunks = await startedStream(nodes.logs(pod, container, options, signal))
    return { type: 'stream', contentType: 'text/plain', chunks }
  },
}

/** Waits for the first chunk, so that a refusal of the node still becomes a Status. */
async function startedStream(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = iterator.next()
  const quiet = Symbol('quiet')
  // A container that follows and writes nothing must not hold back the headers: one turn of the event loop is enough to be
  // refused.
  const begun = await Promise.race([first, new Promise<typeof quiet>(resolve => setImmediate(() => resolve(quiet)))])
  if (begun === quiet) first.catch(() => {})
  return (async function * () {
    try {
      for (let next = await first; !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  })()
}

function containerOf({ metadata, spec }: Readonly<Pod>, asked: string): string {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])]
    .map(container => container.name)
  if (asked) {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`)
    return asked
  }
  if (spec?.containers.length === 1) return spec.containers[0].name
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${all.join(' ')}]`)
}

function parseLogOptions(query: URLSearchParams, name: string): LogOptions {
  const number = (key: string): number | undefined => {
    const text = query.get(key)
    if (text === null) return undefined
    if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
    return Number(text)
  }
  const tailLines = number('tailLines'), limitBytes = number('limitBytes'), sinceSeconds = number('sinceSeconds')
  const sinceTime = query.get('sinceTime') || undefined, stream = query.get('stream') ?? 'All'
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) {
    const text = JSON.stringify(sinceTime)
    throw badRequest(`parsing time ${text} as "2006-01-02T15:04:05Z07:00": cannot parse ${text} as "2006"`)
  }
  const errors: FieldError[] = []
  if (tailLines !== undefined && tailLines < 0) errors.push(invalid('tailLines', tailLines, 'must be greater than or equal to 0'))
  if (limitBytes !== undefined && limitBytes < 1) errors.push(invalid('limitBytes', limitBytes, 'must be greater than 0'))
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.push(invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'))
  }
  if (!streams.includes(stream)) errors.push(notSupported('stream', stream, streams))
  if (stream !== 'All' && tailLines !== undefined) {
    errors.push(forbidden('', '`tailLines` and specific `stream` are mutually exclusive for now'))
  }
  if (errors.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, name, errors)
  if (stream !== 'All') {
    throw badRequest(`only the stream All is simulated: containers write to one log, ${stream} alone can't be told apart`)
  }
  return {
    follow: isTrue(query.get('follow')), previous: isTrue(query.get('previous')), timestamps: isTrue(query.get('timestamps')),
    ...(tailLines !== undefined ? { tailLines } : {}), ...(limitBytes !== undefined ? { limitBytes } : {}),
    ...(sinceSeconds !== undefined ? { sinceSeconds } : {}), ...(sinceTime !== undefined ? { sinceTime } : {}),
  }
}
