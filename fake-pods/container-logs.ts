import type { LogOptions } from '../api/node-access.ts'
import type { Clock } from '../api/clock.ts'

/**
 * What one run of a container wrote: a bounded ring of lines, oldest dropped first. A reader keeps only its place in the
 * ring, so one that is slow misses lines instead of growing memory.
 */
const mostBytes = 1024 * 1024
/** Longer lines are cut in two, as containerd cuts them. */
const longestLine = 16 * 1024

interface Line { at: number; text: string }

export class ContainerLogs {
  #clock: Clock
  #lines: Line[] = []
  /** Lines dropped so far: the number of the first line still held. */
  #first = 0
  #bytes = 0
  #partial = ''
  #decoder = new TextDecoder()
  #ended = false
  #waiting = new Set<() => void>()

  constructor(clock: Clock) { this.#clock = clock }

  write(data: string | Uint8Array): void {
    if (this.#ended) return
    let text = this.#partial + (typeof data === 'string' ? data : this.#decoder.decode(data, { stream: true }))
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#add(text.slice(start, end + 1))
      start = end + 1
    }
    text = text.slice(start)
    while (text.length > longestLine) {
      this.#add(text.slice(0, longestLine))
      text = text.slice(longestLine)
    }
    this.#partial = text
    this.#wake()
  }

  /** The run is over: what has no line end yet becomes a line, and followers come to their end. */
  end(): void {
    if (this.#ended) return
    if (this.#partial !== '') this.#add(this.#partial)
    this.#partial = ''
    this.#ended = true
    this.#wake()
  }

  /** The end of the log for a termination message: at most 80 lines and 2 KiB (kubelet's fallback). */
  tail(): string {
    const lines = this.#lines.slice(-80).map(line => line.text).join('') + this.#partial
    return lines.length > 2048 ? lines.slice(-2048) : lines
  }

  /** The bytes that `kubectl logs` asks for. With `follow`, until the run ends or the signal is aborted. */
  async *read(options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const since = this.#sinceOf(options)
    let next = this.#first + (options.tailLines === undefined ? 0 : Math.max(0, this.#lines.length - options.tailLines))
    let left = options.limitBytes ?? Infinity
    while (!signal.aborted) {
      next = Math.max(next, this.#first)
      let text = ''
      for (; next - this.#first < this.#lines.length && text.length < 64 * 1024; next++) {
        const line = this.#lines[next - this.#first]
        if (line.at >= since) text += options.timestamps ? `${nanoTimestamp(line.at)} ${line.text}` : line.text
      }
      if (text !== '') {
        let bytes = Buffer.from(text)
        if (bytes.length > left) bytes = bytes.subarray(0, left)
        left -= bytes.length
        yield bytes
        if (left === 0) return
      } else if (next - this.#first < this.#lines.length) continue
      else if (!options.follow || this.#ended) return
      else await this.#change(signal)
    }
  }

  #sinceOf(options: LogOptions): number {
    if (options.sinceTime !== undefined) return Date.parse(options.sinceTime)
    return options.sinceSeconds === undefined ? -Infinity : this.#clock.now().getTime() - options.sinceSeconds * 1000
  }

  #add(text: string): void {
    this.#lines.push({ at: this.#clock.now().getTime(), text })
    this.#bytes += text.length
    if (this.#bytes <= mostBytes) return
    // A quarter goes at a time, so that a busy log does not move its lines for every new one.
    let dropped = 0
    while (this.#bytes > mostBytes * 0.75 && dropped < this.#lines.length - 1) this.#bytes -= this.#lines[dropped++].text.length
    this.#lines.splice(0, dropped)
    this.#first += dropped
  }

  #wake(): void {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = () => { this.#waiting.delete(done); signal.removeEventListener('abort', done); resolve() }
      this.#waiting.add(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }
}

const nanoTimestamp = (ms: number) => new Date(ms).toISOString().slice(0, 23) + '000000Z'
