/**
 * The shape of a type, as the table of fields tells it. One `Schema` serves decoding, pruning, defaulting, patches,
 * server-side apply, protobuf and OpenAPI; a custom resource's schema becomes the same value.
 */
export type ScalarType =
  | 'string' | 'int32' | 'int64' | 'boolean' | 'double' | 'bytes' | 'Quantity' | 'Time' | 'MicroTime' | 'Duration' | 'IntOrString'

export interface Field {
  name: string
  schema: Schema
  required: boolean
  /** The schema's own default (what code sets is in the kind's file). */
  default?: unknown
  /** Of the value, or of each item of a list or map. */
  enum?: readonly string[]
  /** Strategic merge: none means that lists are replaced and structs and maps merged; `replace` is said of those that are not. */
  patchStrategy: readonly ('merge' | 'retainKeys' | 'replace')[]
  patchMergeKey?: string
  /** Protobuf field number; undefined for kinds without protobuf. */
  number?: number
  /** How Go writes the field; `omitempty` unless the table says otherwise. Custom resources have no say: as given. */
  presence?: Presence
  /** The Go type as error messages name it, where it does not follow from the schema: `v1.Protocol`. */
  goType?: string
  /** A field of a struct that Go embeds: the way there, outermost first; protobuf has a message at each of the numbers. */
  embedded?: readonly { name: string; number?: number }[]
}

/**
 * - `omitempty`: left out when empty (an empty string, list or map, 0, false)
 * - `always`: a value even when none was given: '', 0, false, null for lists, maps and times, {} for structs
 * - `pointer`: left out unless given, then written even when empty
 * - `null`: as `pointer`, but written as null when not given
 */
export type Presence = 'omitempty' | 'always' | 'pointer' | 'null'

export interface StructSchema {
  type: 'struct'
  /** As in the table: `core.v1.PodSpec`. */
  name: string
  /** In upstream's order of declaration. */
  fields: ReadonlyMap<string, Field>
  /** Server-side apply takes it as one value. */
  atomic?: boolean
  /** The OpenAPI extension x-kubernetes-unions, as JSON. */
  unions?: string
  /** Unknown fields stay (custom resources: x-kubernetes-preserve-unknown-fields). */
  preserveUnknown?: boolean
  /** Present on kinds. */
  groupVersionKind?: { group: string; version: string; kind: string }
}
export interface MapSchema { type: 'map'; value: Schema; atomic?: boolean }
export interface ListSchema {
  type: 'list'
  item: Schema
  listType: 'atomic' | 'set' | 'map'
  keys: readonly string[]
  /** Upstream states no list type here, which means atomic. */
  unstated?: boolean
}
export interface ScalarSchema {
  type: 'scalar'
  scalar: ScalarType
  /** Upstream states a list type for bytes, which are a list in Go. */
  atomic?: boolean
}
/** Anything: RawExtension, JSON; `name` as in the table. */
export interface AnySchema { type: 'any'; name?: string }

export type Schema = StructSchema | MapSchema | ListSchema | ScalarSchema | AnySchema
