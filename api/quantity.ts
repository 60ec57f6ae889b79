/**
 * Amounts of resources: `100m`, `64Mi`, `1e3`. Follows apimachinery's resource.Quantity (1.36): exact, never floating point,
 * remembers the family of suffixes it was written in, and prints the one canonical form of it.
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** The value is `mantissa` × 10^`scale`. */
export interface Quantity {
  readonly mantissa: bigint
  readonly scale: number
  readonly format: QuantityFormat
  /** As it was written, where upstream keeps that text (a quantity that needs no other form). */
  readonly text?: string
}

export class QuantityError extends Error {}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const numericWrong = 'unable to parse numeric part of quantity'
const suffixWrong = "unable to parse quantity's suffix"

const decimalExponents = new Map([
  ['n', -9], ['u', -6], ['m', -3], ['', 0], ['k', 3], ['M', 6], ['G', 9], ['T', 12], ['P', 15], ['E', 18],
])
const binaryExponents = new Map([['Ki', 10], ['Mi', 20], ['Gi', 30], ['Ti', 40], ['Pi', 50], ['Ei', 60]])
const decimalSuffixes = new Map([...decimalExponents].map(([suffix, exponent]) => [exponent, suffix]))
const binarySuffixes = new Map([['', 0] as const, ...binaryExponents].map(([suffix, exponent]) => [exponent, suffix]))

const nano = -9
/** Longer texts are refused before any arithmetic: upstream has no such limit, and no one writes such numbers. */
const longest = 1000
const maxInt64 = (1n << 63n) - 1n
/** Upstream's int64 road takes this many digits; longer numbers go through big decimals, with other rules. */
const maxInt64Digits = 18
// sign, digits, fraction, suffix letters and exponent: what upstream's hand-written scanner accepts
const shape = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/

/** Reads a quantity; throws QuantityError with upstream's text. */
export function parseQuantity(text: string): Quantity {
  if (text === '0') return { mantissa: 0n, scale: 0, format: 'DecimalSI', text }
  const match = text === '' || text.length > longest ? null : shape.exec(text)
  if (!match) throw new QuantityError(formatWrong)
  const negative = match[1] === '-'
  const whole = match[2].replace(/^0+/, '') || '0', fraction = match[3] ?? ''
  const { base, exponent, format } = readSuffix(match[4])
  const digits = whole + fraction
  const room = format !== 'BinarySI' ? maxInt64Digits - digits.length
    : fraction === '' ? 15 - whole.length - Math.trunc(Math.fround(Math.fround(exponent * 3) / 10)) - 1 : -1
  const scale = (base === 10 ? exponent : 0) - fraction.length
  const sign = negative ? -1n : 1n
  if (room >= 0 && scale >= nano) {
    const value = BigInt(digits)
    const mantissa = sign * value * (base === 2 ? 1n << BigInt(exponent) : 1n)
    const canonical = format === 'BinarySI' ? (value & 7n) !== 0n
      : scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0'
    return canonical ? { mantissa, scale, format, text } : { mantissa, scale, format }
  }
  if (match[2] === '' && fraction === '') throw new QuantityError(numericWrong)
  return sizedQuantity(BigInt(digits) * (base === 2 ? 1n << BigInt(exponent) : 1n), scale, sign, format)
}

/** The road of long and tiny numbers: rounded up to nano, and binary ones capped at the largest int64. */
function sizedQuantity(magnitude: bigint, scale: number, sign: bigint, format: QuantityFormat): Quantity {
  let rounded = roundUp(magnitude, scale, nano)
  if (format === 'BinarySI') {
    if (compareScaled(rounded.mantissa, rounded.scale, maxInt64, 0) > 0) rounded = { mantissa: maxInt64, scale: 0 }
    if (rounded.mantissa > 0n && compareScaled(rounded.mantissa, rounded.scale, 1n, 0) < 0) format = 'DecimalSI'
  }
  return { mantissa: sign * rounded.mantissa, scale: rounded.scale, format }
}

function readSuffix(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = decimalExponents.get(suffix)
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' }
  const binary = binaryExponents.get(suffix)
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' }
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) {
    const parsed = BigInt(suffix.slice(1).replace('+', ''))
    if (parsed === BigInt.asIntN(64, parsed)) {
      return { base: 10, exponent: Number(BigInt.asIntN(32, parsed)), format: 'DecimalExponent' }
    }
  }
  throw new QuantityError(suffixWrong)
}

/** The canonical text, as Go's Quantity.String. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text
  const { mantissa, scale } = quantity
  if (mantissa === 0n) return '0'
  const isSmall = compareScaled(mantissa, scale, -1024n, 0) > 0 && compareScaled(mantissa, scale, 1024n, 0) < 0
  if (quantity.format === 'BinarySI' && !isSmall) {
    const whole = roundUp(mantissa, scale, 0)
    if (compareScaled(whole.mantissa, whole.scale, mantissa, scale) === 0) {
      let amount = atScale(whole.mantissa, whole.scale, 0), exponent = 0
      while (amount % 1024n === 0n) { amount /= 1024n; exponent += 10 }
      return `${amount}${binarySuffixes.get(exponent) ?? ''}`
    }
  }
  let amount = mantissa, exponent = scale
  while (amount % 10n === 0n) { amount /= 10n; exponent++ }
  while (exponent % 3 !== 0) { amount *= 10n; exponent-- }
  if (quantity.format === 'DecimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`
  return `${amount}${decimalSuffixes.get(exponent) ?? ''}`
}

const remembered = new Map<string, string>()

/** `parseQuantity` and `formatQuantity` in one, remembering the texts that come again and again. */
export function canonicalQuantity(text: string): string {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const canonical = formatQuantity(parseQuantity(text))
  if (text.length <= 20) {
    if (remembered.size >= 2000) remembered.clear()
    remembered.set(text, canonical)
  }
  return canonical
}

