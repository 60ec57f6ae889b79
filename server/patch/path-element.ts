import { isObject, type JsonObject } from './json-value.ts'

/**
 * One step of a path into an object, written as upstream's FieldsV1 writes it (structured-merge-diff v6): `f:name` a field,
 * `k:{"name":"x"}` a list item by its keys, `v:"x"` an item of a set, `i:0` a position. The text is canonical: two steps are the
 * same step exactly when their texts are.
 */
export type PathElement = string

export const fieldElement = (name: string): PathElement => `f:${name}`
export const valueElement = (value: unknown): PathElement => `v:${writeJson(value)}`
/** `keys` sorted by name. */
export const keyElement = (keys: readonly (readonly [name: string, value: unknown])[]): PathElement =>
  `k:{${keys.map(([name, value]) => `${JSON.stringify(name)}:${writeJson(value)}`).join(',')}}`

/** As Go's encoders write strings into JSON: `<`, `>`, `&` and the two line separators are escaped. */
function writeJson(value: unknown): string {
  const text = JSON.stringify(value)
  return typeof value === 'number' || typeof value === 'boolean' ? text
    : text.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * A key of FieldsV1 in its canonical text; undefined for a type of element that is not known, which upstream drops. Throws when
 * it can't be read.
 */
export function readElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error('key must be 2 characters long:')
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`)
  switch (text[0]) {
    case 'f': return text
    case 'v': return valueElement(JSON.parse(text.slice(2)))
    case 'k': {
      const keys: unknown = JSON.parse(text.slice(2))
      if (!isObject(keys)) throw new Error(`not an object: ${text}`)
      return keyElement(Object.entries(keys).sort(([a], [b]) => compareText(a, b)))
    }
    case 'i': {
      if (!/^i:[+-]?\d+$/.test(text)) throw new Error(`not an index: ${text}`)
      return `i:${Number(text.slice(2))}`
    }
    default: return undefined
  }
}

/** The step as messages name it: `.name`, `[name="x"]`, `[="x"]`, `[0]`. */
export function printElement(element: PathElement): string {
  const rest = element.slice(2)
  switch (element[0]) {
    case 'f': return `.${rest}`
    case 'v': return `[=${printValue(JSON.parse(rest))}]`
    case 'k': return `[${keysOf(element).map(([name, value]) => `${name}=${printValue(value)}`).join(',')}]`
    default: return `[${rest}]`
  }
}

export const printPath = (path: readonly PathElement[]): string => path.map(printElement).join('')

function printValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printValue).join(',')}]`
  if (isObject(value)) return Object.entries(value).map(([key, item]) => `${key}=${printValue(item)}`).join('')
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

const keysOf = (element: PathElement): [string, unknown][] => Object.entries(JSON.parse(element.slice(2)) as JsonObject)

const kinds = 'fkvi'

/** Upstream's order: fields by name, then keyed items, values, positions; numbers by size. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0
  if (a[0] !== b[0]) return kinds.indexOf(a[0]) - kinds.indexOf(b[0])
  switch (a[0]) {
    case 'f': return compareText(a, b)
    case 'i': return Number(a.slice(2)) - Number(b.slice(2))
    case 'v': return compareValues(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)))
    default: return compareKeys(keysOf(a), keysOf(b))
  }
}

function compareKeys(a: [string, unknown][], b: [string, unknown][]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareText(a[i][0], b[i][0]) || compareValues(a[i][1], b[i][1])
    if (order !== 0) return order
  }
  return a.length - b.length
}

const ranks = ['number', 'string', 'boolean', 'object']

function compareValues(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) return ranks.indexOf(typeof a) - ranks.indexOf(typeof b)
  if (typeof a === 'string') return compareText(a, b as string)
  if (typeof a === 'object') return compareText(JSON.stringify(a), JSON.stringify(b))
  return Number(a) - Number(b)
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
