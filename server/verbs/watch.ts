import { parseFieldSelector } from '../../api/selectors.ts'
import { badRequest, StatusError } from '../../api/status.ts'
import type { Kind } from '../../api/kind.ts'
import { parseListOptions, parseResourceVersion, type ListOptions } from '../options.ts'
import { storePrefix } from '../parse-request.ts'
import type { ApiRequest, WatchItem } from '../request.ts'
import { showStored, unstored } from '../resources/versions.ts'
import type { Change, Stored } from '../store/store.ts'
import { readList, tooLargeResourceVersion } from './list.ts'
import { select, type Selection } from './selection.ts'
import type { VerbHandler, VerbTools } from './verb.ts'

/** Watches end after half an hour to an hour unless the client asks otherwise (kube-apiserver: --min-request-timeout). */
const minTimeoutMs = 30 * 60_000
const bookmarkEveryMs = 60_000
/** The last bookmark comes this long before a watch ends, so that a client goes on from nearly there. */
const lastBookmarkMs = 2000

/** A stream of changes, with or without the objects that exist at its start. */
export const watch: VerbHandler = async (request, tools) => {
  if (request.kind.verbs && !request.kind.verbs.includes('watch')) {
    throw new StatusError(405, 'MethodNotAllowed', `watch is not supported on resources of kind "${request.kind.plural}"`,
      { ...(request.kind.group ? { group: request.kind.group } : {}), kind: request.kind.plural })
  }
  const options = parseListOptions(request.query, true)
  const selection = select(request.kind, options.labelSelector, withName(request.kind, options.fieldSelector, request.name))
  const after = parseResourceVersion(options.resourceVersion, detail =>
    new StatusError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(options.resourceVersion)}: ${detail}`))
  return { type: 'watch', kind: request.kind, events: follow(request, tools, options, selection, after) }
}

/** The name of the path as a field selector; another one must ask for the same name (handlers/get.go ListResource, 1.36). */
function withName(kind: Kind, fieldSelector: string, name: string | undefined): string {
  if (name === undefined) return fieldSelector
  select(kind, '', fieldSelector)
  const fields = fieldSelector ? parseFieldSelector(fieldSelector) : []
  if (fields.length === 0) return `metadata.name=${name}`
  if (fields.find(({ field, op }) => field === 'metadata.name' && op === '=')?.value !== name) {
    throw badRequest("fieldSelector metadata.name doesn't match requested name")
  }
  return fieldSelector
}

async function * follow(request: ApiRequest, { store, clock, random }: VerbTools, options: ListOptions, selection: Selection, after: number):
AsyncIterable<readonly WatchItem[]> {
  const { kind, namespace } = request
  // A watch from nowhere or from 0 shows what there is first, and so does one that asks for it.
  const fromTheStart = options.sendInitialEvents ?? after === 0
  let revision = after
  if (options.sendInitialEvents && after > store.revision) throw tooLargeResourceVersion(after, store.revision)
  if (fromTheStart) {
    const { metadata, items } = readList(store, kind, namespace, { ...options, resourceVersion: '', continue: '', limit: 0 }, selection)
    revision = Number(metadata.resourceVersion)
    const batch: WatchItem[] = items.map(stored => ({ type: 'ADDED', stored: showStored(kind, stored) }))
    // A watch without a version is taken for one that asks for what there is (internalversion, SetListOptionsDefaults, 1.36).
    const isDefault = options.sendInitialEvents === undefined && ['', '0'].includes(options.resourceVersion)
    if ((options.sendInitialEvents || isDefault) && options.allowWatchBookmarks) batch.push({ type: 'BOOKMARK', revision, initialEventsEnd: true })
    if (batch.length) yield batch
  } else if (options.sendInitialEvents === false && after === 0) {
    revision = store.revision
  }

  const ended = new AbortController()
  const end = () => ended.abort()
  request.signal.addEventListener('abort', end, { once: true })
  if (request.signal.aborted) end()
  const timeoutMs = options.timeoutMs || minTimeoutMs + random.next() * minTimeoutMs, endsAt = clock.now().getTime() + timeoutMs
  const cancelTimeout = clock.after(timeoutMs, end)
  try {
    const changes = store.watch(storePrefix(kind, namespace), revision, ended.signal)
    yield * options.allowWatchBookmarks ? withBookmarks(changes, ended.signal) : relevant(changes)
  } finally {
    cancelTimeout()
    end()
    request.signal.removeEventListener('abort', end)
  }

  async function * relevant(changes: AsyncIterable<readonly Change[]>): AsyncIterable<readonly WatchItem[]> {
    for await (const batch of changes) {
      const items: WatchItem[] = []
      for (const change of batch) { const item = view(kind, selection, change); if (item) items.push(item) }
      if (items.length) yield items
    }
  }

  /** The same with a bookmark every minute and one before the end, so that a client that reconnects need not start over. */
  async function * withBookmarks(changes: AsyncIterable<readonly Change[]>, signal: AbortSignal): AsyncIterable<readonly WatchItem[]> {
    const iterator = relevant(changes)[Symbol.asyncIterator]()
    let next = iterator.next()
    while (!signal.aborted) {
      let ring!: (revision: number) => void
      const bell = new Promise<number>(resolve => { ring = resolve })
      // As of the moment it rings all has been seen; what is written between then and the bookmark has not.
      const left = endsAt - lastBookmarkMs - clock.now().getTime()
      const cancel = clock.after(left > 0 ? Math.min(left, bookmarkEveryMs) : bookmarkEveryMs, () => ring(Math.max(store.revision, revision)))
      const got = await Promise.race([next, bell])
      cancel()
      if (typeof got === 'number') yield [{ type: 'BOOKMARK', revision: got }]
      else if (got.done) return
      else { next = iterator.next(); yield got.value }
    }
    await iterator.return?.()
  }
}

/** A change as one watcher sees it: what enters its selection is ADDED, what leaves it DELETED, with its old content. */
function view(kind: Kind, selection: Selection, { type, stored, previous }: Change): WatchItem | undefined {
  const now = showStored(kind, stored)
  if (!selection.matches) return { type, stored: now }
  const before = previous && selection.matches(showStored(kind, previous).object)
  const matches = type !== 'DELETED' && selection.matches(now.object)
  if (matches) return { type: before ? 'MODIFIED' : 'ADDED', stored: now }
  if (!before) return undefined
  return type === 'DELETED' ? { type, stored: now } : { type: 'DELETED', stored: departed(showStored(kind, previous!), stored) }
}

const departures = new WeakMap<Stored, Stored>()
/** The old content under the version at which it left; made once for all watchers. */
function departed(previous: Stored, stored: Stored): Stored {
  let left = departures.get(stored)
  if (!left) {
    const { object } = previous
    left = unstored(previous.path, { ...object, metadata: { ...object.metadata, resourceVersion: String(stored.revision) } }, stored.revision)
    departures.set(stored, left)
  }
  return left
}
