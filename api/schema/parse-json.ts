import { JsonNumber, JsonSyntaxError, maxDepth, parseSlowly, type Duplicates } from './json-syntax.ts'

export { JsonNumber, JsonSyntaxError, type Duplicates } from './json-syntax.ts'

export interface ParsedJson {
  value: unknown
  /** Present when an object names a key twice; `decode` wants them. */
  duplicates?: Duplicates
}

/**
 * Parses a JSON text as Go's encoding/json does; throws JsonSyntaxError with Go's words. What JSON.parse would lose
 * (duplicate keys, the literal of a number) is looked for in one cheap pass over the text and read exactly when it is there.
 */
export function parseJson(text: string): ParsedJson {
  let value: unknown
  try { value = JSON.parse(text) } catch (error) {
    parseSlowly(text, false)
    // Not reached: what JSON.parse refuses the other one refuses too.
    throw new JsonSyntaxError((error as Error).message)
  }
  const { keys, exact, deep } = survey(text)
  if (!deep && !exact && keys === countKeys(value)) return { value }
  const parsed = parseSlowly(text, true)
  return parsed.duplicates.size ? parsed : { value: parsed.value }
}

/**
 * Counts the keys of a valid JSON text, and says whether a number in it or an escaped surrogate could lose its spelling, and
 * whether it is nested too deeply.
 */
function survey(text: string): { keys: number; exact: boolean; deep: boolean } {
  let keys = 0, depth = 0, deepest = 0
  // An escaped surrogate may stand alone, which Go replaces.
  let exact = text.includes('\\ud') || text.includes('\\uD')
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) {
      at = text.indexOf('"', at + 1)
      while (isEscaped(text, at)) at = text.indexOf('"', at + 1)
    } else if (code === 58) keys++
    else if (code === 123 || code === 91) { if (++depth > deepest) deepest = depth }
    else if (code === 125 || code === 93) depth--
    else if (code === 45 || (code >= 48 && code <= 57)) {
      const start = at
      while (isDigit(text.charCodeAt(at + 1))) at++
      const next = text.charCodeAt(at + 1)
      // 15 digits are safe in a double; a point or an exponent may be spelt in many ways, and zero may be negative.
      const goesOn = next === 46 || (next | 32) === 101
      if (goesOn || at - start >= 15 || (code === 45 && text.charCodeAt(start + 1) === 48)) exact = true
      if (goesOn) while (isNumberPart(text.charCodeAt(at + 1))) at++
    }
  }
  return { keys, exact, deep: deepest > maxDepth }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57
/** A digit, `.`, `e`, `E`, `+` or `-`. */
const isNumberPart = (code: number): boolean => isDigit(code) || code === 46 || (code | 32) === 101 || code === 43 || code === 45

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++
  return backslashes % 2 === 1
}

/** Iterative, because the depth is not known to be bounded yet. */
function countKeys(value: unknown): number {
  let count = 0
  const open: unknown[] = [value]
  while (open.length) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === 'object') open.push(item)
    } else {
      for (const key in next) {
        count++
        const member = (next as Record<string, unknown>)[key]
        if (typeof member === 'object') open.push(member)
      }
    }
  }
  return count
}

/**
 * The group, version and kind that a body names, as far as it can be told: upstream reads them first and words what goes wrong
 * there itself (apimachinery, runtime/serializer/json SimpleMetaFactory). Throws JsonSyntaxError.
 */
export function readTypeMeta(value: unknown): { apiVersion: string; kind: string } {
  const fail = (text: string): JsonSyntaxError =>
    new JsonSyntaxError(`couldn't get version/kind; json parse error: json: cannot unmarshal ${text}`)
  if (value === null) return { apiVersion: '', kind: '' }
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) {
    throw fail(`${jsonTypeOf(value)} into Go value of type ${typeMetaStruct}`)
  }
  const meta = { apiVersion: '', kind: '' }
  for (const [key, text] of Object.entries(value)) {
    // This one step takes keys in any case, unlike the decoding that follows.
    const name = key.toLowerCase() === 'apiversion' ? 'apiVersion' : key.toLowerCase() === 'kind' ? 'kind' : undefined
    if (!name || text === null) continue
    if (typeof text !== 'string') throw fail(`${jsonTypeOf(text)} into Go struct field .${name} of type string`)
    meta[name] = text
  }
  return meta
}
const typeMetaStruct =
  String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`

/** What Go's encoding/json calls a value in `cannot unmarshal … into`. */
export function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (value instanceof JsonNumber) return 'number'
  return value === null ? 'null' : typeof value
}
