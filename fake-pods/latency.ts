import type { Clock } from '../api/clock.ts'
import type { Random } from '../api/random.ts'

/** The time that simulated work takes: a little around the figure given, times the cluster's pace; nothing at pace 0. */
export interface Latency {
  readonly pace: number
  /** Resolves after about `ms`; rejects when the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls back after about `ms`, at pace 0 at once. The result cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** How far a latency strays from its figure, to either side. */
const spread = 0.15

export function createLatency(clock: Clock, random: Random, pace: number): Latency {
  const drawn = (ms: number) => ms * pace * (1 - spread + 2 * spread * random.next())
  return {
    pace,
    pause: (ms, signal) => (pace === 0 ? (signal?.throwIfAborted(), Promise.resolve()) : clock.sleep(drawn(ms), signal)),
    after(ms, callback) {
      if (pace !== 0) return clock.after(drawn(ms), callback)
      callback()
      return () => {}
    },
  }
}
