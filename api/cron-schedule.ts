import { parseGoDuration } from './go-duration.ts'
import { isKnownTimeZone } from './time-zone.ts'

/** Cron expressions as robfig/cron v3 reads them, which Kubernetes 1.36 uses: five fields, descriptors, `@every`. */

export interface CronFields {
  readonly minute: ReadonlySet<number>
  readonly hour: ReadonlySet<number>
  readonly dayOfMonth: ReadonlySet<number>
  readonly month: ReadonlySet<number>
  readonly dayOfWeek: ReadonlySet<number>
  /** Both days were restricted: then a day that meets either of them counts. */
  readonly eitherDay: boolean
}
export interface CronSchedule {
  /** Said in front of the expression, `TZ=…`; undefined without one. */
  readonly timeZone?: string
  /** `@every`: a delay instead of fields. */
  readonly everyMs?: number
  readonly fields?: CronFields
}

interface Bounds { min: number; max: number; names?: ReadonlyMap<string, number> }

const named = (names: string, from: number) => new Map(names.split(' ').map((name, i) => [name, i + from]))
const minutes: Bounds = { min: 0, max: 59 }
const hours: Bounds = { min: 0, max: 23 }
const daysOfMonth: Bounds = { min: 1, max: 31 }
const months: Bounds = { min: 1, max: 12, names: named('jan feb mar apr may jun jul aug sep oct nov dec', 1) }
const daysOfWeek: Bounds = { min: 0, max: 6, names: named('sun mon tue wed thu fri sat', 0) }

const descriptors = new Map([
  ['@yearly', '0 0 1 1 *'], ['@annually', '0 0 1 1 *'], ['@monthly', '0 0 1 * *'], ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'], ['@midnight', '0 0 * * *'], ['@hourly', '0 * * * *'],
])

/** Reads a schedule; throws an Error in upstream's words. */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new Error('empty spec string')
  const zoned = /^(?:CRON_)?TZ=/.exec(text)
  if (!zoned) return parseExpression(text)
  const blank = text.indexOf(' ')
  // Upstream cuts the name out without looking, and catches its own panic.
  if (blank < 0) throw new Error('invalid schedule format: runtime error: slice bounds out of range [:-1]')
  const timeZone = text.slice(zoned[0].length, blank)
  if (timeZone !== '' && timeZone !== 'UTC' && timeZone !== 'Local' && !isKnownTimeZone(timeZone)) {
    throw new Error(`provided bad location ${timeZone}: unknown time zone ${timeZone}`)
  }
  return { ...parseExpression(text.slice(blank).trim()), timeZone }
}

function parseExpression(text: string): CronSchedule {
  if (text.startsWith('@')) return parseDescriptor(text)
  const parts = text.split(/\s+/u).filter(part => part !== '')
  if (parts.length !== 5) throw new Error(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`)
  return { fields: parseFields(parts) }
}

function parseFields(parts: readonly string[]): CronFields {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = [minutes, hours, daysOfMonth, months, daysOfWeek]
    .map((bounds, i) => parseField(parts[i], bounds))
  return {
    minute: minute.values, hour: hour.values, dayOfMonth: dayOfMonth.values, month: month.values, dayOfWeek: dayOfWeek.values,
    eitherDay: !dayOfMonth.any && !dayOfWeek.any,
  }
}

function parseDescriptor(text: string): CronSchedule {
  const expression = descriptors.get(text)
  if (expression !== undefined) return { fields: parseFields(expression.split(' ')) }
  if (!text.startsWith('@every ')) throw new Error(`unrecognized descriptor: ${text}`)
  try {
    // Whole seconds, and at least one.
    return { everyMs: Math.max(1000, Math.trunc(parseGoDuration(text.slice('@every '.length)) / 1000) * 1000) }
  } catch (error) {
    throw new Error(`failed to parse duration ${text}: ${(error as Error).message}`)
  }
}

function parseField(field: string, bounds: Bounds): { values: Set<number>; any: boolean } {
  const values = new Set<number>()
  let any = false
  for (const range of field.split(',').filter(part => part !== '')) {
    const { start, end, step, star } = parseRange(range, bounds)
    for (let value = start; value <= end; value += step) values.add(value)
    any ||= star
  }
  return { values, any }
}

function parseRange(text: string, { min, max, names }: Bounds): { start: number; end: number; step: number; star: boolean } {
  const [range, ...steps] = text.split('/'), limits = range.split('-')
  let start = min, end = max, star = limits[0] === '*' || limits[0] === '?'
  if (!star) {
    start = end = parseNumber(limits[0], names)
    if (limits.length === 2) end = parseNumber(limits[1], names)
    else if (limits.length > 2) throw new Error(`too many hyphens: ${text}`)
  }
  if (steps.length > 1) throw new Error(`too many slashes: ${text}`)
  let step = 1
  if (steps.length === 1) {
    step = parseNumber(steps[0])
    if (limits.length === 1) end = max
    if (step > 1) star = false
  }
  if (start < min) throw new Error(`beginning of range (${start}) below minimum (${min}): ${text}`)
  if (end > max) throw new Error(`end of range (${end}) above maximum (${max}): ${text}`)
  if (start > end) throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${text}`)
  if (step === 0) throw new Error(`step of range should be a positive number: ${text}`)
  return { start, end, step, star }
}

function parseNumber(text: string, names?: ReadonlyMap<string, number>): number {
  const known = names?.get(text.toLowerCase())
  if (known !== undefined) return known
  const fail = (why: string) =>
    new Error(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^[+-]?[0-9]+$/.test(text)) throw fail('invalid syntax')
  if (text.length > 20 || Math.abs(Number(text)) > 2 ** 63) throw fail('value out of range')
  const value = Number(text)
  if (value < 0) throw new Error(`negative number (${value}) not allowed: ${text}`)
  return value
}
