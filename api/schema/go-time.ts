/** Times as Go's time.Parse reads them and metav1.Time and MicroTime write them. */
export class TimeError extends Error {}

export const zeroTime = '0001-01-01T00:00:00Z'

const layouts = { Time: '2006-01-02T15:04:05Z07:00', MicroTime: '2006-01-02T15:04:05.000000Z07:00' }

/** RFC 3339 in UTC, seconds (Time) or microseconds (MicroTime). Throws TimeError in Go's words. */
export function canonicalTime(text: string, type: 'Time' | 'MicroTime'): string {
  if (type === 'Time' ? usualTime.test(text) : usualMicroTime.test(text)) return text
  const { seconds, nanoseconds } = parseTime(text, type)
  const base = formatSeconds(seconds)
  return type === 'Time' ? `${base}Z` : `${base}.${String(Math.trunc(nanoseconds / 1000)).padStart(6, '0')}Z`
}
// Days up to 28 exist in every month: texts that match need no further look.
const usualTime = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/
const usualMicroTime = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/

/** `2006-01-02T15:04:05` of seconds since 1970, also before year 1000 and after 9999. */
export function formatSeconds(seconds: number): string {
  const date = new Date(seconds * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
    + `T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

interface Reader { text: string; rest: string; layout: string }

/** Seconds since 1970 and the nanoseconds beyond; throws TimeError. */
export function parseTime(text: string, type: 'Time' | 'MicroTime'): { seconds: number; nanoseconds: number } {
  const reader: Reader = { text, rest: text, layout: layouts[type] }
  const year = number(reader, /^\d{4}/, '2006')
  literal(reader, '-')
  const month = number(reader, /^\d{2}/, '01')
  if (month < 1 || month > 12) throw outOfRange(text, 'month')
  literal(reader, '-')
  const day = number(reader, /^\d{1,2}/, '02')
  literal(reader, 'T')
  const hour = number(reader, /^\d{1,2}/, '15')
  if (hour > 23) throw outOfRange(text, 'hour')
  literal(reader, ':')
  const minute = number(reader, /^\d{2}/, '04')
  if (minute > 59) throw outOfRange(text, 'minute')
  literal(reader, ':')
  const second = number(reader, /^\d{2}/, '05')
  if (second > 59) throw outOfRange(text, 'second')
  const fraction = type === 'MicroTime' ? /^[.,]\d{6}/.exec(reader.rest) : /^[.,]\d+/.exec(reader.rest)
  if (type === 'MicroTime' && !fraction) throw cannotParse(reader, '.000000')
  reader.rest = reader.rest.slice(fraction?.[0].length ?? 0)
  const offset = zone(reader)
  if (reader.rest) throw new TimeError(`parsing time ${timeQuote(text)}: extra text: ${timeQuote(reader.rest)}`)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (day < 1 || date.getUTCMonth() !== month - 1 || date.getUTCFullYear() !== year) throw outOfRange(text, 'day')
  return {
    seconds: date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset,
    nanoseconds: fraction ? Number(fraction[0].slice(1, 10).padEnd(9, '0')) : 0,
  }
}

function zone(reader: Reader): number {
  if (reader.rest.startsWith('Z')) { reader.rest = reader.rest.slice(1); return 0 }
  const match = /^([+-])(\d{2}):(\d{2})/.exec(reader.rest)
  if (!match) throw cannotParse(reader, 'Z07:00')
  const hours = Number(match[2]), minutes = Number(match[3])
  if (hours > 24) throw outOfRange(reader.text, 'time zone offset hour')
  if (minutes > 60) throw outOfRange(reader.text, 'time zone offset minute')
  reader.rest = reader.rest.slice(6)
  return (match[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60)
}

function number(reader: Reader, shape: RegExp, element: string): number {
  const match = shape.exec(reader.rest)
  if (!match) throw cannotParse(reader, element)
  reader.rest = reader.rest.slice(match[0].length)
  return Number(match[0])
}

function literal(reader: Reader, text: string): void {
  if (!reader.rest.startsWith(text)) throw cannotParse(reader, text)
  reader.rest = reader.rest.slice(text.length)
}

const cannotParse = ({ text, rest, layout }: Reader, element: string): TimeError =>
  new TimeError(`parsing time ${timeQuote(text)} as ${timeQuote(layout)}: cannot parse ${timeQuote(rest)} as ${timeQuote(element)}`)
const outOfRange = (text: string, what: string): TimeError => new TimeError(`parsing time ${timeQuote(text)}: ${what} out of range`)

/** As the time package quotes: what is not printable ASCII as its bytes. */
function timeQuote(text: string): string {
  const bytes = (character: string) => [...Buffer.from(character)].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  return `"${text.replace(/["\\]/g, String.raw`\$&`).replace(/[^ -\x7f]/gu, bytes)}"`
}
