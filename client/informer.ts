import type { Client } from '../api/client.ts'
import type { Clock } from '../api/clock.ts'
import type { Kind } from '../api/kind.ts'
import { keyOf, type KubeObject } from '../api/object.ts'
import { isNotFound, isStatus } from '../api/status.ts'

export type ChangeType = 'added' | 'updated' | 'deleted'
export type Listener<T extends KubeObject = KubeObject> = (type: ChangeType, object: Readonly<T>, old?: Readonly<T>) => void

/** A local copy of all objects of one kind, kept current by one watch. What it gives is shared and frozen. */
export interface Informer<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>
  /** Resolves once the copy holds all that existed when the informer started. */
  readonly ready: Promise<void>
  readonly isReady: boolean
  get(key: string): Readonly<T> | undefined
  list(namespace?: string): Readonly<T>[]
  /** Keeps a map from values to objects; the same name twice keeps the first function. */
  index(name: string, values: (object: Readonly<T>) => readonly string[]): void
  byIndex(name: string, value: string): Readonly<T>[]
  /** Tells of every change from now on, after an `added` for each object that is there already. Returns the way out. */
  onChange(listener: Listener<T>): () => void
}

export interface Informers {
  /** The one informer of a kind, started on first use. */
  of<T extends KubeObject>(kind: Kind<T>): Informer<T>
  /** Ends the informer of a kind that is no longer served. */
  drop(kind: Kind<any>): void
  stop(): void
}

/** What an informer does with an error it can't hand to anybody. */
export type Report = (error: unknown, where: string) => void

/** One list and watch for each kind, however many look at it. */
export function createInformers(client: Client, clock: Clock, report: Report = () => {}): Informers {
  const informers = new Map<string, SharedInformer<any>>()
  const nameOf = (kind: Kind<any>) => `${kind.group}/${kind.version}/${kind.plural}`
  let stopped = false
  return {
    of(kind) {
      let informer = informers.get(nameOf(kind))
      if (!informer) {
        informer = new SharedInformer(kind, client, clock, report)
        informers.set(nameOf(kind), informer)
        if (!stopped) informer.start()
      }
      return informer
    },
    drop(kind) {
      informers.get(nameOf(kind))?.stop()
      informers.delete(nameOf(kind))
    },
    stop() {
      stopped = true
      for (const informer of informers.values()) informer.stop()
    },
  }
}

const initialEventsEnd = 'k8s.io/initial-events-end'

/** Pauses after failures, as client-go's reflector makes them. */
const firstPause = 800, longestPause = 30_000

interface Index<T> { values(object: Readonly<T>): readonly string[]; entries: Map<string, Map<string, Readonly<T>>> }

/** How far a watch came: the version to go on from, and whether the server said anything at all. */
interface Progress { resumeAt: string | undefined; heard: boolean }

class SharedInformer<T extends KubeObject> implements Informer<T> {
  readonly kind: Kind<T>
  readonly ready: Promise<void>
  isReady = false
  #client: Client
  #clock: Clock
  #report: Report
  #markReady!: () => void
  #objects = new Map<string, Readonly<T>>()
  #indices = new Map<string, Index<T>>()
  #listeners = new Set<Listener<T>>()
  #abort = new AbortController()

