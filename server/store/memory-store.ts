import { deepFreeze } from '../../api/edit.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import { expired } from '../../api/status.ts'
import { encodeJson } from '../json.ts'
import { CommitConflict, type Change, type Page, type Store, type Stored } from './store.ts'

/** A version of an object; encodes itself once, on first use. */
class Version implements Stored {
  readonly path: string
  readonly revision: number
  readonly object: Readonly<KubeObject>
  #bytes: Buffer | undefined

  constructor(path: string, revision: number, object: Readonly<KubeObject>) {
    this.path = path
    this.revision = revision
    this.object = object
  }

  get bytes(): Buffer { return (this.#bytes ??= Buffer.from(encodeJson(this.object))) }
}

/** All objects of one resource: `group/plural/`. */
interface Shelf {
  versions: Map<string, Version>
  /** Paths in byte order. */
  paths: string[]
  /** Whole lists of what is there now, by prefix: the same list as long as nothing changes. */
  lists: Map<string, readonly Version[]>
  log: Change[]
  /** Changes up to this revision are no longer in the log. */
  compacted: number
  /** Resolved at the next commit. */
  waiting: Set<() => void>
}

export interface MemoryStoreOptions {
  /** Changes kept for each resource; older ones are compacted away and a watch from before them gets 410. */
  historyLimit?: number
  /** First revision is this plus one. */
  startRevision?: number
}

/** The store in memory: nothing outlives the process. */
export function createMemoryStore({ historyLimit = 5000, startRevision = 0 }: MemoryStoreOptions = {}): Store {
  const shelves = new Map<string, Shelf>()
  let revision = startRevision

  const shelfOf = (path: string): Shelf => {
    const name = path.slice(0, path.indexOf('/', path.indexOf('/') + 1) + 1)
    let shelf = shelves.get(name)
    if (!shelf) shelves.set(name, shelf = { versions: new Map(), paths: [], lists: new Map(), log: [], compacted: startRevision, waiting: new Set() })
    return shelf
  }

  function append(shelf: Shelf, change: Change): void {
    shelf.log.push(change)
    // Cut in larger pieces, so that the cost of shifting is spread over many commits.
    if (shelf.log.length > historyLimit + Math.max(16, historyLimit >> 3)) {
      const dropped = shelf.log.splice(0, shelf.log.length - historyLimit)
      shelf.compacted = dropped.at(-1)!.stored.revision
    }
    if (shelf.waiting.size) {
      const woken = [...shelf.waiting]
      shelf.waiting.clear()
      for (const wake of woken) wake()
    }
  }

  /** The shelf's content as of an older revision, by undoing the log backwards. */
  function past(shelf: Shelf, prefix: string, at: number): Version[] {
    if (at < shelf.compacted) throw expired(`The provided continue parameter is too old to display a consistent list result. ` +
      `You can start a new list without the continue parameter.`)
    const versions = new Map<string, Version>()
    for (const path of range(shelf.paths, prefix)) versions.set(path, shelf.versions.get(path)!)
    for (let i = shelf.log.length - 1; i >= 0 && shelf.log[i].stored.revision > at; i--) {
      const { stored, previous } = shelf.log[i]
      if (!stored.path.startsWith(prefix)) continue
      if (previous) versions.set(stored.path, previous as Version)
      else versions.delete(stored.path)
    }
    return [...versions.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  return {
    get revision() { return revision },

    get: path => shelfOf(path).versions.get(path),

    count: prefix => { const shelf = shelfOf(prefix); return end(shelf.paths, prefix) - lowerBound(shelf.paths, prefix) },

    list(prefix, page: Page = {}) {
      const shelf = shelfOf(prefix)
      if (page.revision !== undefined && page.revision < revision) {
        const then = past(shelf, prefix, page.revision), items = page.start ? then.filter(({ path }) => path >= page.start!) : then
        const remaining = page.limit ? Math.max(0, items.length - page.limit) : 0
        return { revision: page.revision, items: page.limit ? items.slice(0, page.limit) : items, remaining }
      }
      const whole = !page.start && !page.limit
      const known = whole && shelf.lists.get(prefix)
      if (known) return { revision, items: known, remaining: 0 }
      const from = lowerBound(shelf.paths, page.start && page.start > prefix ? page.start : prefix), to = end(shelf.paths, prefix)
      const last = page.limit ? Math.min(to, from + page.limit) : to
      const items: Version[] = []
      for (let i = from; i < last; i++) items.push(shelf.versions.get(shelf.paths[i])!)
      if (whole && items.length) shelf.lists.set(prefix, items)
      return { revision, items, remaining: Math.max(0, to - last) }
    },

    async commit(path, replacing, next) {
      const shelf = shelfOf(path), current = shelf.versions.get(path)
      if ((current?.revision ?? 0) !== replacing) throw new CommitConflict(path, current)
      revision++
      const object = next ?? current!.object
      const version = new Version(path, revision, deepFreeze({ ...object, metadata: versioned(object.metadata, revision) }))
      if (next) {
        if (!current) shelf.paths.splice(lowerBound(shelf.paths, path), 0, path)
        shelf.versions.set(path, version)
      } else {
        shelf.versions.delete(path)
        shelf.paths.splice(lowerBound(shelf.paths, path), 1)
      }
      shelf.lists.clear()
      append(shelf, { type: next ? (current ? 'MODIFIED' : 'ADDED') : 'DELETED', stored: version, previous: current })
      return version
    },

    changes(prefix, after) {
      const shelf = shelfOf(prefix)
      return after < shelf.compacted ? undefined : changesAfter(shelf.log, prefix, after)
    },

    async * watch(prefix, after, signal) {
      const shelf = shelfOf(prefix)
      let seen = after
      while (!signal.aborted) {
        if (seen < shelf.compacted) throw expired(`too old resource version: ${seen} (${shelf.compacted})`)
        const { log } = shelf, batch = changesAfter(log, prefix, seen)
        if (log.length) seen = Math.max(seen, log.at(-1)!.stored.revision)
        if (batch.length) { yield batch; continue }
        await new Promise<void>(resolve => {
          const wake = () => { shelf.waiting.delete(wake); signal.removeEventListener('abort', wake); resolve() }
          shelf.waiting.add(wake)
          signal.addEventListener('abort', wake, { once: true })
        })
      }
    },
  }
}

/** The metadata with its version, at upstream's place in the order of fields. */
function versioned(metadata: ObjectMeta, revision: number): ObjectMeta {
  const resourceVersion = String(revision)
  if ('resourceVersion' in metadata) return { ...metadata, resourceVersion }
  const { name, generateName, namespace, uid, resourceVersion: _unset, ...rest } = metadata as ObjectMeta
  return { name, ...(generateName ? { generateName } : {}), ...(namespace ? { namespace } : {}), uid, resourceVersion, ...rest }
}

/** Index of the first path that is not below `path`. */
function lowerBound(paths: readonly string[], path: string): number {
  let low = 0, high = paths.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (paths[middle] < path) low = middle + 1
    else high = middle
  }
  return low
}

/** Index behind the last path with this prefix; names of roles may hold any character. */
const end = (paths: readonly string[], prefix: string): number => lowerBound(paths, prefix + '\uffff')

function * range(paths: readonly string[], prefix: string): Iterable<string> {
  for (let i = lowerBound(paths, prefix), last = end(paths, prefix); i < last; i++) yield paths[i]
}

function changesAfter(log: readonly Change[], prefix: string, revision: number): Change[] {
  const batch: Change[] = []
  for (let i = firstAfter(log, revision); i < log.length; i++) if (log[i].stored.path.startsWith(prefix)) batch.push(log[i])
  return batch
}

/** Index of the first change after a revision; the log is in order of revisions. */
function firstAfter(log: readonly Change[], revision: number): number {
  let low = 0, high = log.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (log[middle].stored.revision <= revision) low = middle + 1
    else high = middle
  }
  return low
}
