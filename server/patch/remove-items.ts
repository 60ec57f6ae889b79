import type { ListSchema, Schema } from '../../api/schema/schema.ts'
import type { FieldSet } from './field-set.ts'
import { isObject, put, type JsonObject } from './json-value.ts'
import { fieldElement, type PathElement } from './path-element.ts'
import { childSchema, itemElement, shapeOf } from './typed-shape.ts'

/** The value without the items of the set; what becomes empty stays, empty (structured-merge-diff, typed/remove.go, v6). */
export function removeItems(schema: Schema, value: unknown, items: FieldSet): unknown {
  return items.children.size === 0 ? value : remove(schema, value, items)
}

function remove(schema: Schema | undefined, value: unknown, items: FieldSet): unknown {
  const shape = shapeOf(schema, value)
  if (shape === 'leaf' || value === null) return typeof value === 'object' ? null : value
  if (shape === 'list') {
    const list = schema as ListSchema
    const kept: unknown[] = []
    let changed = false, reached = false
    for (const item of value as unknown[]) {
      const element = itemElement(list, item)
      if (items.children.get(element)?.own) {
        changed = true
        continue
      }
      const inside = hasChild(items, element)
      const rest = inside === undefined ? item : emptied(item, remove(list.item, item, inside))
      reached ||= inside !== undefined
      changed ||= rest !== item
      kept.push(rest)
    }
    return kept.length === 0 && !reached ? null : changed ? kept : value
  }
  const object = value as JsonObject
  const kept: JsonObject = {}
  let changed = false, reached = false, empty = true
  for (const key of Object.keys(object)) {
    const element = fieldElement(key)
    if (items.children.get(element)?.own) {
      changed = true
      continue
    }
    const inside = hasChild(items, element)
    const rest = inside === undefined ? object[key] : emptied(object[key], remove(childSchema(schema!, key), object[key], inside))
    reached ||= inside !== undefined
    changed ||= rest !== object[key]
    empty = false
    put(kept, key, rest)
  }
  return empty && !reached ? null : changed ? kept : value
}

/** A container from which all was removed stays an empty container. */
const emptied = (before: unknown, rest: unknown): unknown =>
  (rest !== null ? rest : Array.isArray(before) ? [] : isObject(before) ? {} : null)

const hasChild = (set: FieldSet, element: PathElement): FieldSet | undefined => {
  const child = set.children.get(element)
  return child !== undefined && child.children.size > 0 ? child : undefined
}