  constructor(kind: Kind<T>, client: Client, clock: Clock, report: Report) {
    this.kind = kind
    this.#client = client
    this.#clock = clock
    this.#report = report
    this.ready = new Promise(resolve => { this.#markReady = () => { this.isReady = true; resolve() } })
  }

  start(): void { void this.#run() }

  stop(): void { this.#abort.abort() }

  get(key: string): Readonly<T> | undefined { return this.#objects.get(key) }

  list(namespace?: string): Readonly<T>[] {
    if (namespace === undefined) return [...this.#objects.values()]
    this.index('namespace', object => [object.metadata.namespace ?? ''])
    return this.byIndex('namespace', namespace)
  }

  index(name: string, values: (object: Readonly<T>) => readonly string[]): void {
    if (this.#indices.has(name)) return
    const index: Index<T> = { values, entries: new Map() }
    this.#indices.set(name, index)
    for (const [key, object] of this.#objects) enter(index, key, object)
  }

  byIndex(name: string, value: string): Readonly<T>[] {
    const index = this.#indices.get(name)
    if (!index) throw new Error(`informer of ${this.kind.plural} has no index "${name}"`)
    const found = index.entries.get(value)
    return found ? [...found.values()] : []
  }

  onChange(listener: Listener<T>): () => void {
    for (const object of this.#objects.values()) this.#tell(listener, 'added', object)
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** Watches until stopped: from the start, from the last version seen after an error, from the start again after 410. */
  async #run(): Promise<void> {
    const signal = this.#abort.signal
    const progress: Progress = { resumeAt: undefined, heard: false }
    let pause = firstPause
    while (!signal.aborted) {
      progress.heard = false
      try {
        await this.#watch(progress)
        if (progress.heard) continue
      } catch (error) {
        if (signal.aborted) return
        if (isStatus(error, 'Expired') || isStatus(error, 'Gone')) progress.resumeAt = undefined
        else if (!isNotFound(error)) this.#report(error, `watching ${this.kind.plural}`)
      }
      if (progress.heard) pause = firstPause
      await this.#clock.sleep(pause, signal).catch(() => {})
      pause = Math.min(pause * 2, longestPause)
    }
  }

  /** One watch, to its end. Until its first bookmark the list is not whole: a watch broken before has to start over. */
  async #watch(progress: Progress): Promise<void> {
    const signal = this.#abort.signal
    let initial = progress.resumeAt === undefined ? new Set<string>() : undefined
    const start = initial ? { sendInitialEvents: true } : { resourceVersion: progress.resumeAt }
    for await (const { type, object } of this.#client.watch(this.kind, { ...start, allowWatchBookmarks: true, signal })) {
      if (signal.aborted) return
      progress.heard = true
      if (type !== 'BOOKMARK') {
        const key = keyOf(object)
        initial?.add(key)
        if (type === 'DELETED') this.#remove(key, object)
        else this.#put(key, object)
      } else if (initial && object.metadata.annotations?.[initialEventsEnd] === 'true') {
        this.#forgetAllBut(initial)
        initial = undefined
        this.#markReady()
      }
      if (!initial) progress.resumeAt = object.metadata.resourceVersion
    }
  }

  #forgetAllBut(present: Set<string>): void {
    for (const [key, object] of this.#objects) if (!present.has(key)) this.#remove(key, object)
  }

  #put(key: string, object: Readonly<T>): void {
    const old = this.#objects.get(key)
    if (old && old.metadata.resourceVersion === object.metadata.resourceVersion) return
    this.#objects.set(key, object)
    for (const index of this.#indices.values()) {
      if (old) leave(index, key, old)
      enter(index, key, object)
    }
    for (const listener of this.#listeners) {
      if (old) this.#tell(listener, 'updated', object, old)
      else this.#tell(listener, 'added', object)
    }
  }

  #remove(key: string, last: Readonly<T>): void {
    const old = this.#objects.get(key)
    if (!old) return
    this.#objects.delete(key)
    for (const index of this.#indices.values()) leave(index, key, old)
    for (const listener of this.#listeners) this.#tell(listener, 'deleted', last)
  }

  #tell(listener: Listener<T>, type: ChangeType, object: Readonly<T>, old?: Readonly<T>): void {
    try { listener(type, object, old) } catch (error) { this.#report(error, `handling a change of ${this.kind.plural}`) }
  }
}

function enter<T>(index: Index<T>, key: string, object: Readonly<T>): void {
  for (const value of index.values(object)) {
    let objects = index.entries.get(value)
    if (!objects) index.entries.set(value, objects = new Map())
    objects.set(key, object)
  }
}

function leave<T>(index: Index<T>, key: string, object: Readonly<T>): void {
  for (const value of index.values(object)) {
    const objects = index.entries.get(value)
    objects?.delete(key)
    if (objects?.size === 0) index.entries.delete(value)
  }
}
