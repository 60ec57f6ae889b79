import type { Schema } from '../../api/schema/schema.ts'
import { badRequest, StatusError } from '../../api/status.ts'
import { goType, goValue } from './go-format.ts'
import { has, isObject, own, put, type JsonObject } from './json-value.ts'
import { itemsOf, lookup, type Merging } from './strategic-lookup.ts'
import { inOrder, indexByKey, partition } from './strategic-order.ts'

/**
 * Strategic merge patch as upstream's server applies it (apimachinery, util/strategicpatch, 1.36): lists merge by the keys of the
 * schema, `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` direct it. Upstream changes both
 * objects in place; here nothing given is touched, and what the patch does not reach is shared.
 */

const directive = '$patch', retainKeys = '$retainKeys'
const setOrder = '$setElementOrder', deleteFromList = '$deleteFromPrimitiveList'

/** The object after the patch; errors carry upstream's texts and codes. */
export function applyStrategicMergePatch(schema: Schema, object: Readonly<JsonObject>, patch: JsonObject): JsonObject {
  return mergeMap(schema, object, patch)
}

/** The patch of a decoded body; `null` counts as an empty one. */
export function decodeStrategicMergePatch(body: unknown): JsonObject {
  if (isObject(body)) return body
  if (body === null) return {}
  const type = Array.isArray(body) ? 'array' : typeof body === 'boolean' ? 'bool' : typeof body
  throw badRequest(`json: cannot unmarshal ${type} into Go value of type map[string]interface {}`)
}

/** An error that upstream hands on as it is: code 500, the text alone. */
const plain = (message: string) => new StatusError(500, '', message)
const badRetainKeys = () => badRequest('invalid patch format of retainKeys')
const badSetOrder = () => badRequest('invalid patch format of setElementOrder list')
const badDeleteFromList = () => badRequest('invalid patch format of primitive list')
const listsOfLists = () => new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
const noMergeKey = (item: unknown, key: string) => plain(`map: ${goValue(item)} does not contain declared merge key: ${key}`)
const badType = (expected: string, actual: unknown) =>
  plain(`expected a ${expected}, but received a ${actual === null ? '%!s(<nil>)' : goType(actual)}`)
const badDirective = (given: unknown, map: unknown) => plain('unknown patch type: ' +
  `${typeof given === 'string' ? given : given === null ? '%!s(<nil>)' : `%!s(${goType(given)}=${goValue(given)})`} in map: ${goValue(map)}`)

function mergeMap(schema: Schema | undefined, original: Readonly<JsonObject>, patch: JsonObject): JsonObject {
  if (has(patch, directive)) {
    if (patch[directive] === 'replace') return without(patch, directive)
    if (patch[directive] === 'delete') return {}
    throw badDirective(patch[directive], patch)
  }
  const merged = retained(original, patch)
  const done = new Set([retainKeys])
  for (const key of Object.keys(patch)) {
    if (key.startsWith(setOrder)) orderList(schema, merged, patch, key, done)
  }
  for (const key of Object.keys(patch)) if (!done.has(key)) mergeField(schema, merged, key, patch[key])
  return sharing(original, merged)
}

/** A copy of the original, without what `$retainKeys` does not name. Every key of the patch must be named too. */
function retained(original: Readonly<JsonObject>, patch: JsonObject): JsonObject {
  if (!has(patch, retainKeys)) return { ...original }
  const list = patch[retainKeys]
  if (!Array.isArray(list)) throw badRetainKeys()
  const kept = new Set(list)
  for (const key of Object.keys(patch)) {
    if (key === retainKeys || patch[key] === null || key.startsWith(deleteFromList) || key.startsWith(setOrder)) continue
    if (!kept.has(key)) throw badRetainKeys()
  }
  const copy: JsonObject = {}
  for (const key of Object.keys(original)) if (kept.has(key)) put(copy, key, original[key])
  return copy
}

