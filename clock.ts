import type { Clock } from './api/clock.ts'

/** The clocks a cluster can run on; the contract is in api/clock.ts and test/contracts/clock.ts holds all three to it. */

const aborted = (signal: AbortSignal) => signal.reason ?? new Error('aborted')

function sleepOn(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal))
    const onAbort = () => { cancel(); reject(aborted(signal!)) }
    const cancel = clock.after(ms, () => { signal?.removeEventListener('abort', onAbort); resolve() })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Node caps timers at 2^31-1 ms; later than that is as good as never for one process. */
const longestTimer = 2 ** 31 - 1

/** Wall time from now on, running `speed` times as fast. Its timers keep no process alive. */
export function systemClock(speed = 1): Clock {
  const start = Date.now()
  const clock: Clock = {
    now: () => (speed === 1 ? new Date() : new Date(start + (Date.now() - start) * speed)),
    after(ms, callback) {
      const timer = setTimeout(callback, Math.min(Math.max(0, ms / speed), longestTimer))
      timer.unref()
      return () => clearTimeout(timer)
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
  }
  return clock
}

/** A clock that stands still until a test steps it. */
export class ManualClock implements Clock {
  #now: number
  #order = 0
  #timers = new Set<{ at: number; order: number; callback: () => void }>()

  constructor(start: Date = new Date()) { this.#now = start.getTime() }

  now(): Date { return new Date(this.#now) }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback }
    this.#timers.add(timer)
    return () => { this.#timers.delete(timer) }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> { return sleepOn(this, ms, signal) }

  /** Milliseconds until the next timer is due, undefined when none waits. */
  get untilNext(): number | undefined {
    let next: number | undefined
    for (const timer of this.#timers) next = Math.min(next ?? Infinity, timer.at)
    return next === undefined ? undefined : Math.max(0, next - this.#now)
  }

  /**
   * Moves time on by `ms`, running every timer that falls due in order and letting all that follows from one (promises,
   * events, local requests) settle before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (;;) {
      const due = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#now = Math.max(this.#now, due.at)
      due.callback()
      await settle()
    }
    this.#now = end
  }
}

/** Lets what is ready to run do so: several turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
}
