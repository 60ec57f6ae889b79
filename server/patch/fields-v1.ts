import { emptySet, leaf, type FieldSet, type Written } from './field-set.ts'
import { isObject, maxDepth, put, type JsonObject } from './json-value.ts'
import { compareElements, readElement, type PathElement } from './path-element.ts'

/**
 * Sets of fields as `fieldsV1` and back. Thousands of pods have nearly the same managed fields, so nodes that are alike become
 * one when they are written, down to the JSON objects that the store keeps.
 */

const nothing: Readonly<JsonObject> = Object.freeze({})
const nobody: Written = { id: 0, set: emptySet, fields: nothing }
const alone: Written = { id: 1, set: leaf, fields: nothing }
let nextId = 2

/** The newest nodes that were written; forgotten all at once, which costs memory only. */
const known = new Map<string, Written>()
const maxKnown = 10_000

const read = new WeakMap<Readonly<JsonObject>, FieldSet>()

/** The set as FieldsV1: frozen, its keys in upstream's order. Equal sets mostly give the same object. */
export function toFieldsV1(set: FieldSet): Readonly<JsonObject> {
  const { fields, set: shared } = write(set)
  if (fields !== nothing) read.set(fields, shared)
  return fields
}

function write(set: FieldSet): Written {
  if (set.written !== undefined) return set.written
  if (set.children.size === 0) return set.own ? alone : nobody
  const elements = [...set.children.keys()]
  if (elements.length > 1) elements.sort(compareElements)
  const children = elements.map(element => write(set.children.get(element)!))
  let key = set.own ? '.' : ''
  elements.forEach((element, i) => { key += `${element.length}:${element}${children[i].id};` })
  return set.written = known.get(key) ?? remember(key, set.own, elements, children)
}

function remember(key: string, own: boolean, elements: readonly PathElement[], children: readonly Written[]): Written {
  const fields: JsonObject = own ? { '.': nothing } : {}
  elements.forEach((element, i) => { put(fields, element, children[i].fields) })
  const shared: FieldSet = { own, children: new Map(elements.map((element, i) => [element, children[i].set])) }
  const written = { id: nextId++, set: shared, fields: Object.freeze(fields) }
  shared.written = written
  if (known.size >= maxKnown) known.clear()
  known.set(key, written)
  return written
}

/** The set that FieldsV1 describes; throws when it can't be read. What was written here is not read again. */
export function fromFieldsV1(fields: unknown): FieldSet {
  if (fields === null || fields === undefined) return emptySet
  if (!isObject(fields)) throw new Error('not an object')
  return read.get(fields) ?? { own: false, children: readChildren(fields, 0).children }
}

function readChildren(fields: JsonObject, depth: number): FieldSet {
  if (depth > maxDepth) throw new Error('exceeded max depth')
  let own = false
  const children = new Map<PathElement, FieldSet>()
  for (const key of Object.keys(fields)) {
    if (key === '.') {
      own = true
      continue
    }
    const element = readElement(key)
    if (element === undefined) continue
    const value = fields[key]
    if (value !== null && !isObject(value)) throw new Error('expected an object')
    children.set(element, value === null ? leaf : readChildren(value, depth + 1))
  }
  return children.size === 0 ? leaf : { own, children }
}
