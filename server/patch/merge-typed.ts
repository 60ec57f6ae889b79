import type { ListSchema, Schema } from '../../api/schema/schema.ts'
import { has, isObject, put, type JsonObject } from './json-value.ts'
import type { PathElement } from './path-element.ts'
import { childSchema, isEmptyObject, itemElement, shapeOf } from './typed-shape.ts'

/**
 * The live value with the applied one merged in: applied leaves win, nothing goes (structured-merge-diff, typed/merge.go, v6).
 * Parts that don't change are shared with the live value.
 */
export function mergeTyped(schema: Schema | undefined, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live
  if (live === undefined || live === applied) return applied
  const shape = shapeOf(schema, live, applied)
  if (shape === 'leaf' || (isNothing(live) && isNothing(applied))) return applied
  if (shape === 'list') return mergeItems(schema as ListSchema, (live ?? []) as unknown[], (applied ?? []) as unknown[])
  return mergePairs(schema!, (live ?? {}) as JsonObject, (applied ?? {}) as JsonObject)
}

const isNothing = (value: unknown): boolean =>
  value === null || (Array.isArray(value) ? value.length === 0 : isObject(value) && isEmptyObject(value))

function mergePairs(schema: Schema, live: JsonObject, applied: JsonObject): JsonObject {
  let merged: JsonObject | undefined
  for (const key of Object.keys(applied)) {
    const before = has(live, key) ? live[key] : undefined
    const after = mergeTyped(childSchema(schema, key), before, applied[key])
    if (after !== before) put(merged ??= { ...live }, key, after)
  }
  return merged ?? live
}

/**
 * Applied items in their order, those that only the live list has between them where they stood. Worked example: live a b c,
 * applied c x a gives b c x a.
 */
function mergeItems(list: ListSchema, live: readonly unknown[], applied: readonly unknown[]): readonly unknown[] {
  const left = live.map(item => itemElement(list, item)), right = applied.map(item => itemElement(list, item))
  const ofLeft = index(left, live), ofRight = index(right, applied)
  const shared = right.filter(element => ofLeft.has(element))
  const taken = new Set<PathElement>(), merged: unknown[] = []
  let i = 0, j = 0, nextShared = 0
  const takeApplied = (element: PathElement) => {
    taken.add(element)
    merged.push(mergeTyped(list.item, ofLeft.get(element), ofRight.get(element)))
    j++
  }
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length) {
      if (left[i] === right[j]) {
        takeApplied(left[i++])
        nextShared++
        continue
      }
      if (ofRight.has(left[i]) && nextShared < shared.length && shared[nextShared] !== left[i]) {
        i++
        continue
      }
    }
    if (i < left.length) {
      if (!ofRight.has(left[i])) {
        merged.push(live[i++])
        continue
      }
      if (taken.has(left[i])) i++
    }
    if (j < right.length) {
      const element = right[j]
      takeApplied(element)
      if (nextShared < shared.length && shared[nextShared] === element) nextShared++
    }
  }
  return merged.length === live.length && merged.every((item, at) => item === live[at]) ? live : merged
}

/** Items by their element; one that occurs more than once can't be merged with and counts as null. */
function index(elements: readonly PathElement[], items: readonly unknown[]): Map<PathElement, unknown> {
  const found = new Map<PathElement, unknown>()
  elements.forEach((element, at) => found.set(element, found.has(element) ? null : items[at]))
  return found
}
