import type { Clock } from '../../api/clock.ts'

/** Upstream's ExpectationsTimeout: after five minutes a change that was never seen is no longer waited for. */
const expiresAfter = 5 * 60_000

interface Expected { creations: number; deletions: Set<string>; since: number }

/**
 * Which creations and deletions of its own a controller still has to see in its copy of the world: until it has seen
 * them it must not count, or it would create or delete twice.
 */
export class Expectations {
  #clock: Clock
  #expected = new Map<string, Expected>()

  constructor(clock: Clock) { this.#clock = clock }

  satisfied(key: string): boolean {
    const expected = this.#expected.get(key)
    if (!expected || (expected.creations <= 0 && expected.deletions.size === 0)) return true
    return this.#clock.now().getTime() - expected.since > expiresAfter
  }

  expectCreations(key: string, count: number): void { this.#set(key, count, []) }

  expectDeletions(key: string, uids: Iterable<string>): void { this.#set(key, 0, uids) }

  creationSeen(key: string): void {
    const expected = this.#expected.get(key)
    if (expected) expected.creations--
  }

  deletionSeen(key: string, uid: string): void { this.#expected.get(key)?.deletions.delete(uid) }

  forget(key: string): void { this.#expected.delete(key) }

  #set(key: string, creations: number, deletions: Iterable<string>): void {
    this.#expected.set(key, { creations, deletions: new Set(deletions), since: this.#clock.now().getTime() })
  }
}
