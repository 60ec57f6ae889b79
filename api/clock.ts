/**
 * Time, passed in. Nothing outside the clock implementations calls Date.now or setTimeout, so a test can step time and a
 * lab can run ten times faster.
 */
export interface Clock {
  now(): Date
  /** Resolves after `ms` of this clock's milliseconds; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `callback` once after `ms`; the result cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export const timestamp = (date: Date): string => date.toISOString().slice(0, 19) + 'Z'
/** RFC 3339 with microseconds, as metav1.MicroTime is written. */
export const microTimestamp = (date: Date): string => date.toISOString().slice(0, 23) + '000Z'
