import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../api/object.ts'
import { isStatus } from '../../api/status.ts'
import { CommitConflict, type Change, type Store } from '../../server/store/store.ts'

const thing = (name: string, data?: string): KubeObject =>
  ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'n', uid: name, resourceVersion: '', creationTimestamp: '' }, ...(data ? { data } : {}) }) as KubeObject
const path = (name: string) => `/configmaps/n/${name}`
const prefix = '/configmaps/n/'

/** What every store has to hold; `create` makes an empty one that keeps `historyLimit` changes of each resource. */
export function storeContract(name: string, create: (options: { historyLimit?: number }) => Store): void {
  const names = (items: readonly { path: string }[]) => items.map(item => item.path.slice(prefix.length))
  const collect = async (store: Store, after: number, count: number): Promise<string[]> => {
    const seen: string[] = [], ended = new AbortController()
    for await (const batch of store.watch(prefix, after, ended.signal)) {
      seen.push(...batch.map(({ type, stored }: Change) => `${type} ${stored.object.metadata.name}@${stored.revision}`))
      if (seen.length >= count) break
    }
    ended.abort()
    return seen
  }

  describe(name, () => {
    it('counts up one revision for each commit and writes it into the object', async () => {
      const store = create({})
      const first = await store.commit(path('a'), 0, thing('a')), second = await store.commit(path('b'), 0, thing('b'))
      expect(second.revision).toBe(first.revision + 1)
      expect(second.object.metadata.resourceVersion).toBe(String(second.revision))
      expect(JSON.parse(second.bytes.toString())).toEqual(second.object)
      expect(store.revision).toBe(second.revision)
    })

    it('refuses a commit that replaces another version than the one that stands there', async () => {
      const store = create({}), { revision } = await store.commit(path('a'), 0, thing('a'))
      await expect(store.commit(path('a'), 0, thing('a'))).rejects.toThrow(CommitConflict)
      await expect(store.commit(path('a'), revision + 7, thing('a'))).rejects.toThrow(CommitConflict)
      await expect(store.commit(path('none'), 1, undefined)).rejects.toThrow(CommitConflict)
      expect(store.revision).toBe(revision)
    })

    it('lets one of two racing commits win', async () => {
      const store = create({}), { revision } = await store.commit(path('a'), 0, thing('a'))
      const results = await Promise.allSettled([store.commit(path('a'), revision, thing('a', '1')), store.commit(path('a'), revision, thing('a', '2'))])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    it('freezes what it stores, to the bottom', async () => {
      const store = create({}), { object } = await store.commit(path('a'), 0, { ...thing('a'), data: { deep: ['x'] } } as never)
      expect(() => { (object as unknown as { data: { deep: string[] } }).data.deep.push('y') }).toThrow()
    })

    it('lists in the order of the paths, by page', async () => {
      const store = create({})
      for (const each of ['c', 'a', 'b', 'a-b', 'd']) await store.commit(path(each), 0, thing(each))
      await store.commit('/configmaps/other/a', 0, thing('a'))
      expect(names(store.list(prefix).items)).toEqual(['a', 'a-b', 'b', 'c', 'd'])
      const page = store.list(prefix, { limit: 2 })
      expect([names(page.items), page.remaining]).toEqual([['a', 'a-b'], 3])
      expect(names(store.list(prefix, { start: path('a-b') + '\0', limit: 2 }).items)).toEqual(['b', 'c'])
      expect(store.count(prefix)).toBe(5)
      expect(store.count('/configmaps/')).toBe(6)
    })

    it('lists what is there now, after each kind of change', async () => {
      const store = create({})
      const seen = () => store.list(prefix).items.map(({ object }) => `${object.metadata.name}@${object.metadata.resourceVersion}`)
      expect(seen()).toEqual([])
      const a = await store.commit(path('a'), 0, thing('a'))
      expect(seen()).toEqual([`a@${a.revision}`])
      const again = await store.commit(path('a'), a.revision, thing('a', 'changed'))
      expect(seen()).toEqual([`a@${again.revision}`])
      await store.commit('/secrets/n/s', 0, thing('s'))
      expect(store.list(prefix).revision).toBe(store.revision)
      await store.commit(path('a'), again.revision, undefined)
      expect(seen()).toEqual([])
    })

    it('lists the past as it was', async () => {
      const store = create({})
      const first = await store.commit(path('a'), 0, thing('a', 'old')), kept = await store.commit(path('b'), 0, thing('b'))
      await store.commit(path('a'), first.revision, thing('a', 'new'))
      await store.commit(path('b'), kept.revision, undefined)
      await store.commit(path('c'), 0, thing('c'))
      const { items, revision } = store.list(prefix, { revision: kept.revision })
      expect(revision).toBe(kept.revision)
      expect(items.map(({ object }) => [object.metadata.name, (object as { data?: string }).data])).toEqual([['a', 'old'], ['b', undefined]])
    })

    it('tells a watcher every change after his revision, in order, once', async () => {
      const store = create({}), start = await store.commit(path('a'), 0, thing('a'))
      const watching = collect(store, start.revision, 3)
      const b = await store.commit(path('b'), 0, thing('b'))
      await store.commit('/configmaps/other/x', 0, thing('x'))
      const changed = await store.commit(path('b'), b.revision, thing('b', '2'))
      const gone = await store.commit(path('b'), changed.revision, undefined)
      const expected = [`ADDED b@${b.revision}`, `MODIFIED b@${changed.revision}`, `DELETED b@${gone.revision}`]
      expect(await watching).toEqual(expected)
      expect(await collect(store, start.revision, 3)).toEqual(expected)
    })

    it('says what stood there before', async () => {
      const store = create({}), first = await store.commit(path('a'), 0, thing('a', '1'))
      await store.commit(path('a'), first.revision, thing('a', '2'))
      for await (const [change] of store.watch(prefix, first.revision, new AbortController().signal)) {
        expect(change.previous).toBe(first)
        break
      }
    })

    it('ends a watch when its signal is aborted, even while nothing happens', async () => {
      const store = create({}), ended = new AbortController()
      const watching = (async () => { for await (const _ of store.watch(prefix, 0, ended.signal)); return 'ended' })()
      ended.abort()
      expect(await watching).toBe('ended')
    })

    it('answers 410 to a watch and a list from before what it remembers, and to a reader that fell behind', async () => {
      const store = create({ historyLimit: 10 })
      const slow = store.watch(prefix, 0, new AbortController().signal)[Symbol.asyncIterator]()
      for (let i = 0; i < 100; i++) await store.commit(path(`a${i}`), 0, thing(`a${i}`))
      const isExpired = (error: unknown) => isStatus(error, 'Expired')
      await expect(collect(store, 1, 1)).rejects.toSatisfy(isExpired)
      await expect(slow.next()).rejects.toSatisfy(isExpired)
      expect(() => store.list(prefix, { revision: 1 })).toThrow('too old')
      expect(await collect(store, store.revision - 5, 5)).toHaveLength(5)
    })

    it('tells at once what has changed below a prefix since a revision, as long as it remembers', async () => {
      const store = create({ historyLimit: 10 })
      const first = await store.commit(path('a'), 0, thing('a'))
      expect(store.changes(prefix, 0)).toEqual([{ type: 'ADDED', stored: first, previous: undefined }])
      expect(store.changes(prefix, first.revision)).toEqual([])
      expect(store.changes(`${prefix}elsewhere/`, 0)).toEqual([])
      const second = await store.commit(path('a'), first.revision, thing('a'))
      const last = await store.commit(path('a'), second.revision, undefined)
      expect(store.changes(prefix, first.revision)).toEqual([
        { type: 'MODIFIED', stored: second, previous: first }, { type: 'DELETED', stored: last, previous: second }])
      for (let i = 0; i < 100; i++) await store.commit(path(`a${i}`), 0, thing(`a${i}`))
      expect(store.changes(prefix, first.revision)).toBeUndefined()
    })
  })
}
