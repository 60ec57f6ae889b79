/** Durations for people, as apimachinery's duration package writes them (1.36): two or three significant figures. */

const join = (big: number, bigUnit: string, small: number, smallUnit: string) =>
  (small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`)

/** A length of time in milliseconds as `kubectl` prints ages: `5s`, `3m20s`, `7h`, `2d3h`, `3y`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  // Clocks differ a little between machines; two seconds into the future count as now.
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return join(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return join(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (hours < 24 * 8) return join(days, 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${days}d`
  const years = Math.trunc(days / 365)
  return hours < 24 * 365 * 8 ? join(years, 'y', days % 365, 'd') : `${years}y`
}

/** The age of a timestamp; `<unknown>` when there is none (printers: translateTimestampSince). */
export function age(time: string | undefined | null, now: Date): string {
  return time ? humanDuration(now.getTime() - Date.parse(time)) : '<unknown>'
}
