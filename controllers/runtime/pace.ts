/**
 * Keeps a controller from looking again and again at something large: each look costs as much as it has pods, and a
 * thousand pods become ready at once. What is small is looked at at once, always.
 */
export class Pace {
  #every: number
  #last = new Map<string, number>()

  constructor(everyMs: number) { this.#every = everyMs }

  /** Milliseconds to wait before the next look, 0 to go ahead now. */
  wait(key: string, podCount: number, now: Date): number {
    if (podCount < 100) return 0
    const at = now.getTime(), wait = (this.#last.get(key) ?? -Infinity) + this.#every - at
    if (wait > 0) return wait
    this.#last.set(key, at)
    return 0
  }

  forget(key: string): void { this.#last.delete(key) }
}