function mergeField(schema: Schema | undefined, merged: JsonObject, givenKey: string, change: unknown): void {
  const deletes = givenKey.startsWith(deleteFromList)
  const key = deletes ? bareKey(givenKey, deleteFromList, badDeleteFromList) : givenKey
  if (change === null) {
    delete merged[key]
    return
  }
  const current = own(merged, key)
  if (isObject(current) && isObject(change)) {
    const field = lookup(schema, key)
    put(merged, key, field.strategy === 'replace' ? change : mergeMap(field.schema, current, change))
  } else if (Array.isArray(current) && Array.isArray(change)) {
    put(merged, key, mergeList(itemsOf(schema, key), current, change, deletes))
  } else if (!deletes) {
    const plainChange = withoutDirectives(withoutNulls(change))
    if (plainChange === undefined) delete merged[key]
    else put(merged, key, plainChange)
  }
}

/** `$setElementOrder/…`: merges the list it speaks of at once and gives it that order. */
function orderList(schema: Schema | undefined, merged: JsonObject, patch: JsonObject, orderKey: string, done: Set<string>): void {
  done.add(orderKey)
  const order = patch[orderKey]
  if (!Array.isArray(order)) throw badType('[]interface {}', order)
  const key = bareKey(orderKey, setOrder, badSetOrder)
  const original = has(merged, key) ? merged[key] : undefined, change = has(patch, key) ? patch[key] : undefined
  if (original !== undefined && !Array.isArray(original)) throw badType('[]interface {}', original)
  if (change !== undefined && !Array.isArray(change)) throw badType('[]interface {}', change)
  const list = itemsOf(schema, key)
  checkOrder(change ?? [], order, list.mergeKey)
  if (original === undefined && change === undefined) return
  const items = original === undefined ? withoutDirectives(change) as unknown[]
    : change === undefined ? original : mergeList(list, original, change, false)
  if (list.mergeKey === '' && isObject(items[0])) throw noMergeKey(items[0], '')
  const { both, others } = partition(items, order, list.mergeKey, errors)
  elementType(original ?? [], change ?? [])
  put(merged, key, inOrder(both, others, order, original ?? [], list.mergeKey, errors))
  done.add(key)
}

/** The items of the patch must stand in `$setElementOrder`, in the same order; those that are deleted need not. */
function checkOrder(items: unknown[], order: unknown[], mergeKey: string): void {
  if (items.length === 0 || order.length === 0) return
  const kept = mergeKey === '' ? items : items.filter(item => {
    if (!isObject(item)) throw badType('map[string]interface {}', item)
    return own(item, directive) !== 'delete'
  })
  let at = 0, orderAt = 0
  while (at < kept.length && orderAt < order.length) {
    if (isObject(kept[at]) && has(kept[at] as JsonObject, directive)) {
      at++
      continue
    }
    if (identity(kept[at], mergeKey) === identity(order[orderAt], mergeKey)) at++
    orderAt++
  }
  if (at < kept.length && orderAt >= order.length) {
    throw plain(`The order in patch list:\n${goValue(items)}\n doesn't match ${setOrder} list:\n${goValue(order)}\n`)
  }
}

/** What tells an item of a merged list from the others: the value of its merge key, or a primitive itself. */
function identity(item: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return item
  if (!isObject(item)) throw badType('map[string]interface {}', item)
  if (!has(item, mergeKey)) throw noMergeKey(item, mergeKey)
  return item[mergeKey]
}

const errors = {
  noMergeKey,
  notAMap: (item: unknown) => badType('map[string]interface {}', item),
}

