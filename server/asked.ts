import type { Clock } from '../api/clock.ts'

/** What of the HTTP request decides the form of the answer. */
export interface Asked {
  accept: string
  acceptEncoding: string
  query: URLSearchParams
  warnings: readonly string[]
  signal: AbortSignal
  clock: Clock
}
