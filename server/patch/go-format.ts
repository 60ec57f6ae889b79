import { isObject } from './json-value.ts'

/** JSON values as Go's fmt prints them: upstream's messages carry them so. */

/** `%v`: `map[a:1 b:[x y]]`, keys sorted; null is `<nil>`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (isObject(value)) return `map[${Object.keys(value).sort().map(key => `${key}:${goValue(value[key])}`).join(' ')}]`
  if (typeof value === 'number') return goNumber(value)
  return String(value)
}

/** `%#v`: `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (isObject(value)) {
    const pairs = Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${goSyntax(value[key])}`)
    return `map[string]interface {}{${pairs.join(', ')}}`
  }
  if (typeof value === 'number') return goNumber(value)
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** `%T` of a decoded JSON value. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (isObject(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

/** Whole numbers are int64; others are float64, whose exponent has at least two digits. */
export function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString()
  const text = String(value)
  const [mantissa, exponent] = text.split('e')
  if (exponent === undefined) {
    const magnitude = Math.abs(value)
    return magnitude !== 0 && magnitude < 1e-4 ? goExponent(value.toExponential()) : text
  }
  return goExponent(`${mantissa}e${exponent}`)
}

const goExponent = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2')
