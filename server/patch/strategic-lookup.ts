import type { Field, ScalarType, Schema } from '../../api/schema/schema.ts'
import { StatusError } from '../../api/status.ts'

/** How the schema wants a field of a strategic merge patch merged. */
export interface Merging {
  /** Of the field's value; for a list, of its items. */
  schema: Schema | undefined
  strategy: '' | 'merge' | 'replace'
  mergeKey: string
  /** What Go calls the kind of `schema` in messages. */
  goKind: string
}

/** The merging of a field that holds a map. Upstream finds fields only in structs, and says so. */
export function lookup(schema: Schema | undefined, key: string): Merging {
  const field = fieldOf(schema, key)
  return merging(field, field.schema)
}

/** The merging of a field that holds a list, with the schema of the items. */
export function itemsOf(schema: Schema | undefined, key: string): Merging {
  const field = fieldOf(schema, key)
  if (field.schema.type !== 'list') throw new StatusError(500, '', 'expected slice or array type, but got: struct')
  return merging(field, field.schema.item)
}

function fieldOf(schema: Schema | undefined, key: string): Field {
  // What may hold anything is a struct of its own in Go, with no fields that JSON knows.
  if (schema?.type === 'any') throw new StatusError(500, '', `unable to find api field in struct RawExtension for the json field ${JSON.stringify(key)}`)
  if (schema === undefined || schema.type !== 'struct') {
    throw new StatusError(500, '', `merging an object in json but data type is not struct, instead is: ${goKind(schema)}`)
  }
  const field = schema.fields.get(key)
  if (!field) {
    const name = schema.name.slice(schema.name.lastIndexOf('.') + 1)
    throw new StatusError(500, '', `unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`)
  }
  return field
}

const merging = (field: Field, schema: Schema): Merging => ({
  schema,
  strategy: field.patchStrategy.includes('merge') ? 'merge' : field.patchStrategy.includes('replace') ? 'replace' : '',
  mergeKey: field.patchMergeKey ?? '',
  goKind: goKind(schema),
})

const goScalarKinds: Partial<Record<ScalarType, string>> = { boolean: 'bool', int32: 'int32', int64: 'int64', double: 'float64' }

function goKind(schema: Schema | undefined): string {
  switch (schema?.type) {
    case 'map': return 'map'
    case 'list': return 'slice'
    case 'scalar': return goScalarKinds[schema.scalar] ?? 'string'
    default: return 'struct'
  }
}
