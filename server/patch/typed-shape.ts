import type { Field, ListSchema, MapSchema, Schema } from '../../api/schema/schema.ts'
import { has, isObject, type JsonObject } from './json-value.ts'
import { keyElement, valueElement, type PathElement } from './path-element.ts'

/** How structured-merge-diff sees a value of a schema: piece by piece (`map`, `list`) or as a whole (`leaf`). */
export type Shape = 'map' | 'list' | 'leaf'

/** What has no schema: maps piece by piece, everything else as a whole (upstream: `__untyped_deduced_`). */
const deduced: MapSchema = { type: 'map', get value(): Schema { return deduced } }

/** The shape two values of one schema have in common; null and undefined fit any. */
export function shapeOf(schema: Schema | undefined, a: unknown, b: unknown = a): Shape {
  if (schema === undefined || schema.type === 'scalar' || schema.type === 'any') return 'leaf'
  if (schema.type === 'list') return schema.listType !== 'atomic' && isList(a) && isList(b) ? 'list' : 'leaf'
  return !schema.atomic && isMap(a) && isMap(b) ? 'map' : 'leaf'
}
const isList = (value: unknown) => value === undefined || value === null || Array.isArray(value)
const isMap = (value: unknown) => value === undefined || value === null || isObject(value)

/** The field of a struct; undefined for keys of maps and for fields that the struct does not declare. */
export const fieldOf = (schema: Schema, key: string): Field | undefined =>
  (schema.type === 'struct' ? schema.fields.get(key) : undefined)

/** The schema below a key; undefined when the struct declares no such field. */
export function childSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.type === 'map') return schema.value.type === 'any' ? deduced : schema.value
  if (schema.type !== 'struct') return undefined
  const field = schema.fields.get(key)
  if (field === undefined) return schema.preserveUnknown ? deduced : undefined
  // Built-in fields that hold anything (RawExtension) are taken as a whole; in custom resources upstream looks inside.
  return field.schema.type === 'any' && field.presence === undefined ? deduced : field.schema
}

/**
 * A field's value as upstream sees it in the decoded Go struct: there, null and what `omitempty` leaves out is absent. Fields of
 * custom resources are what was written.
 */
export function presentValue(field: Field, value: unknown): unknown {
  if (field.presence === undefined) return value
  if (value === null) return undefined
  if (field.presence !== 'omitempty') return value
  if (value === '' || value === 0 || value === false) return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value
  if (field.schema.type === 'map' && isObject(value) && isEmptyObject(value)) return undefined
  return value
}

const emptyStruct: Readonly<JsonObject> = Object.freeze({})

/** What Go writes for a field that was never set; undefined when it writes none. */
export function zeroValue(field: Field): unknown {
  if (field.presence === 'null') return null
  if (field.presence !== 'always') return undefined
  switch (field.schema.type) {
    case 'struct': return emptyStruct
    case 'scalar': return zeroScalar(field.schema.scalar)
    default: return null
  }
}

function zeroScalar(scalar: string): unknown {
  switch (scalar) {
    case 'string': return ''
    case 'int32': case 'int64': case 'double': case 'IntOrString': return 0
    case 'boolean': return false
    case 'Quantity': return '0'
    case 'Duration': return '0s'
    default: return null
  }
}

export function isEmptyObject(object: JsonObject): boolean {
  for (const key in object) if (has(object, key)) return false
  return true
}

/**
 * The path element of an item of a keyed list or a set. Keys that are not given have the schema's default, or the zero value that
 * Go would write. Throws `Error` with upstream's words for items that have no such element.
 */
export function itemElement(list: ListSchema, item: unknown): PathElement {
  if (list.listType === 'set' || list.keys.length === 0) {
    if (isObject(item)) throw new Error("associative list without keys has an element that's a map type")
    if (Array.isArray(item)) throw new Error('not supported: associative list with lists as elements')
    if (item === null) throw new Error("associative list without keys has an element that's an explicit null")
    return valueElement(item)
  }
  if (item === null) throw new Error('associative list with keys may not have a null element')
  if (!isObject(item)) throw new Error('associative list with keys may not have non-map elements')
  const keys: [string, unknown][] = []
  for (const key of sortedKeys(list)) {
    const value = has(item, key) ? item[key] : undefined
    const known = value === undefined ? defaultKey(list, key) : value
    if (known !== undefined) keys.push([key, known])
  }
  if (keys.length === 0) {
    throw new Error('associative list with keys has an element that omits all key fields ' +
      `[${list.keys.map(key => JSON.stringify(key)).join(' ')}] (and doesn't have default values for any key fields)`)
  }
  return keyElement(keys)
}

const sortedKeysOf = new WeakMap<readonly string[], readonly string[]>()
function sortedKeys(list: ListSchema): readonly string[] {
  if (list.keys.length === 1) return list.keys
  let sorted = sortedKeysOf.get(list.keys)
  if (!sorted) sortedKeysOf.set(list.keys, sorted = [...list.keys].sort())
  return sorted
}

function defaultKey(list: ListSchema, key: string): unknown {
  const field = fieldOf(list.item, key)
  if (field === undefined) return undefined
  if (field.default !== undefined) return field.default
  if (field.presence !== 'always' || field.schema.type !== 'scalar') return undefined
  return zeroScalar(field.schema.scalar) ?? undefined
}
