import { same } from '../../api/edit.ts'
import type { ListSchema, Schema } from '../../api/schema/schema.ts'
import { emptySet, leaf, node, type FieldSet } from './field-set.ts'
import { has, isObject, own, type JsonObject } from './json-value.ts'
import { fieldElement, type PathElement } from './path-element.ts'
import { childSchema, fieldOf, isEmptyObject, itemElement, presentValue, shapeOf, zeroValue } from './typed-shape.ts'
import { untrackedMetadata } from './untracked.ts'

/** What differs between two objects; each field in at most one of the sets (structured-merge-diff, typed/compare.go, v6). */
export interface Comparison { added: FieldSet; modified: FieldSet; removed: FieldSet }

const nothing: Readonly<JsonObject> = Object.freeze({})

/**
 * - `decoded`: both objects stand for Go structs: what is null or empty there is as good as absent
 * - `written`: one of them was merged from what a client wrote: null and empty differ from absent
 */
export type ComparedAs = 'decoded' | 'written'

/**
 * Compares two whole objects, but for what is never managed: `apiVersion`, `kind` and the metadata that the server keeps. No
 * `live` means the empty object that upstream compares a new one with. Frozen parts that both share cost nothing.
 * Throws `Error` when an item of a list has no key.
 */
export function compare(schema: Schema, live: Readonly<JsonObject> | undefined, next: Readonly<JsonObject>,
  as: ComparedAs = 'decoded'): Comparison {
  const before = live ?? nothing
  const into = new Differences()
  const metadata = childSchema(schema, 'metadata')
  if (metadata) {
    const changes = new Differences()
    comparePairs(metadata, objectOr(own(before, 'metadata')), objectOr(own(next, 'metadata')), changes, as, untrackedMetadata)
    into.put(fieldElement('metadata'), changes.done())
  }
  comparePairs(schema, before, next, into, as, typeMeta)
  const difference = into.done()
  return { added: emptySet, modified: emptySet, removed: emptySet, ...difference }
}
const typeMeta = new Set(['apiVersion', 'kind', 'metadata'])
const objectOr = (value: unknown): JsonObject => (isObject(value) ? value : nothing)

/** The difference at one node of the object; a part that is missing is empty. */
interface Difference { added?: FieldSet; modified?: FieldSet; removed?: FieldSet }

const addedLeaf: Difference = { added: leaf }
const modifiedLeaf: Difference = { modified: leaf }
const removedLeaf: Difference = { removed: leaf }

/** Collects the differences of the children of a node. */
class Differences {
  #added: Map<PathElement, FieldSet> | undefined
  #modified: Map<PathElement, FieldSet> | undefined
  #removed: Map<PathElement, FieldSet> | undefined

