/**
 * Waiting times that double: client-go's flowcontrol.Backoff as the kubelet uses it (10 s, 20 s, … 300 s). One that was
 * left alone for twice the longest time starts over.
 */
const first = 10_000, longest = 300_000

export interface BackOff {
  /** The waiting time that counts now, in milliseconds; 0 before the first failure. */
  readonly current: number
  /** Whether a failure at `since` still has to be waited out at `now`. */
  isWaiting(since: number, now: number): boolean
  /** Notes one more failure that became known at `now`. */
  next(now: number): void
}

export function createBackOff(): BackOff {
  let current = 0, updated = 0
  const isOver = (now: number) => now - updated > 2 * longest
  return {
    get current() { return current },
    isWaiting: (since, now) => current > 0 && !isOver(now) && now - since < current,
    next(now) {
      current = current === 0 || isOver(now) ? first : Math.min(current * 2, longest)
      updated = now
    },
  }
}

/** A duration as Go prints it: `10s`, `1m20s`, `5m0s`, `1.2s`, `350ms`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1) return `${Math.round(ms * 1000)}µs`
  if (ms < 1000) return `${Math.round(ms)}ms`
  const whole = Math.round(ms)
  const hours = Math.floor(whole / 3_600_000), minutes = Math.floor(whole / 60_000) % 60
  const seconds = `${Number(((whole % 60_000) / 1000).toFixed(3))}s`
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds
}
