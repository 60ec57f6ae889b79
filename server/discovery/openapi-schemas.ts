import { descriptionOf } from '../../api/schema/descriptions.ts'
import type { Field, ScalarType, Schema, StructSchema } from '../../api/schema/schema.ts'
import { schemaOf } from '../../api/schema/table.ts'

/** The definitions of OpenAPI documents, from the table of fields (kube-openapi, as Kubernetes 1.36 publishes them). */
export type Json = Record<string, unknown>
export type OpenApiVersion = 'v2' | 'v3'
export interface GroupVersion { group: string; version: string }

const prefixes: Readonly<Record<string, string>> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta', apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration', api: 'io.k8s.apimachinery.pkg.api',
  runtime: 'io.k8s.apimachinery.pkg.runtime', util: 'io.k8s.apimachinery.pkg.util',
}

/** `core.v1.Pod` as OpenAPI names it: `io.k8s.api.core.v1.Pod`. */
export function openApiName(definition: string): string {
  const dot = definition.indexOf('.')
  const group = definition.slice(0, dot)
  return `${prefixes[group] ?? `io.k8s.api.${group}`}${definition.slice(dot)}`
}

/** Collects definitions while documents refer to them. */
export interface Definitions {
  version: OpenApiVersion
  /** Of the documents' resources: kinds that belong to every group (DeleteOptions) name them. */
  groupVersions: readonly GroupVersion[]
  schemas: Map<string, Json>
  waiting: string[]
  /** Of version 2, by what they say: parameters that paths refer to. */
  parameters: Map<string, { name: string; parameter: Json }>
}

export const newDefinitions = (version: OpenApiVersion, groupVersions: readonly GroupVersion[] = []): Definitions =>
  ({ version, groupVersions, schemas: new Map(), waiting: [], parameters: new Map() })

/** Refers to a definition of the table, which will be among the schemas. */
export function refTo(definitions: Definitions, definition: string): Json {
  const name = openApiName(definition)
  if (!definitions.schemas.has(name)) {
    definitions.schemas.set(name, {})
    definitions.waiting.push(definition)
  }
  return { $ref: `#/${definitions.version === 'v3' ? 'components/schemas' : 'definitions'}/${name}` }
}

/** Builds all that was referred to, and what that refers to, sorted by name. */
export function settle(definitions: Definitions): Json {
  for (let definition = definitions.waiting.pop(); definition !== undefined; definition = definitions.waiting.pop()) {
    definitions.schemas.set(openApiName(definition), describeDefinition(definitions, definition))
  }
  return byName(Object.fromEntries(definitions.schemas))
}

export const byName = <T>(named: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)))

