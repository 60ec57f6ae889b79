import { isMap, LineCounter, parseDocument } from 'yaml'
import { apiVersionOf, type Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import { decode } from '../api/schema/decode.ts'
import { jsonTypeOf, JsonSyntaxError, parseJson, type Duplicates } from '../api/schema/parse-json.ts'
import { decodeProtobuf, ProtobufError } from '../api/schema/protobuf.ts'
import { schemaOf } from '../api/schema/table.ts'
import { badRequest, StatusError, unsupportedMediaType } from '../api/status.ts'
import { parseDeleteOptions, parseWriteOptions, type DeleteOptions, type WriteOptions } from './options.ts'
import { decodeApplyPatch } from './patch/apply.ts'
import { decodeJsonPatch, type Operation } from './patch/json-patch.ts'
import { decodeMergePatch } from './patch/merge-patch.ts'
import { decodeStrategicMergePatch } from './patch/strategic-merge.ts'
import type { ApiRequest, RequestBody } from './request.ts'
import type { Registry } from './resources/registry.ts'

type FieldValidation = WriteOptions['fieldValidation']
type Raw = Record<string, unknown>

/** A body read as far as its own syntax goes. */
interface Parsed { value: unknown; strictErrors: string[]; duplicates?: Duplicates; protobuf?: true }

export const mediaTypeOf = (body: RequestBody): string => (body.contentType ?? '').split(';')[0].trim().toLowerCase()

/** How Go shows the type that a body's kind is read into. */
const typeMetaType = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/** Text that is no JSON or YAML: upstream's parser words it. */
class SyntaxComplaint extends Error {}

function parse(body: RequestBody): Parsed {
  if ('object' in body) return { value: body.object, strictErrors: [] }
  const mediaType = mediaTypeOf(body)
  if (mediaType === 'application/vnd.kubernetes.protobuf') {
    try { return { value: decodeProtobuf(body.bytes).object, strictErrors: [], protobuf: true } } catch (error) {
      if (error instanceof ProtobufError) throw badRequest(error.message)
      throw error
    }
  }
  const text = body.bytes.toString('utf8')
  if (mediaType === 'application/yaml') return parseYaml(text)
  if (mediaType !== 'application/json' && mediaType !== '') {
    throw unsupportedMediaType('the body of the request was in an unknown format - accepted media types include: ' +
      'application/json, application/yaml, application/vnd.kubernetes.protobuf')
  }
  return parseJsonText(text)
}

function parseJsonText(text: string): Parsed {
  try { return { ...parseJson(text), strictErrors: [] } } catch (error) {
    if (error instanceof JsonSyntaxError) throw new SyntaxComplaint(error.message)
    throw error
  }
}

/** As upstream's parser, which leaves times as they were written. */
const customTags = (tags: { tag?: string }[]) => tags.filter(({ tag }) => tag !== 'tag:yaml.org,2002:timestamp')

function parseYaml(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'error', version: '1.1', customTags } as never)
  const [error] = document.errors
  if (error) throw new SyntaxComplaint(yamlComplaint(error, lines.linePos(error.pos[0]).line))
  const duplicates: string[] = []
  const look = (node: unknown): void => {
    if (isMap(node)) {
      const seen = new Set<string>()
      for (const { key, value } of node.items) {
        const name = String((key as { value?: unknown }).value ?? key)
        if (seen.has(name)) duplicates.push(`line ${lines.linePos((key as { range?: number[] }).range?.[0] ?? 0).line}: key ${JSON.stringify(name)} already set in map`)
        seen.add(name)
        look(value)
      }
    } else if (node && typeof node === 'object' && 'items' in node) for (const item of (node as { items: unknown[] }).items) look(item)
  }
  look(document.contents)
  return { value: toValue(document), strictErrors: duplicates.length ? [`yaml: unmarshal errors:\n  ${duplicates.join('\n  ')}`] : [] }
}

/** Aliases are followed here, and refused where there is nothing at their end or they multiply (sigs.k8s.io/yaml, go-yaml v2). */
function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try { return document.toJS({ maxAliasCount: 100 }) } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    const unknown = /alias.*: (\S+)$/.exec(error.message)?.[1]
    throw new SyntaxComplaint(unknown ? `yaml: unknown anchor '${unknown}' referenced` : 'yaml: document contains excessive aliasing')
  }
}

/** The parser's complaint in the words of upstream's YAML library, where it has them; its parser counts lines from 0, its scanner from 1. */
function yamlComplaint({ code, message }: { code: string; message: string }, line: number): string {
  if (code === 'TAB_AS_INDENT') return `yaml: line ${line}: found character that cannot start any token`
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return `yaml: line ${line + 1}: mapping values are not allowed in this context`
  if (code === 'BAD_INDENT' || code === 'MISSING_CHAR') return `yaml: line ${line - 1}: did not find expected key`
  return `yaml: line ${line}: ${message.split('\n')[0].replace(/ at line \d+.*$/, '')}`
}

