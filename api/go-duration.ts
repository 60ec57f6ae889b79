import { quote } from './field-error.ts'

/** Durations as Go writes and reads them: `1h30m`, `1.5s`. */

const units = new Map([['ns', 1e-6], ['us', 1e-3], ['µs', 1e-3], ['μs', 1e-3], ['ms', 1], ['s', 1000], ['m', 60_000],
  ['h', 3_600_000]])
const longestMs = 2 ** 63 / 1e6

/** Milliseconds of a duration; throws an Error in the words of Go's time.ParseDuration. */
export function parseGoDuration(text: string): number {
  const wrong = new Error(`time: invalid duration ${quote(text)}`)
  let rest = text.replace(/^[+-]/, '')
  const sign = text.startsWith('-') ? -1 : 1
  if (rest === '0') return 0
  if (rest === '') throw wrong
  let total = 0
  while (rest !== '') {
    const number = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)/.exec(rest)?.[0]
    if (number === undefined) throw wrong
    rest = rest.slice(number.length)
    const unit = /^[^0-9.]*/.exec(rest)![0]
    if (unit === '') throw new Error(`time: missing unit in duration ${quote(text)}`)
    const factor = units.get(unit)
    if (factor === undefined) throw new Error(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`)
    rest = rest.slice(unit.length)
    total += Number(number) * factor
    if (total > longestMs) throw wrong
  }
  return sign * total
}
