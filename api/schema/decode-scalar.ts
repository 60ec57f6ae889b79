import { canonicalQuantity, formatQuantity, parseQuantity, QuantityError, roundUpToMilli } from '../quantity.ts'
import { Base64Error, canonicalBase64 } from './go-base64.ts'
import { canonicalTime, TimeError, zeroTime } from './go-time.ts'
import { JsonNumber, jsonTypeOf } from './parse-json.ts'
import type { ScalarType } from './schema.ts'

/** A value of the wrong type: `value` is Go's word for what was given, `wanted` the Go type when it is not the field's own. */
export class WrongType extends Error {
  readonly value: string
  readonly wanted?: string
  /** Go stops at once where a type reads its own JSON; elsewhere it goes on and reports its first complaint at the end. */
  readonly stops: boolean
  constructor(value: string, wanted?: string, stops = false) {
    super(value)
    this.value = value
    this.wanted = wanted
    this.stops = stops
  }
}

/** A value that has the right type and can't be read. */
export class BadValue extends Error {
  readonly stops: boolean
  constructor(message: string, stops: boolean) {
    super(message)
    this.stops = stops
  }
}

const limits = { int32: 2 ** 31, int64: 2 ** 63 }

/**
 * The canonical form of a scalar that is not null, as Go would write it again; null for a time that is zero. Throws
 * WrongType and BadValue. `milli` rounds a quantity as resource lists are.
 */
export function decodeScalar(type: ScalarType, value: unknown, milli = false): unknown {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw new WrongType(jsonTypeOf(value))
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw new WrongType(jsonTypeOf(value))
      return value
    case 'int32': case 'int64': return decodeInteger(value, type)
    case 'double':
      if (typeof value === 'number') return value
      if (value instanceof JsonNumber) return Number(value.text)
      throw new WrongType(jsonTypeOf(value))
    case 'bytes':
      // Go reads a list of numbers as bytes as well; only the empty one has been seen.
      if (Array.isArray(value) && value.length === 0) return ''
      if (typeof value !== 'string') throw new WrongType(jsonTypeOf(value))
      return reading(() => canonicalBase64(value), Base64Error, false)
    case 'Quantity': {
      const text = typeof value === 'string' ? value.trim() : value instanceof JsonNumber ? value.text : JSON.stringify(value)
      return reading(() => milli ? milliQuantity(text) : canonicalQuantity(text), QuantityError, true)
    }
    case 'Time': case 'MicroTime': {
      if (typeof value !== 'string') throw new WrongType(jsonTypeOf(value), 'string', true)
      const text = reading(() => canonicalTime(value, type), TimeError, true)
      return text === zeroTime || text === '0001-01-01T00:00:00.000000Z' ? null : text
    }
    case 'IntOrString': return typeof value === 'string' ? value : decodeInteger(value, 'int32', true)
    case 'Duration':
      if (typeof value !== 'string') throw new WrongType(jsonTypeOf(value), 'string', true)
      return value
  }
}

function decodeInteger(value: unknown, type: 'int32' | 'int64', stops = false): number {
  const wanted = stops ? type : undefined
  const literal = typeof value === 'number' ? value : value instanceof JsonNumber ? value.text : undefined
  if (literal === undefined) throw new WrongType(jsonTypeOf(value), wanted, stops)
  const number = Number(literal)
  const whole = typeof literal === 'number' ? Number.isInteger(literal) : /^-?\d+$/.test(literal)
  // 2^63 itself is what the largest int64 becomes in a double.
  const fits = number >= -limits[type] && (number < limits[type] || (type === 'int64' && literal === '9223372036854775807'))
  if (!whole || !fits) throw new WrongType(`number ${literal}`, wanted, stops)
  return number === 0 ? 0 : number
}

const milliForms = new Map<string, string>()

function milliQuantity(text: string): string {
  let form = milliForms.get(text)
  if (form !== undefined) return form
  form = formatQuantity(roundUpToMilli(parseQuantity(text)))
  if (text.length <= 20) {
    if (milliForms.size >= 2000) milliForms.clear()
    milliForms.set(text, form)
  }
  return form
}

function reading<T>(read: () => T, known: new (...args: never[]) => Error, stops: boolean): T {
  try { return read() } catch (error) {
    if (error instanceof known) throw new BadValue(error.message, stops)
    throw error
  }
}