function mergeList(list: Merging, original: unknown[], patch: unknown[], deletes: boolean): unknown[] {
  if (list.strategy !== 'merge' && !deletes) return patch
  if (original.length === 0 && patch.length === 0) return original
  if (elementType(original, patch) !== 'map') {
    if (deletes) {
      const gone = new Set(patch)
      return original.filter(item => !gone.has(item))
    }
    const { both, others } = partition([...new Set([...original, ...patch])], patch, '', errors)
    return inOrder(both, others, patch, original, '', errors)
  }
  if (list.mergeKey === '') throw plain(`cannot merge lists without merge key for ${list.goKind}`)
  const directed = obeyDirectives(original as JsonObject[], patch as JsonObject[], list.mergeKey)
  const merged = mergeItems(list, directed.original, directed.patch)
  const { both, others } = partition(merged, directed.patch, list.mergeKey, errors)
  return inOrder(both, others, directed.patch, directed.original, list.mergeKey, errors)
}

/** Carries out `$patch: delete` and `$patch: replace` of single items and takes those items out of the patch. */
function obeyDirectives(original: JsonObject[], patch: JsonObject[], mergeKey: string,
): { original: JsonObject[]; patch: JsonObject[] } {
  const ordinary: JsonObject[] = [], gone = new Set<unknown>()
  let replace = false
  for (const item of patch) {
    if (!has(item, directive)) {
      ordinary.push(item)
      continue
    }
    switch (item[directive]) {
      case 'delete':
        if (!has(item, mergeKey)) throw noMergeKey(item, mergeKey)
        gone.add(item[mergeKey])
        break
      case 'replace': replace = true; break
      case 'merge': throw plain('merging lists cannot yet be specified in the patch')
      default: throw badDirective(item[directive], item)
    }
  }
  if (replace) return { original: ordinary, patch: [] }
  return { original: original.filter(item => !has(item, mergeKey) || !gone.has(item[mergeKey])), patch: ordinary }
}

function mergeItems(list: Merging, original: JsonObject[], patch: JsonObject[]): JsonObject[] {
  const merged = [...original], positions = indexByKey(original, list.mergeKey)
  for (const item of patch) {
    if (!has(item, list.mergeKey)) throw noMergeKey(item, list.mergeKey)
    const position = positions.get(item[list.mergeKey])
    if (position !== undefined) {
      merged[position] = mergeMap(list.schema, merged[position], item)
    } else {
      positions.set(item[list.mergeKey], merged.length)
      merged.push(item)
    }
  }
  return merged
}

/** `map` or the type of the primitives; a list whose items differ in type can't be merged. */
function elementType(original: unknown[], patch: unknown[]): string {
  let type: string | undefined
  for (const item of [...original, ...patch]) {
    const itemType = Array.isArray(item) ? 'list' : isObject(item) ? 'map' : goType(item)
    if (itemType === 'list' && type === undefined) throw listsOfLists()
    if (type !== undefined && itemType !== type) {
      throw plain(`list element types are not identical: ${goValue([original, patch])}`)
    }
    type = itemType
  }
  if (type === undefined) throw plain('no elements in any of the given slices')
  return type
}

function bareKey(key: string, prefix: string, error: () => StatusError): string {
  const slash = key.indexOf('/')
  if (slash < 0 || key.slice(0, slash) !== prefix) throw error()
  return key.slice(slash + 1)
}

/** Upstream leaves nulls out of what is new, at every depth, but keeps those that stand in lists. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) if (value[key] !== null) put(copy, key, withoutNulls(value[key]))
  return copy
}

/** What is left of a new value: maps with a `$patch` go, wherever they stand; undefined when the value itself goes. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter(item => item !== undefined)
  if (!isObject(value)) return value
  if (has(value, directive)) return undefined
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) {
    const kept = withoutDirectives(value[key])
    if (kept !== undefined) put(copy, key, kept)
  }
  return copy
}

function without(object: JsonObject, gone: string): JsonObject {
  const copy: JsonObject = {}
  for (const key of Object.keys(object)) if (key !== gone) put(copy, key, object[key])
  return copy
}

/** The original itself when nothing in it changed. */
function sharing(original: Readonly<JsonObject>, merged: JsonObject): JsonObject {
  const keys = Object.keys(merged)
  return keys.length === Object.keys(original).length && keys.every(key => has(original, key) && original[key] === merged[key])
    ? original as JsonObject : merged
}
