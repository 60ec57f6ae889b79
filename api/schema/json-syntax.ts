import { goQuoteByte } from './go-quote.ts'

/**
 * A JSON parser that words its errors as Go's encoding/json, keeps duplicate keys and tells number literals apart that
 * JavaScript takes for the same (`1`, `1.0`, `1e0`). Several times slower than JSON.parse: parse-json.ts asks it only when
 * there is something to find.
 */

/** A text that is no JSON, in Go's words. */
export class JsonSyntaxError extends Error {}

/** A number literal whose text matters: JavaScript would print it otherwise. */
export class JsonNumber {
  readonly text: string
  constructor(text: string) { this.text = text }
  valueOf(): number { return Number(this.text) }
  toJSON(): number { return Number(this.text) }
}

/** The members of objects that name a key twice, in the order of the text. */
export type Duplicates = ReadonlyMap<object, readonly (readonly [key: string, value: unknown])[]>

/** Deeper nesting is refused (upstream's limit is 10,000; ours lets every later walk recurse safely). */
export const maxDepth = 2000

interface Reader { text: string; at: number; depth: number; duplicates: Map<object, [string, unknown][]>; keepNumbers: boolean }

/** Parses the whole text; `keepNumbers` wraps literals that JavaScript would print otherwise in JsonNumber. */
export function parseSlowly(text: string, keepNumbers: boolean): { value: unknown; duplicates: Duplicates } {
  const reader: Reader = { text, at: 0, depth: 0, duplicates: new Map(), keepNumbers }
  const value = readValue(reader)
  skipSpace(reader)
  if (reader.at < text.length) throw unexpected(reader, 'after top-level value')
  return { value, duplicates: reader.duplicates }
}

function unexpected(reader: Reader, where: string): JsonSyntaxError {
  if (reader.at >= reader.text.length) {
    // Go asks at the end whether a blank could follow: inside a token it could not.
    return new JsonSyntaxError(insideToken.test(where) ? `invalid character ' ' ${where}` : 'unexpected end of JSON input')
  }
  const character = String.fromCodePoint(reader.text.codePointAt(reader.at)!)
  return new JsonSyntaxError(`invalid character ${goQuoteByte(Buffer.from(character)[0])} ${where}`)
}

const insideToken = /^in (literal|numeric|exponent|string escape|\\u)|^after decimal/

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at)
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
    reader.at++
  }
}

function readValue(reader: Reader): unknown {
  skipSpace(reader)
  switch (reader.text[reader.at]) {
    case '{': return readObject(reader)
    case '[': return readArray(reader)
    case '"': return readString(reader)
    case 't': return readWord(reader, 'true', true)
    case 'f': return readWord(reader, 'false', false)
    case 'n': return readWord(reader, 'null', null)
    default: return readNumber(reader)
  }
}

function enter(reader: Reader): void {
  if (++reader.depth > maxDepth) throw unexpected(reader, 'exceeded max depth')
  reader.at++
  skipSpace(reader)
}

function readObject(reader: Reader): unknown {
  enter(reader)
  const object: Record<string, unknown> = {}
  const members: [string, unknown][] = []
  let repeated = false
  if (reader.text[reader.at] === '}') return leave(reader, object)
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') throw unexpected(reader, 'looking for beginning of object key string')
    const key = readString(reader)
    skipSpace(reader)
    if (reader.text[reader.at] !== ':') throw unexpected(reader, 'after object key')
    reader.at++
    const value = readValue(reader)
    repeated ||= Object.hasOwn(object, key)
    setOwn(object, key, value)
    members.push([key, value])
    skipSpace(reader)
    if (reader.text[reader.at] === '}') break
    if (reader.text[reader.at] !== ',') throw unexpected(reader, 'after object key:value pair')
    reader.at++
  }
  if (repeated) reader.duplicates.set(object, members)
  return leave(reader, object)
}

function readArray(reader: Reader): unknown {
  enter(reader)
  const array: unknown[] = []
  if (reader.text[reader.at] === ']') return leave(reader, array)
  for (;;) {
    array.push(readValue(reader))
    skipSpace(reader)
    if (reader.text[reader.at] === ']') return leave(reader, array)
    if (reader.text[reader.at] !== ',') throw unexpected(reader, 'after array element')
    reader.at++
  }
}

function leave<T>(reader: Reader, value: T): T {
  reader.at++
  reader.depth--
  return value
}

function readString(reader: Reader): string {
  const start = reader.at++
  for (;;) {
    const character = reader.text[reader.at]
    if (character === undefined || character < ' ') throw unexpected(reader, 'in string literal')
    reader.at++
    if (character === '"') return JSON.parse(reader.text.slice(start, reader.at)).toWellFormed()
    if (character !== '\\') continue
    const escaped = reader.text[reader.at]
    if (escaped === undefined || !'"\\/bfnrtu'.includes(escaped)) throw unexpected(reader, 'in string escape code')
    reader.at++
    if (escaped !== 'u') continue
    for (let digit = 0; digit < 4; digit++, reader.at++) {
      if (!/[0-9a-fA-F]/.test(reader.text[reader.at] ?? '')) throw unexpected(reader, 'in \\u hexadecimal character escape')
    }
  }
}

function readWord<T>(reader: Reader, word: string, value: T): T {
  for (const letter of word.slice(1)) {
    reader.at++
    if (reader.text[reader.at] !== letter) throw unexpected(reader, `in literal ${word} (expecting '${letter}')`)
  }
  reader.at++
  return value
}

function readNumber(reader: Reader): unknown {
  const { text } = reader, start = reader.at
  const isDigit = (): boolean => /[0-9]/.test(text[reader.at] ?? '')
  const digits = (where: string): void => {
    if (!isDigit()) throw unexpected(reader, where)
    while (isDigit()) reader.at++
  }
  const negative = text[reader.at] === '-'
  if (negative) reader.at++
  else if (!isDigit()) throw unexpected(reader, 'looking for beginning of value')
  if (text[reader.at] === '0') reader.at++
  else digits('in numeric literal')
  if (text[reader.at] === '.') { reader.at++; digits('after decimal point in numeric literal') }
  if (text[reader.at] === 'e' || text[reader.at] === 'E') {
    reader.at++
    if (text[reader.at] === '+' || text[reader.at] === '-') reader.at++
    digits('in exponent of numeric literal')
  }
  const literal = text.slice(start, reader.at), value = Number(literal)
  return reader.keepNumbers && String(value) !== literal ? new JsonNumber(literal) : value
}

/** Sets an own property whatever its name: `__proto__` stays data. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else (object as Record<string, unknown>)[key] = value
}
