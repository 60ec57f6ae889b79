import { has, isObject, type JsonObject } from './json-value.ts'

/** The order of a list after a strategic merge, item by item as upstream's normalizeElementOrder and mergeSortedSlice give it. */

interface Errors { noMergeKey(item: unknown, key: string): Error; notAMap(item: unknown): Error }

/** Where each key value first stands. */
export function indexByKey(items: readonly JsonObject[], mergeKey: string): Map<unknown, number> {
  const positions = new Map<unknown, number>()
  items.forEach((item, position) => {
    if (has(item, mergeKey) && !positions.has(item[mergeKey])) positions.set(item[mergeKey], position)
  })
  return positions
}

/** Splits a merged list into what `by` names and what only the server has. */
export function partition(items: unknown[], by: unknown[], mergeKey: string, errors: Errors,
): { both: unknown[]; others: unknown[] } {
  if (mergeKey !== '') for (const item of by) if (!isObject(item)) throw errors.notAMap(item)
  const named = new Set(mergeKey === '' ? by
    : (by as JsonObject[]).filter(item => has(item, mergeKey)).map(item => item[mergeKey]))
  const both: unknown[] = [], others: unknown[] = []
  for (const item of items) {
    if (mergeKey !== '') {
      if (!isObject(item)) throw errors.notAMap(item)
      if (!has(item, mergeKey)) throw errors.noMergeKey(item, mergeKey)
    }
    ;(named.has(mergeKey === '' ? item : (item as JsonObject)[mergeKey]) ? both : others).push(item)
  }
  return { both, others }
}

/**
 * The items of the patch in the patch's order, and between them those that only the server has, in the server's order, each
 * before the first item of the patch that the server had after it. Hence an item new to the server comes first.
 */
export function inOrder(both: unknown[], others: unknown[], patchOrder: unknown[], serverOrder: unknown[], mergeKey: string,
  errors: Errors): unknown[] {
  if (mergeKey !== '') {
    for (const item of [...both, ...patchOrder, ...others, ...serverOrder]) {
      if (!isObject(item)) throw errors.notAMap(item)
      if (!has(item, mergeKey)) throw errors.noMergeKey(item, mergeKey)
    }
  }
  const keyOf = (item: unknown) => (mergeKey === '' ? item : (item as JsonObject)[mergeKey])
  const left = sorted(others, serverOrder, keyOf), right = sorted(both, patchOrder, keyOf)
  const onServer = positionsOf(serverOrder, keyOf)
  const result: unknown[] = []
  let i = 0, j = 0
  while (i < left.length && j < right.length) {
    const leftAt = onServer.get(keyOf(left[i])), rightAt = onServer.get(keyOf(right[j]))
    result.push(leftAt !== undefined && rightAt !== undefined && leftAt < rightAt ? left[i++] : right[j++])
  }
  return [...result, ...left.slice(i), ...right.slice(j)]
}

function positionsOf(items: unknown[], keyOf: (item: unknown) => unknown): Map<unknown, number> {
  const positions = new Map<unknown, number>()
  items.forEach((item, position) => { if (!positions.has(keyOf(item))) positions.set(keyOf(item), position) })
  return positions
}

function sorted(items: unknown[], order: unknown[], keyOf: (item: unknown) => unknown): unknown[] {
  const positions = positionsOf(order, keyOf)
  const known = items.filter(item => positions.has(keyOf(item))), unknown = items.filter(item => !positions.has(keyOf(item)))
  known.sort((a, b) => positions.get(keyOf(a))! - positions.get(keyOf(b))!)
  // Upstream's comparison calls an item without a place less than any other: each such item overtakes those before it.
  return [...unknown.toReversed(), ...known]
}
