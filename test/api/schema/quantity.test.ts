import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addQuantities, canonicalQuantity, compareQuantities, formatQuantity, milliValue, parseQuantity, quantityToNumber,
  roundUpToMilli, subtractQuantities, wholeValue,
} from '../../../api/quantity.ts'

describe('quantities', () => {
  it.each([
    ['0', '0'], ['1', '1'], ['0.5', '500m'], ['1000m', '1'], ['1500m', '1500m'], ['1024Mi', '1Gi'], ['1.5Gi', '1536Mi'],
    ['100Mi', '100Mi'],
    ['1e3', '1e3'], ['1E3', '1E3'], ['12e4', '120e3'], ['1000', '1k'], ['1000k', '1M'], ['0.1n', '1n'], ['+5', '+5'],
    ['-1.5', '-1500m'],
    ['1000Ki', '1000Ki'], ['512', '512'], ['0.5Ki', '512'], ['1.1Ki', '1126400m'], ['.5', '500m'],
    ['99999999999999999999Ei', '9223372036854775807'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
  ])('%s is written as %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical)
  })

  const shape = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  const suffix = "unable to parse quantity's suffix"
  it.each([['', shape], ['abc', shape], ['1 ', shape], ['1.2.3', shape], ['1mm', suffix], ['1e', suffix]])(
    '%j is refused', (text, message) => { expect(() => parseQuantity(text)).toThrow(message) })

  it('are compared by value, whatever their suffix', () => {
    expect(compareQuantities('1Gi', '1G')).toBeGreaterThan(0)
    expect(compareQuantities('1000m', '1')).toBe(0)
    expect(compareQuantities('1e1000000000', '1')).toBeGreaterThan(0)
    expect(compareQuantities('-1', '1m')).toBeLessThan(0)
  })

  it('are added and subtracted exactly, in the suffixes of the first', () => {
    expect(formatQuantity(addQuantities('500m', '250m'))).toBe('750m')
    expect(formatQuantity(addQuantities('1Gi', '512Mi'))).toBe('1536Mi')
    expect(formatQuantity(addQuantities('0', '1Gi'))).toBe('1Gi')
    expect(formatQuantity(subtractQuantities('1', '100m'))).toBe('900m')
  })

  it('round away from zero', () => {
    expect(formatQuantity(roundUpToMilli(parseQuantity('1u')))).toBe('1m')
    expect(wholeValue('1500m')).toBe(2n)
    expect(milliValue('1.0005')).toBe(1001n)
    expect(quantityToNumber('128Mi')).toBe(134217728)
  })

  it('keep their value when they are written, and stay as they are written', () => {
    // Beyond 10^18 times a thousand upstream has no suffix and prints none.
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-2')
    const text = fc.tuple(fc.bigInt(-(10n ** 11n), 10n ** 11n), suffix).map(([n, after]) => `${n}${after}`)
    fc.assert(fc.property(text, value => {
      const once = canonicalQuantity(value)
      expect(canonicalQuantity(once)).toBe(once)
      if (!value.endsWith('i')) expect(compareQuantities(value, once)).toBe(0)
    }), { seed: 2, numRuns: 500 })
  })
})
