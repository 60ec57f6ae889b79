/** A JSON object as it comes from a body or the store. It may be frozen: never write to one that was not made here. */
export type JsonObject = { [key: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasOwnProperty = Object.prototype.hasOwnProperty
export const has = (object: object, key: string): boolean => hasOwnProperty.call(object, key)
/** The object's own value; what a prototype would lend (`constructor`, `toString`) does not count. */
export const own = (object: JsonObject, key: string): unknown => (hasOwnProperty.call(object, key) ? object[key] : undefined)

/** Sets an own property, also for the key `__proto__`, which a plain assignment would take as the prototype. */
export function put(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

/** How deep patches and objects may nest; far beyond any type of Kubernetes, far below the end of the stack. */
export const maxDepth = 1000

/** Whether a value nests deeper than `maxDepth`; walks without recursion. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      for (const child of Array.isArray(item) ? item : Object.values(item)) {
        if (typeof child === 'object' && child !== null) next.push(child)
      }
    }
    level = next
  }
  return false
}