/** How Go's errors show the start of a body: JSON as text, all else as hex. */
function excerpt(bytes: Buffer): string {
  const head = bytes.subarray(0, 30), more = bytes.length > 30 ? ' ...' : ''
  if (bytes.length === 0) return '<empty>'
  return bytes[0] === 0x7b ? head.toString('utf8') + more : head.toString('hex') + more
}

/**
 * The object of a create or update, decoded as its kind: pruned, canonical, with its keys in upstream's order, owned by the
 * caller. Unknown and duplicate fields are refused, warned about or dropped as `fieldValidation` asks. Throws 400 and 415.
 */
export async function readObject(request: Pick<ApiRequest, 'body' | 'kind' | 'warnings'>, registry: Registry, fieldValidation: FieldValidation): Promise<KubeObject> {
  const { body, kind } = request
  let parsed: Parsed
  try {
    parsed = parse(body)
    if (!parsed.protobuf && !isObject(parsed.value) && parsed.value !== null) {
      throw new SyntaxComplaint(`json: cannot unmarshal ${goTypeOf(parsed.value)} into Go value of type ${typeMetaType}`)
    }
    if (!parsed.protobuf) checkKindTypes(parsed.value as Raw | null)
  } catch (error) {
    if (!(error instanceof SyntaxComplaint) || 'object' in body) throw error
    const yaml = error.message.startsWith('yaml:')
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ` +
      `${yaml ? '' : "couldn't get version/kind; json parse error: "}${error.message} (${excerpt(body.bytes)})`)
  }
  const version = (parsed.value as Raw | null)?.apiVersion
  if (!('object' in body) && typeof version === 'string' && version.split('/').length > 2) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): unexpected GroupVersion string: ${version} (${excerpt(body.bytes)})`)
  }
  return decodeAs(kind, (parsed.value ?? {}) as Raw, parsed, registry, fieldValidation, request.warnings)
}

/** Upstream reads the kind and its version before anything else. */
function checkKindTypes(value: Raw | null): void {
  for (const [name, member] of Object.entries(value ?? {})) {
    if ((name === 'apiVersion' || name === 'kind') && typeof member !== 'string' && member !== null) {
      throw new SyntaxComplaint(`json: cannot unmarshal ${jsonTypeOf(member)} into Go struct field .${name} of type string`)
    }
  }
}

/** The body of an action, decoded as a kind that nothing stores; its options are checked as those of other writes are. */
export async function readKind(request: Pick<ApiRequest, 'body' | 'query' | 'verb' | 'warnings'>,
  kind: Pick<Kind, 'group' | 'version' | 'kind' | 'schema'>, registry: Registry): Promise<KubeObject> {
  const { fieldValidation } = parseWriteOptions(request.query, request.verb === 'update' ? 'UpdateOptions' : 'CreateOptions')
  return readObject({ ...request, kind: kind as Kind }, registry, fieldValidation)
}

function decodeAs(kind: Kind, value: Raw, { strictErrors, duplicates, protobuf }: Parsed, registry: Registry, fieldValidation: FieldValidation, warnings: string[]): KubeObject {
  const given = typeof value.kind === 'string' && value.kind ? value.kind : kind.kind
  const version = typeof value.apiVersion === 'string' && value.apiVersion ? value.apiVersion : apiVersionOf(kind)
  const shortVersion = version.slice(version.indexOf('/') + 1)
  const refuse = (why: string) => badRequest(`${given} in version ${JSON.stringify(shortVersion)} cannot be handled as a ${kind.kind}: ${why}`)
  if (given !== kind.kind || version !== apiVersionOf(kind)) throw refuse(kindMismatch(given, version, kind, registry))
  let decoded
  try {
    decoded = decode(schemaOf(kind.schema), value, { mode: protobuf ? 'Ignore' : fieldValidation, duplicates })
  } catch (error) {
    if (error instanceof StatusError) throw error
    throw refuse((error as Error).message)
  }
  const strict = [...strictErrors, ...decoded.unknown]
  if (strict.length && fieldValidation === 'Strict') throw refuse(`strict decoding error: ${strict.join(', ')}`)
  if (fieldValidation === 'Warn') warnings.push(...strict.flatMap(text => text.replace(/^yaml: unmarshal errors:\n {2}/, '').split('\n  ')))
  const { kind: _kind, apiVersion: _version, metadata = {}, ...rest } = decoded.object
  // Decoding drops empty lists; this one is a wish.
  if (clearsManagedFields(value)) metadata.managedFields = []
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata, ...rest }
}

/** Whether an object, as sent or patched, wants its managed fields cleared. */
export function clearsManagedFields(sent: unknown): boolean {
  const metadata = isObject(sent) ? sent.metadata : undefined
  return isObject(metadata) && Array.isArray(metadata.managedFields) && metadata.managedFields.length === 0
}