const special: Readonly<Record<string, { v2: Json; v3: Json }>> = {
  'util.intstr.IntOrString': {
    v2: { type: 'string', format: 'int-or-string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  'api.resource.Quantity': { v2: { type: 'string' }, v3: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  'meta.v1.Time': { v2: { type: 'string', format: 'date-time' }, v3: { type: 'string', format: 'date-time' } },
  'meta.v1.MicroTime': { v2: { type: 'string', format: 'date-time' }, v3: { type: 'string', format: 'date-time' } },
}
const anything = new Set([
  'apiextensions.v1.JSON', 'apiextensions.v1.JSONSchemaPropsOrArray', 'apiextensions.v1.JSONSchemaPropsOrBool',
  'apiextensions.v1.JSONSchemaPropsOrStringArray',
])
const anyObject = new Set([
  'apiextensions.v1.CustomResourceSubresourceStatus', 'meta.v1.FieldsV1', 'meta.v1.Patch', 'runtime.RawExtension',
])

function describeDefinition(definitions: Definitions, definition: string): Json {
  const description = descriptionOf(definition)
  const head: Json = description ? { description } : {}
  if (special[definition]) return { ...head, ...special[definition][definitions.version] }
  if (anything.has(definition)) return head
  if (anyObject.has(definition)) return { ...head, type: 'object' }
  return { ...head, ...describeStruct(definitions, schemaOf(definition)) }
}

/** The body of an object's schema. */
export function describeStruct(definitions: Definitions, schema: StructSchema): Json {
  const fields = [...schema.fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const required = [...schema.fields.values()].filter(field => field.required).map(field => field.name)
  const kinds = groupVersionKinds(definitions, schema)
  const properties = Object.fromEntries(fields.map(field => [field.name, describeField(definitions, schema.name, field)]))
  return {
    type: 'object',
    ...(required.length ? { required } : {}),
    ...(fields.length ? { properties } : {}),
    ...(kinds.length ? { 'x-kubernetes-group-version-kind': kinds } : {}),
    ...(schema.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(schema.unions ? { 'x-kubernetes-unions': JSON.parse(schema.unions) } : {}),
    ...(schema.preserveUnknown ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
  }
}

function groupVersionKinds({ groupVersions }: Definitions, { name, groupVersionKind: kind }: StructSchema): Json[] {
  if (kind) return [{ group: kind.group, kind: kind.kind, version: kind.version }]
  if (name !== 'meta.v1.DeleteOptions' && name !== 'meta.v1.WatchEvent') return []
  const others = groupVersions.filter(({ group, version }) => group !== '' || version !== 'v1').sort(byGroupVersion)
  const common = name.slice('meta.v1.'.length)
  return [{ group: '', version: 'v1' }, ...others].map(({ group, version }) => ({ group, kind: common, version }))
}

const byGroupVersion = (a: GroupVersion, b: GroupVersion): number =>
  (a.group === b.group ? a.version < b.version : a.group < b.group) ? -1 : 1

function describeField(definitions: Definitions, owner: string, field: Field): Json {
  const { schema, presence, patchMergeKey, patchStrategy } = field
  const zero = presence === 'always' ? emptyDefault(schema) : undefined
  return inOrder({
    description: descriptionOf(owner, field.name),
    default: definitions.version === 'v2' ? undefined : field.default ?? zero,
    ...withRef(definitions, describeType(definitions, schema, field.enum), descriptionOf(owner, field.name) !== undefined || zero !== undefined),
    ...(schema.type === 'list' ? listExtensions(schema) : {}),
    ...(schema.type === 'scalar' && schema.atomic ? { 'x-kubernetes-list-type': 'atomic' } : {}),
    ...(saysMapType(schema) ? { 'x-kubernetes-map-type': schema.atomic ? 'atomic' : 'granular' } : {}),
    'x-kubernetes-patch-merge-key': patchMergeKey,
    'x-kubernetes-patch-strategy': patchStrategy.length ? patchStrategy.join(',') : undefined,
  })
}

/** As Go writes a schema (kube-openapi, validation/spec); what has no value is left out. The extensions follow as they stand. */
const order = ['description', 'type', 'format', 'default', 'enum', 'items', 'allOf', '$ref', 'additionalProperties']

function inOrder(facts: Json): Json {
  const written: Json = {}
  for (const key of [...order, ...Object.keys(facts).filter(name => name.startsWith('x-'))]) {
    if (facts[key] !== undefined) written[key] = facts[key]
  }
  return written
}

/** A struct's own map type stands at its definition. */
function saysMapType(schema: Schema): schema is Extract<Schema, { type: 'map' | 'struct' }> {
  if (schema.type === 'map') return schema.atomic !== undefined
  return schema.type === 'struct' && schemaOf(schema.name).atomic !== schema.atomic
}

function listExtensions({ listType, keys, unstated }: Extract<Schema, { type: 'list' }>): Json {
  if (unstated) return {}
  return { ...(listType === 'map' ? { 'x-kubernetes-list-map-keys': keys } : {}), 'x-kubernetes-list-type': listType }
}

/** In version 3 nothing may stand beside a reference, so it moves into an `allOf` where something does. */
const withRef = ({ version }: Definitions, type: Json, hasMore: boolean): Json =>
  ('$ref' in type && version === 'v3' && hasMore ? { allOf: [type] } : type)

/** `choices` are those of the value itself, or of each item. */
function describeType(definitions: Definitions, schema: Schema, choices?: readonly string[]): Json {
  switch (schema.type) {
    case 'scalar': return { ...describeScalar(definitions, schema.scalar), ...(choices ? { enum: choices } : {}) }
    case 'struct': return refTo(definitions, schema.name)
    case 'any': return schema.name ? refTo(definitions, schema.name) : {}
    case 'list': return { type: 'array', items: describeType(definitions, schema.item, choices) }
    case 'map': return { type: 'object', additionalProperties: describeType(definitions, schema.value, choices) }
  }
}

/** What Go has where nothing was set, in the cases that kube-openapi publishes. */
function emptyDefault(schema: Schema): unknown {
  if (schema.type === 'struct') return {}
  if (schema.type !== 'scalar') return undefined
  const zeros: Partial<Record<ScalarType, unknown>> = { string: '', int32: 0, int64: 0, double: 0, boolean: false }
  return zeros[schema.scalar]
}

function describeScalar(definitions: Definitions, scalar: ScalarType): Json {
  switch (scalar) {
    case 'boolean': return { type: 'boolean' }
    case 'int32': case 'int64': return { type: 'integer', format: scalar }
    case 'double': return { type: 'number', format: 'double' }
    case 'bytes': return { type: 'string', format: 'byte' }
    case 'Quantity': return refTo(definitions, 'api.resource.Quantity')
    case 'Time': case 'MicroTime': return refTo(definitions, `meta.v1.${scalar}`)
    case 'IntOrString': return refTo(definitions, 'util.intstr.IntOrString')
    default: return { type: 'string' }
  }
}
