import type { Client } from '../../api/client.ts'
import type { Clock } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import type { ChangeType, Informers, Report } from '../../client/informer.ts'
import type { Recorder } from '../../client/event-recorder.ts'
import type { WorkQueue } from './work-queue.ts'

/** All that a controller may touch. */
export interface Tools {
  client: Client
  informers: Informers
  clock: Clock
  random: Random
  /** Writes events under the controller's own name. */
  recorder: Recorder
  report: Report
}

export interface Watch<T extends KubeObject = KubeObject> {
  kind: Kind<T>
  /** The keys to look at because of this object; on an update it is asked for the old and the new one. */
  keysFor(object: Readonly<T>, tools: Tools): Iterable<string>
  /** Sees each change before its keys are queued. May name keys to look at later: `[key, milliseconds]`. */
  observe?(type: ChangeType, object: Readonly<T>, old: Readonly<T> | undefined, tools: Tools): void | [key: string, ms: number]
}

export type Outcome = void | { againAfterMs: number }

/** Level-triggered: it gets a key, looks at the world and acts. Throwing means again, with backoff. */
export interface Controller {
  name: string
  /** The source of its events, where that is not its name. */
  component?: string
  /** How many keys are worked on at once; 5 unless it says otherwise, as upstream's concurrent syncs. */
  workers?: number
  watches: Watch<any>[]
  /** Runs once before anything is watched: the place to declare indices. */
  prepare?(tools: Tools): void
  /** For a controller that finds its keys by itself; the result ends what it started. */
  start?(tools: Tools, queue: Pick<WorkQueue, 'add' | 'addAfter'>): () => void
  reconcile(key: string, tools: Tools): Promise<Outcome>
}

/** Gives a watch the types of its kind. */
export function watching<T extends KubeObject>(
  kind: Kind<T>, keysFor: Watch<T>['keysFor'], observe?: Watch<T>['observe'],
): Watch<T> {
  return { kind, keysFor, ...(observe ? { observe } : {}) }
}
