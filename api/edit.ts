import { create } from 'mutative'

/**
 * The one way to change a frozen object: gives a new object that shares every untouched part with the old one, and the
 * old object itself when the recipe changed nothing. Built on mutative.
 */
export function edit<T extends object>(object: Readonly<T>, recipe: (draft: T) => void): T {
  return create(object as T, draft => { recipe(draft as T) }) as T
}

/** Freezes an object and all below it; parts that are frozen already are taken as whole. Returns the same object. */
export function deepFreeze<T>(value: T): Readonly<T> {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  if (Array.isArray(value)) for (const item of value) deepFreeze(item)
  else for (const key in value) deepFreeze((value as Record<string, unknown>)[key])
  return value
}

/** Whether two JSON values are alike; shared parts are compared by identity first. An absent key equals undefined. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (Array.isArray(b)) return false
  const left = a as Record<string, unknown>, right = b as Record<string, unknown>
  for (const key in left) if (!same(left[key], own(right, key))) return false
  for (const key in right) if (right[key] !== undefined && own(left, key) === undefined) return false
  return true
}

/** Keys may be a user's: `constructor` is no key of an object that has none. */
const own = (object: Record<string, unknown>, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

/**
 * `next` with every part that is alike in `old` replaced by the old one, so that whoever looks next sees by identity what did
 * not change; `old` itself when nothing did. Changes `next`, but for its frozen parts.
 */
export function share<T>(next: T, old: unknown): T {
  if (next === old || typeof next !== 'object' || typeof old !== 'object' || next === null || old === null) return next
  if (Array.isArray(next) !== Array.isArray(old)) return next
  const mine = next as Record<string, unknown>, theirs = old as Record<string, unknown>
  const fixed = Object.isFrozen(next)
  let alike = true, count = 0
  for (const key in mine) {
    count++
    const before = own(theirs, key), shared = share(mine[key], before)
    if (shared !== before || before === undefined) alike = false
    if (shared !== mine[key] && !fixed) mine[key] = shared
  }
  return alike && count === Object.keys(theirs).length ? old as T : next
}