/** Rounded away from zero to thousandths, as the defaults of every resource list do (core/v1 SetDefaults_ResourceList). */
export function roundUpToMilli(quantity: Quantity): Quantity {
  if (quantity.scale >= -3) return quantity
  return { ...roundUp(quantity.mantissa, quantity.scale, -3), format: quantity.format }
}

/** The smaller first: negative, zero or positive. */
export function compareQuantities(a: Quantity | string, b: Quantity | string): number {
  const left = asQuantity(a), right = asQuantity(b)
  return compareScaled(left.mantissa, left.scale, right.mantissa, right.scale)
}

/** The sum, in the suffixes of the first one unless that is zero. */
export function addQuantities(a: Quantity | string, b: Quantity | string): Quantity {
  const left = asQuantity(a), right = asQuantity(b)
  const format = left.mantissa === 0n ? right.format : left.format
  // A number so much larger that the other one is not visible in any digit that could matter stands alone.
  if (left.mantissa === 0n || Math.abs(left.scale - right.scale) > farApart) {
    return { mantissa: left.mantissa === 0n || right.scale > left.scale ? right.mantissa : left.mantissa,
      scale: left.mantissa === 0n || right.scale > left.scale ? right.scale : left.scale, format }
  }
  const scale = Math.min(left.scale, right.scale)
  return { mantissa: atScale(left.mantissa, left.scale, scale) + atScale(right.mantissa, right.scale, scale), scale, format }
}

export function subtractQuantities(a: Quantity | string, b: Quantity | string): Quantity {
  const right = asQuantity(b)
  return addQuantities(a, { mantissa: -right.mantissa, scale: right.scale, format: right.format })
}

/** The nearest JavaScript number. */
export function quantityToNumber(quantity: Quantity | string): number {
  const { mantissa, scale } = asQuantity(quantity)
  return Number(`${mantissa}e${scale}`)
}

/** Whole units, rounded away from zero and held within int64, as Go's Quantity.Value. */
export const wholeValue = (quantity: Quantity | string): bigint => scaledValue(asQuantity(quantity), 0)
/** Thousandths, rounded away from zero and held within int64, as Go's Quantity.MilliValue. */
export const milliValue = (quantity: Quantity | string): bigint => scaledValue(asQuantity(quantity), -3)

export const isZeroQuantity = (quantity: Quantity | string): boolean => asQuantity(quantity).mantissa === 0n
export const isNegativeQuantity = (quantity: Quantity | string): boolean => asQuantity(quantity).mantissa < 0n

const asQuantity = (quantity: Quantity | string): Quantity => typeof quantity === 'string' ? parseQuantity(quantity) : quantity

function scaledValue(quantity: Quantity, scale: number): bigint {
  if (compareScaled(quantity.mantissa, quantity.scale, maxInt64, scale) > 0) return maxInt64
  if (compareScaled(quantity.mantissa, quantity.scale, -maxInt64, scale) < 0) return -maxInt64
  return atScale(roundUp(quantity.mantissa, quantity.scale, scale).mantissa, Math.max(quantity.scale, scale), scale)
}

/** Exponents come from users (`1e999999999`): never raise ten to a difference larger than this. */
const farApart = 4096
const digitsOf = (value: bigint): number => (value < 0n ? -value : value).toString().length

/** The mantissa at a smaller scale. */
function atScale(mantissa: bigint, from: number, to: number): bigint {
  return from === to ? mantissa : mantissa * 10n ** BigInt(Math.min(from - to, farApart))
}

/** At least `to` as scale, rounded away from zero. */
function roundUp(mantissa: bigint, scale: number, to: number): { mantissa: bigint; scale: number } {
  if (scale >= to || mantissa === 0n) return { mantissa, scale: mantissa === 0n ? to : scale }
  const unit = mantissa < 0n ? -1n : 1n
  if (to - scale > digitsOf(mantissa)) return { mantissa: unit, scale: to }
  const divisor = 10n ** BigInt(to - scale)
  return { mantissa: mantissa / divisor + (mantissa % divisor === 0n ? 0n : unit), scale: to }
}

function compareScaled(a: bigint, aScale: number, b: bigint, bScale: number): number {
  const aSign = a < 0n ? -1 : a > 0n ? 1 : 0, bSign = b < 0n ? -1 : b > 0n ? 1 : 0
  if (aSign !== bSign || aSign === 0) return aSign - bSign
  const aSize = digitsOf(a) + aScale, bSize = digitsOf(b) + bScale
  if (aSize !== bSize) return aSize > bSize ? aSign : -aSign
  const scale = Math.min(aScale, bScale)
  const left = atScale(a, aScale, scale), right = atScale(b, bScale, scale)
  return left < right ? -1 : left > right ? 1 : 0
}