/** Where the other API servers within kube-apiserver keep their kinds (1.36). */
const schemes: Readonly<Record<string, string>> = {
  'apiregistration.k8s.io': 'k8s.io/kube-aggregator/pkg/apiserver/scheme/scheme.go:28',
  'apiextensions.k8s.io': 'k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go:55',
}

/** What every version has, and what v1 has besides (apimachinery, meta/v1 register.go). */
const everywhere = new Set(['WatchEvent', 'ListOptions', 'GetOptions', 'DeleteOptions', 'CreateOptions', 'UpdateOptions', 'PatchOptions'])
const unversioned = new Set(['Status', 'APIVersions', 'APIGroup', 'APIGroupList', 'APIResourceList', 'List'])

/** Why an object of another kind can't be taken: known ones don't convert, others are not registered. */
export function kindMismatch(given: string, version: string, kind: Pick<Kind, 'group' | 'kind'>, registry: Registry): string {
  if (everywhere.has(given) || (version === 'v1' && unversioned.has(given))) {
    return `converting (${version.slice(version.indexOf('/') + 1)}.${given}) to (${kind.group.split('.')[0] || 'core'}.${kind.kind}): unknown conversion`
  }
  const known = registry.byKind(version, given) ?? (given.endsWith('List') ? registry.byKind(version, given.slice(0, -4)) : undefined)
  if (!known) return `no kind ${JSON.stringify(given)} is registered for version ${JSON.stringify(version)} in scheme ${JSON.stringify(schemes[kind.group] ?? 'pkg/api/legacyscheme/scheme.go:30')}`
  return `converting (${known.version}.${given}) to (${kind.group.split('.')[0] || 'core'}.${kind.kind}): unknown conversion`
}

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value)
const goTypeOf = (value: unknown) => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value)

/** The options of a DELETE: its body's when it has one, else the query's. */
export async function readDeleteOptions(request: ApiRequest): Promise<DeleteOptions> {
  const { body, query } = request
  if (!('object' in body) && body.bytes.length === 0) return parseDeleteOptions(query, undefined)
  let value: unknown
  try {
    value = parse(body).value
    if (value !== null && !isObject(value)) throw new SyntaxComplaint(`json: cannot unmarshal ${goTypeOf(value)} into Go value of type ${typeMetaType}`)
    checkKindTypes(value)
  } catch (error) {
    if (!(error instanceof SyntaxComplaint)) throw error
    throw badRequest(error.message.startsWith('yaml:') ? error.message : `couldn't get version/kind; json parse error: ${error.message}`)
  }
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = (isObject(value) ? value : {}) as { kind?: string; apiVersion?: string }
  if (kind !== 'DeleteOptions') {
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme ` +
      '"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"')
  }
  const { object } = decodeOptions(value)
  return parseDeleteOptions(query, object)
}

function decodeOptions(value: unknown): { object: Raw } {
  try { return decode(schemaOf('meta.v1.DeleteOptions'), value, { mode: 'Ignore' }) as { object: Raw } } catch (error) {
    if (error instanceof StatusError) throw error
    throw badRequest((error as Error).message)
  }
}

/** What a PATCH carries: operations of a JSON patch, or the object of any other. */
export interface PatchBody {
  operations?: readonly Operation[]
  object?: Raw
  text?: string
  strictErrors: readonly string[]
  duplicates?: Duplicates
}

export function readPatch(body: RequestBody, type: 'json' | 'merge' | 'strategic' | 'apply', fieldValidation: FieldValidation): PatchBody {
  const text = 'object' in body ? undefined : body.bytes.toString('utf8')
  if (type === 'apply' && text !== undefined) {
    try {
      const parsed = /^\s*\{/.test(text) ? parseJsonText(text) : parseYaml(text)
      return { object: decodeApplyPatch(parsed.value), strictErrors: parsed.strictErrors, duplicates: parsed.duplicates }
    } catch (error) {
      if (!(error instanceof SyntaxComplaint)) throw error
      throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`)
    }
  }
  let parsed: Parsed
  try {
    parsed = text === undefined ? { value: (body as { object: unknown }).object, strictErrors: [] } : parseJsonText(text)
  } catch (error) {
    if (!(error instanceof SyntaxComplaint)) throw error
    throw type === 'strategic' ? badRequest(error.message) : badRequest(`error decoding patch: ${error.message}`)
  }
  if (type === 'json') return { text, ...withStrict(decodeJsonPatch(parsed.value, fieldValidation), parsed.strictErrors) }
  const object = type === 'merge' ? decodeMergePatch(parsed.value) : type === 'strategic' ? decodeStrategicMergePatch(parsed.value) : parsed.value as Raw
  return { object, strictErrors: parsed.strictErrors, duplicates: parsed.duplicates }
}

const withStrict = ({ operations, strictErrors }: { operations: readonly Operation[]; strictErrors: string[] }, more: readonly string[]): PatchBody =>
  ({ operations, strictErrors: [...more, ...strictErrors] })