  put(element: PathElement, difference: Difference | undefined) {
    if (difference === undefined) return
    if (difference.added) (this.#added ??= new Map()).set(element, difference.added)
    if (difference.modified) (this.#modified ??= new Map()).set(element, difference.modified)
    if (difference.removed) (this.#removed ??= new Map()).set(element, difference.removed)
  }

  done(): Difference | undefined {
    if (!this.#added && !this.#modified && !this.#removed) return undefined
    const difference: Difference = {}
    if (this.#added) difference.added = node(false, this.#added)
    if (this.#modified) difference.modified = node(false, this.#modified)
    if (this.#removed) difference.removed = node(false, this.#removed)
    return difference
  }
}

/** `a` and `b` are not both undefined. */
function compareValues(schema: Schema | undefined, a: unknown, b: unknown, as: ComparedAs): Difference | undefined {
  if (a === b) return undefined
  if (a === undefined) return { added: allOf(schema, b, as) }
  if (b === undefined) return { removed: allOf(schema, a, as) }
  const shape = shapeOf(schema, a, b)
  if (shape === 'leaf' || (isNothing(a) && isNothing(b))) return same(a, b) ? undefined : modifiedLeaf
  const into = new Differences()
  if (shape === 'list') compareItems(schema as ListSchema, (a ?? []) as unknown[], (b ?? []) as unknown[], into, as)
  else comparePairs(schema!, (a ?? undefined) as JsonObject | undefined, (b ?? undefined) as JsonObject | undefined, into, as)
  return into.done()
}

const isNothing = (value: unknown): boolean =>
  value === null || (Array.isArray(value) ? value.length === 0 : isObject(value) && isEmptyObject(value))

function comparePairs(schema: Schema, a: JsonObject | undefined, b: JsonObject | undefined, into: Differences, as: ComparedAs,
  skipped?: ReadonlySet<string>): void {
  if (b !== undefined) for (const key in b) if (has(b, key) && !skipped?.has(key)) comparePair(schema, key, a, b, into, as)
  if (a !== undefined) {
    for (const key in a) {
      if (has(a, key) && !skipped?.has(key) && !(b !== undefined && has(b, key))) comparePair(schema, key, a, b, into, as)
    }
  }
}

function comparePair(schema: Schema, key: string, a: JsonObject | undefined, b: JsonObject | undefined, into: Differences,
  as: ComparedAs): void {
  let before = a === undefined || !has(a, key) ? undefined : a[key], after = b === undefined || !has(b, key) ? undefined : b[key]
  if (before === after) return
  const field = as === 'decoded' ? fieldOf(schema, key) : undefined
  if (field !== undefined) {
    before = presentValue(field, before)
    after = presentValue(field, after)
    if (before === after) return
    // Upstream compares decoded structs: both sides hold what Go always writes.
    if (before === undefined && a !== undefined) before = zeroValue(field)
    else if (after === undefined && b !== undefined) after = zeroValue(field)
  }
  if (before !== after) into.put(fieldElement(key), compareValues(childSchema(schema, key), before, after, as))
}

/** Items are compared by their keys, whatever their order. Items that occur more than once are compared as one. */
function compareItems(list: ListSchema, a: readonly unknown[], b: readonly unknown[], into: Differences, as: ComparedAs): void {
  const before = byElement(list, a), after = byElement(list, b)
  for (const [element, old] of before) {
    const now = after.get(element)
    if (now === undefined && old.length === 1) into.put(element, { removed: allOf(list.item, old[0], as) })
    else if (now === undefined) into.put(element, removedLeaf)
    else into.put(element, compareAlike(list, old, now, as))
  }
  for (const [element, now] of after) {
    if (!before.has(element)) into.put(element, now.length === 1 ? { added: allOf(list.item, now[0], as) } : addedLeaf)
  }
}

function compareAlike(list: ListSchema, old: unknown[], now: unknown[], as: ComparedAs): Difference | undefined {
  if (old.length === 1 && now.length === 1) return compareValues(list.item, old[0], now[0], as)
  if (old.length > 1 && now.length > 1) return same(old, now) ? undefined : modifiedLeaf
  return old.length > 1 ? { added: allOf(list.item, now[0], as), removed: leaf }
    : { added: leaf, removed: allOf(list.item, old[0], as) }
}

function byElement(list: ListSchema, items: readonly unknown[]): Map<PathElement, unknown[]> {
  const found = new Map<PathElement, unknown[]>()
  for (const item of items) {
    const element = itemElement(list, item)
    const alike = found.get(element)
    if (alike) alike.push(item)
    else found.set(element, [item])
  }
  return found
}

const known = new WeakMap<object, { schema: Schema | undefined; set: FieldSet }>()

/** Every path of a value that only one side has, the ones on the way included. Kept for frozen values, which objects share. */
function allOf(schema: Schema | undefined, value: unknown, as: ComparedAs): FieldSet {
  const shape = shapeOf(schema, value)
  if (shape === 'leaf' || isNothing(value)) return leaf
  const remembered = as === 'decoded' ? known.get(value as object) : undefined
  if (remembered !== undefined && remembered.schema === schema) return remembered.set
  const children = new Map<PathElement, FieldSet>()
  if (shape === 'list') {
    const list = schema as ListSchema
    for (const [element, items] of byElement(list, value as unknown[])) {
      children.set(element, items.length === 1 ? allOf(list.item, items[0], as) : leaf)
    }
  } else {
    const object = value as JsonObject
    for (const key in object) {
      if (!has(object, key)) continue
      const field = as === 'decoded' ? fieldOf(schema!, key) : undefined
      const present = field === undefined ? object[key] : presentValue(field, object[key]) ?? zeroValue(field)
      if (present !== undefined) children.set(fieldElement(key), allOf(childSchema(schema!, key), present, as))
    }
  }
  const set = node(true, children)!
  if (as === 'decoded' && Object.isFrozen(value)) known.set(value as object, { schema, set })
  return set
}
