import { descriptionOf } from '../../api/schema/descriptions.ts'
import type { Definitions, Json } from './openapi-schemas.ts'

/** The parameters of paths and queries, as upstream takes them from the options of each request (endpoints/installer, 1.36). */
export interface Parameter { name: string; in: 'path' | 'query'; type: 'string' | 'integer' | 'boolean'; text(kind: string): string | undefined }

/** Query parameters of each kind of options; the words of `api/schema/descriptions.ts` stand under `parameters.ListOptions`. */
const options = {
  ListOptions: 'allowWatchBookmarks:boolean continue fieldSelector labelSelector limit:integer resourceVersion resourceVersionMatch'
    + ' sendInitialEvents:boolean shardSelector timeoutSeconds:integer watch:boolean',
  UpdateOptions: 'dryRun fieldManager fieldValidation',
  PatchOptions: 'dryRun fieldManager fieldValidation force:boolean',
  DeleteOptions: 'dryRun gracePeriodSeconds:integer ignoreStoreReadErrorWithClusterBreakingPotential:boolean orphanDependents:boolean'
    + ' propagationPolicy',
  PodLogOptions: 'container follow:boolean insecureSkipTLSVerifyBackend:boolean limitBytes:integer previous:boolean'
    + ' sinceSeconds:integer stream tailLines:integer timestamps:boolean',
  PodAttachOptions: 'container stderr:boolean stdin:boolean stdout:boolean tty:boolean',
  PodExecOptions: 'command container stderr:boolean stdin:boolean stdout:boolean tty:boolean',
  PodPortForwardOptions: 'ports:integer',
  PodProxyOptions: 'path', ServiceProxyOptions: 'path', NodeProxyOptions: 'path',
} as const
export type Options = keyof typeof options

export const isOptions = (kind: string): kind is Options => Object.hasOwn(options, kind)

const queries = new Map(Object.entries(options).map(([owner, text]) => [owner, text.split(' ').map((item): Parameter => {
  const [name, type = 'string'] = item.split(':') as [string, Parameter['type']?]
  return { name, in: 'query', type, text: () => descriptionOf(`parameters.${owner}`, name) }
})]))

/** The query parameters of requests that take such options. */
export const parametersOf = (kind: Options): readonly Parameter[] => queries.get(kind)!

const shared = (name: string, where: Parameter['in']): Parameter =>
  ({ name, in: where, type: 'string', text: () => descriptionOf('parameters', name) })

export const pretty = shared('pretty', 'query')
const inPaths: readonly Parameter[] = [
  { name: 'name', in: 'path', type: 'string', text: kind => `name of the ${kind}` }, shared('namespace', 'path'), shared('path', 'path'),
]
export const parametersIn = (path: string): Parameter[] => inPaths.filter(({ name }) => path.includes(`{${name}}`))

/** Written in the order of their names, a path's before a query's. */
export function describeParameters(parameters: readonly Parameter[], kind: string, definitions: Definitions, body?: Json): Json[] {
  const written = parameters.map(parameter => describeParameter(parameter, kind, definitions))
  if (body) written.push(body)
  const key = ({ name, in: where }: Json): string => `${name as string} ${where as string}`
  return written.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(parameter => sharedIn(definitions, parameter))
}

function describeParameter({ name, in: where, type, text }: Parameter, kind: string, { version }: Definitions): Json {
  const description = text(kind), required = where === 'path' ? { required: true } : {}
  if (version === 'v2') return { uniqueItems: true, type, ...(description ? { description } : {}), name, in: where, ...required }
  return { name, in: where, ...(description ? { description } : {}), ...required, schema: { type, uniqueItems: true } }
}

/**
 * Version 2 writes each parameter once and refers to it; not those that differ from kind to kind, nor the two that older kubectls
 * look for (kube-openapi, builder/parameters.go).
 */
function sharedIn({ version, parameters }: Definitions, parameter: Json): Json {
  const { name, in: where, schema } = parameter
  if (version === 'v3' || name === 'name' || name === 'fieldValidation' || name === 'dryRun') return parameter
  if (where === 'body' && !String((schema as Json).$ref).startsWith('#/definitions/io.k8s.apimachinery')) return parameter
  const text = JSON.stringify(parameter)
  let known = parameters.get(text)
  if (!known) parameters.set(text, known = { name: `${name as string}-${shortHash(text)}`, parameter })
  return { $ref: `#/parameters/${known.name}` }
}

/** Eight letters of the FNV-1 hash of what Go would write. */
function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text.replace(/[<>&]/g, letter => `\\u00${letter.charCodeAt(0).toString(16)}`))) {
    hash = BigInt.asUintN(64, hash * 0x100000001b3n) ^ BigInt(byte)
  }
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(hash)
  return bytes.subarray(0, 6).toString('base64url')
}
