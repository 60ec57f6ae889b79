import type { Clock } from '../../api/clock.ts'
import { DelayQueue } from '../runtime/delay-queue.ts'

/** backend/queue/scheduling_queue.go, 1.36. */
const firstBackoff = 1000, longestBackoff = 10_000, longestWait = 5 * 60_000

/**
 * Pods that wait for a node: those to be tried now, by priority and then in order of arrival, and those that fitted nowhere,
 * which are tried again when something changes that may help them, but not before a pause that doubles with each failure.
 */
export class SchedulingQueue {
  #clock: Clock
  #active = new Map<number, Set<string>>()
  #priorities = new Map<string, number>()
  #failed = new Map<string, { attempts: number; until: number; waiting: boolean }>()
  #delayed: DelayQueue
  #ready: () => void

  constructor(clock: Clock, ready: () => void) {
    this.#clock = clock
    this.#ready = ready
    this.#delayed = new DelayQueue(clock, key => { if (this.#failed.get(key)?.waiting) this.#activate(key) })
  }

  /** A pod that is new, or changed so that it may fit now. */
  add(key: string, priority: number): void {
    this.#priorities.set(key, priority)
    this.#activate(key)
  }

  has(key: string): boolean { return this.#priorities.has(key) }

  remove(key: string): void {
    this.#leave(key, this.#priorities.get(key) ?? 0)
    this.#priorities.delete(key)
    this.#failed.delete(key)
  }

  #leave(key: string, priority: number): void {
    const keys = this.#active.get(priority)
    keys?.delete(key)
    if (keys?.size === 0) this.#active.delete(priority)
  }

  next(): string | undefined {
    const priorities = [...this.#active.keys()]
    if (priorities.length === 0) return undefined
    const highest = Math.max(...priorities), keys = this.#active.get(highest)!
    const [key] = keys
    this.#leave(key, highest)
    return key
  }

  /** The pod just tried fits nowhere. */
  failed(key: string): void {
    const attempts = (this.#failed.get(key)?.attempts ?? 0) + 1
    const pause = Math.min(firstBackoff * 2 ** Math.min(attempts - 1, 10), longestBackoff)
    this.#failed.set(key, { attempts, until: this.#clock.now().getTime() + pause, waiting: true })
    this.#delayed.add(key, longestWait)
  }

  /** Something changed that may help: those whose pause is over are tried at once, the others after it. */
  retryFailed(): void {
    const now = this.#clock.now().getTime()
    for (const [key, entry] of this.#failed) {
      if (!entry.waiting) continue
      if (entry.until <= now) this.#activate(key)
      else this.#delayed.add(key, entry.until - now)
    }
  }

  stop(): void { this.#delayed.stop() }

  #activate(key: string): void {
    const priority = this.#priorities.get(key)
    if (priority === undefined) return
    const failed = this.#failed.get(key)
    if (failed) failed.waiting = false
    let keys = this.#active.get(priority)
    if (!keys) this.#active.set(priority, keys = new Set())
    keys.add(key)
    this.#ready()
  }
}
