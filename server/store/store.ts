import type { KubeObject } from '../../api/object.ts'

/**
 * One log of changes with one counter, as in etcd. Reads come from memory, at once; a commit may travel.
 * Paths are `group/plural/namespace/name` (or `group/plural/name`), prefixes end with a slash; a prefix always holds at
 * least group and plural. Every implementation passes test/contracts/store.ts.
 */
export interface Stored {
  readonly path: string
  /** Revision at which this version was written (for a deleted object: at which it was deleted). */
  readonly revision: number
  /** Deeply frozen; metadata.resourceVersion says `revision`. */
  readonly object: Readonly<KubeObject>
  /** The object as JSON, encoded on first use and kept. */
  readonly bytes: Buffer
}

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** For DELETED: the last state, at the revision of the deletion. */
  stored: Stored
  /** What stood there before. */
  previous?: Stored
}

export interface Page {
  /** Only paths at or after this one. */
  start?: string
  limit?: number
  /** The state as of this revision instead of the newest; throws Expired (410) when compacted. */
  revision?: number
}

export interface Store {
  readonly revision: number
  get(path: string): Stored | undefined
  /** In byte order of the paths; `remaining` counts what the limit left out. */
  list(prefix: string, page?: Page): { revision: number; items: readonly Stored[]; remaining: number }
  count(prefix: string): number
  /**
   * Compare-and-swap: `replacing` is the revision being replaced, 0 for "must not exist"; no `next` deletes. The store sets
   * metadata.resourceVersion and freezes. Throws CommitConflict when something else stands there.
   */
  commit(path: string, replacing: number, next: KubeObject | undefined): Promise<Stored>
  /**
   * Every change below the prefix after a revision, in order, once, in batches of what has come so far. A reader that stops
   * costs nothing but its place in the log; throws Expired (410) when that place has been compacted away.
   */
  watch(prefix: string, after: number, signal: AbortSignal): AsyncIterable<readonly Change[]>
  /** The same at once: what has changed until now; undefined when that revision has been compacted away. */
  changes(prefix: string, after: number): readonly Change[] | undefined
}

/** Lost a compare-and-swap: somebody else wrote, or the object is gone or there already. */
export class CommitConflict extends Error {
  readonly current: Stored | undefined
  constructor(path: string, current: Stored | undefined) {
    super(`commit conflict at ${path}`)
    this.current = current
  }
}
