import type { Kind } from './kind.ts'
import type { Draft, KubeList, KubeObject } from './object.ts'

export interface ListOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  resourceVersion?: string
  limit?: number
  continue?: string
}

export interface WatchOptions extends Omit<ListOptions, 'limit' | 'continue'> {
  /** Start with an ADDED for each object, then a bookmark (upstream: sendInitialEvents). */
  sendInitialEvents?: boolean
  allowWatchBookmarks?: boolean
  signal?: AbortSignal
}

export type WatchEvent<T extends KubeObject = KubeObject> = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T }

export interface WriteOptions { fieldManager?: string; subresource?: string; dryRun?: boolean }
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'
export interface PatchOptions extends WriteOptions { type: PatchType; force?: boolean }
export interface DeleteOptions {
  gracePeriodSeconds?: number
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  preconditions?: { uid?: string; resourceVersion?: string }
}

/**
 * The one road to the API server, for controllers, kubelets and users of the library: local (no HTTP) and over HTTP, with
 * the same admission, validation and conflicts for everybody. What it returns is frozen. Failures are `StatusError`s.
 */
export interface Client {
  get<T extends KubeObject>(kind: Kind<T>, name: string, namespace?: string): Promise<T>
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<KubeList<T>>
  /** Every change in order, once. Ends when the signal is aborted; throws Expired (410) when it fell too far behind. */
  watch<T extends KubeObject>(kind: Kind<T>, options?: WatchOptions): AsyncIterable<WatchEvent<T>>
  create<T extends KubeObject>(kind: Kind<T>, object: Draft<T>, options?: WriteOptions): Promise<T>
  update<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(kind: Kind<T>, name: string, namespace: string | undefined, patch: unknown, options: PatchOptions): Promise<T>
  delete<T extends KubeObject>(kind: Kind<T>, name: string, namespace?: string, options?: DeleteOptions): Promise<void>
  /** POST to a subresource that is an action: `binding`, `eviction`, `token`. */
  act<T extends KubeObject>(kind: Kind<T>, name: string, namespace: string | undefined, action: string, body: object): Promise<unknown>
  /** The same road under another name in `User-Agent`, field manager and audit. */
  as(fieldManager: string): Client
}
