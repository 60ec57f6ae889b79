import type { Clock } from '../../api/clock.ts'

/** Keys that fall due later, each once, at its earliest time: a heap behind one timer, however many wait. */
export class DelayQueue {
  #clock: Clock
  #due: (key: string) => void
  #heap: { at: number; key: string }[] = []
  #earliest = new Map<string, number>()
  #timer: { at: number; cancel: () => void } | undefined

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock
    this.#due = due
  }

  add(key: string, ms: number): void {
    const at = this.#clock.now().getTime() + ms
    const known = this.#earliest.get(key)
    if (known !== undefined && known <= at) return
    this.#earliest.set(key, at)
    this.#push({ at, key })
    this.#arm()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#heap = []
    this.#earliest.clear()
  }

  #arm(): void {
    const next = this.#heap[0]
    if (!next || (this.#timer && this.#timer.at <= next.at)) return
    this.#timer?.cancel()
    const cancel = this.#clock.after(next.at - this.#clock.now().getTime(), () => this.#fire())
    this.#timer = { at: next.at, cancel }
  }

  #fire(): void {
    this.#timer = undefined
    const now = this.#clock.now().getTime()
    while (this.#heap.length > 0 && this.#heap[0].at <= now) {
      const { at, key } = this.#pop()
      // An entry that was overtaken by an earlier one for the same key is void.
      if (this.#earliest.get(key) !== at) continue
      this.#earliest.delete(key)
      this.#due(key)
    }
    this.#arm()
  }

  #push(entry: { at: number; key: string }): void {
    const heap = this.#heap
    let i = heap.push(entry) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (heap[parent].at <= entry.at) break
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = entry
  }

  #pop(): { at: number; key: string } {
    const heap = this.#heap, top = heap[0], last = heap.pop()!
    if (heap.length === 0) return top
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1].at < heap[child].at) child++
      if (heap[child].at >= last.at) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = last
    return top
  }
}
