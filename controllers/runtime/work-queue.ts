import type { Clock } from '../../api/clock.ts'
import { DelayQueue } from './delay-queue.ts'

/** client-go's default controller rate limiter: 5 ms, doubled with every failure of the key, at most 1,000 s. */
const firstBackoff = 5, longestBackoff = 1_000_000

/**
 * Keys to work on. A key waits once however often it is added; while it is being worked on it is never given out again,
 * and if it was added meanwhile it comes back when done (client-go's order, dirty and processing collections).
 */
export class WorkQueue {
  #order: string[] = []
  #head = 0
  #dirty = new Set<string>()
  #processing = new Set<string>()
  #failures = new Map<string, number>()
  #waiting: ((key: string | undefined) => void)[] = []
  #delayed: DelayQueue
  #stopped = false

  constructor(clock: Clock) { this.#delayed = new DelayQueue(clock, key => this.add(key)) }

  get length(): number { return this.#order.length - this.#head }

  add(key: string): void {
    if (this.#stopped || this.#dirty.has(key)) return
    this.#dirty.add(key)
    if (!this.#processing.has(key)) this.#offer(key)
  }

  addAfter(key: string, ms: number): void {
    if (this.#stopped) return
    if (ms <= 0) this.add(key)
    else this.#delayed.add(key, ms)
  }

  /** Adds the key again after a pause that grows with each failure, until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    this.addAfter(key, Math.min(firstBackoff * 2 ** Math.min(failures, 30), longestBackoff))
  }

  forget(key: string): void { this.#failures.delete(key) }

  failuresOf(key: string): number { return this.#failures.get(key) ?? 0 }

  /** The next key, as soon as there is one; undefined once the queue has stopped. Answer with `done`. */
  take(): Promise<string | undefined> | string | undefined {
    if (this.#stopped) return undefined
    if (this.length > 0) return this.#start(this.#next())
    return new Promise(resolve => { this.#waiting.push(resolve) })
  }

  done(key: string): void {
    this.#processing.delete(key)
    if (this.#dirty.has(key) && !this.#stopped) this.#offer(key)
  }

  stop(): void {
    this.#stopped = true
    this.#delayed.stop()
    for (const resolve of this.#waiting.splice(0)) resolve(undefined)
  }

  #offer(key: string): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting(this.#start(key))
    else this.#order.push(key)
  }

  #next(): string {
    const key = this.#order[this.#head++]
    if (this.#head > 1024 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head)
      this.#head = 0
    }
    return key
  }

  #start(key: string): string {
    this.#dirty.delete(key)
    this.#processing.add(key)
    return key
  }
}
