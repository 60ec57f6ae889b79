import type { ListSchema, Schema } from '../../api/schema/schema.ts'
import { emptySet, leaf, node, type FieldSet } from './field-set.ts'
import { isObject, type JsonObject } from './json-value.ts'
import { fieldElement, type PathElement } from './path-element.ts'
import { childSchema, fieldOf, isEmptyObject, itemElement, shapeOf } from './typed-shape.ts'

/**
 * The fields that a configuration mentions: leaves, list items, keys of maps, and what is null or an empty map
 * (structured-merge-diff, typed/tofieldset.go, v6). Throws `Error` when an item of a list has no key.
 */
export function fieldsOf(schema: Schema, value: unknown): FieldSet {
  return collect(schema, value, false) ?? emptySet
}

function collect(schema: Schema | undefined, value: unknown, own: boolean): FieldSet | undefined {
  switch (shapeOf(schema, value)) {
    case 'leaf': return leaf
    case 'list': return value === null ? node(own, undefined) : node(own, collectItems(schema as ListSchema, value as unknown[]))
    case 'map': return value === null ? node(own, undefined) : node(own, collectPairs(schema!, value as JsonObject))
  }
}

function collectPairs(schema: Schema, object: JsonObject): Map<PathElement, FieldSet> {
  const children = new Map<PathElement, FieldSet>()
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (value === undefined) continue
    const own = value === null || (isObject(value) && isEmptyObject(value)) || fieldOf(schema, key) === undefined
    const child = collect(childSchema(schema, key), value, own)
    if (child !== undefined) children.set(fieldElement(key), child)
  }
  return children
}

function collectItems(list: ListSchema, items: readonly unknown[]): Map<PathElement, FieldSet> {
  const children = new Map<PathElement, FieldSet>()
  for (const item of items) {
    const element = itemElement(list, item)
    // An item that occurs more than once is owned as one.
    children.set(element, children.has(element) ? leaf : collect(list.item, item, true)!)
  }
  return children
}

/** The set with every field of a struct owned that something below it is in (upstream: EnsureNamedFieldsAreMembers). */
export function withNamedFields(schema: Schema | undefined, set: FieldSet): FieldSet {
  if (set.children.size === 0) return set
  const children = new Map<PathElement, FieldSet>()
  for (const [element, child] of set.children) {
    let below: Schema | undefined, named = false
    if (element[0] === 'f' && schema !== undefined && schema.type !== 'list') {
      const name = element.slice(2)
      below = childSchema(schema, name)
      named = fieldOf(schema, name) !== undefined
    } else if (element[0] === 'k' && schema?.type === 'list') {
      below = schema.item
    }
    const whole = withNamedFields(below, child)
    children.set(element, named && !whole.own ? { own: true, children: whole.children } : whole)
  }
  return { own: set.own, children }
}
