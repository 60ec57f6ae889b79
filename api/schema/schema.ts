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
  enum?: readonly string[]
  /** Strategic merge: `merge`, `retainKeys` or both; none means replace. */
  patchStrategy: readonly ('merge' | 'retainKeys')[]
  patchMergeKey?: string
  /** Protobuf field number; undefined for kinds without protobuf. */
  number?: number
}

export interface StructSchema {
  type: 'struct'
  /** As in the table: `core.v1.PodSpec`. */
  name: string
  /** In upstream's order of declaration. */
  fields: ReadonlyMap<string, Field>
  /** Server-side apply takes it as one value. */
  atomic?: boolean
  /** Unknown fields stay (custom resources: x-kubernetes-preserve-unknown-fields). */
  preserveUnknown?: boolean
  /** Present on kinds. */
  groupVersionKind?: { group: string; version: string; kind: string }
}
export interface MapSchema { type: 'map'; value: Schema; atomic?: boolean }
export interface ListSchema { type: 'list'; item: Schema; listType: 'atomic' | 'set' | 'map'; keys: readonly string[] }
export interface ScalarSchema { type: 'scalar'; scalar: ScalarType }
/** Anything: RawExtension, JSON. */
export interface AnySchema { type: 'any' }

export type Schema = StructSchema | MapSchema | ListSchema | ScalarSchema | AnySchema
