import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client, WatchEvent } from '../../api/client.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import type { ConfigMap } from '../../api/schema/generated/types.ts'
import { isConflict, isNotFound } from '../../api/status.ts'

/** What every `Client` does, whichever road it takes to the API server. */
export function clientContract(name: string, start: () => Promise<{ client: Client; stop(): Promise<void> }>): void {
  describe(`the client ${name}`, () => {
    let client: Client, stop: () => Promise<void>
    const namespace = 'client-contract'
    beforeAll(async () => {
      ({ client, stop } = await start())
      await client.create(namespaces, { metadata: { name: namespace } } as never)
    })
    afterAll(() => stop?.())
    const fromTheStart = { namespace, sendInitialEvents: true, allowWatchBookmarks: true }
    const make = (name: string, data: Record<string, string> = {}, labels?: Record<string, string>) =>
      client.create(configMaps, { metadata: { name, namespace, labels }, data })

    test('creates, reads, updates and deletes, and gives frozen objects', async () => {
      const made = await make('plain', { a: '1' })
      expect(made).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' }, metadata: { name: 'plain', namespace } })
      expect(Object.isFrozen(made.metadata)).toBe(true)
      const updated = await client.update(configMaps, { ...made, data: { a: '2' } })
      expect((await client.get(configMaps, 'plain', namespace)).data).toEqual({ a: '2' })
      expect(updated.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion)
      await expect(client.update(configMaps, { ...made, data: {} })).rejects.toSatisfy(isConflict)
      await client.delete(configMaps, 'plain', namespace)
      await expect(client.get(configMaps, 'plain', namespace)).rejects.toSatisfy(isNotFound)
    })

    test('lists what selectors choose, each item with its kind', async () => {
      await make('chosen', {}, { team: 'blue' })
      await make('other')
      const list = await client.list(configMaps, { namespace, labelSelector: 'team=blue' })
      expect(list.items.map(item => [item.kind, item.metadata.name])).toEqual([['ConfigMap', 'chosen']])
      expect(list.metadata.resourceVersion).toMatch(/^[0-9]+$/)
    })

    test('patches in every way, under its own name', async () => {
      await make('patched', { a: '1' })
      const patch = (change: unknown, type: 'json' | 'merge' | 'strategic' | 'apply') =>
        client.as('painter').patch(configMaps, 'patched', namespace, change, { type, force: type === 'apply' || undefined })
      await patch([{ op: 'add', path: '/data/b', value: '2' }], 'json')
      await patch({ data: { c: '3' } }, 'merge')
      await patch({ data: { a: null } }, 'strategic')
      const last = await patch({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'patched' }, data: { d: '4' } }, 'apply')
      expect(last.data).toEqual({ b: '2', c: '3', d: '4' })
      expect(last.metadata.managedFields?.some(entry => entry.manager === 'painter' && entry.operation === 'Apply')).toBe(true)
    })

    test('says no with the reason and the words of the server', async () => {
      await expect(make('Not A Name')).rejects.toMatchObject({ code: 422, reason: 'Invalid' })
      const refused = { code: 404, message: 'configmaps "none" not found' }
      await expect(client.get(configMaps, 'none', namespace)).rejects.toMatchObject(refused)
    })

    test('changes nothing in a dry run', async () => {
      await client.create(configMaps, { metadata: { name: 'dry', namespace } }, { dryRun: true })
      await expect(client.get(configMaps, 'dry', namespace)).rejects.toSatisfy(isNotFound)
    })

    test('watches from the start with a bookmark, and from a version on', async () => {
      await make('watched')
      const abort = new AbortController(), seen: string[] = []
      let version = ''
      for await (const { type, object } of client.watch(configMaps, { ...fromTheStart, signal: abort.signal })) {
        seen.push(`${type} ${object.metadata.name ?? ''}`)
        version = object.metadata.resourceVersion
        if (type === 'BOOKMARK') break
      }
      expect(seen).toContain('ADDED watched')
      const events: string[] = []
      const watching = (async () => {
        for await (const event of client.watch(configMaps, { namespace, resourceVersion: version, signal: abort.signal })) {
          events.push(describeEvent(event))
          if (events.length === 3) break
        }
      })()
      await make('late', { n: '1' })
      await client.patch(configMaps, 'late', namespace, { data: { n: '2' } }, { type: 'merge' })
      await client.delete(configMaps, 'late', namespace)
      await watching
      expect(events).toEqual(['ADDED late 1', 'MODIFIED late 2', 'DELETED late 2'])
    })

    test('ends a watch quietly when its signal is aborted', async () => {
      const abort = new AbortController()
      for await (const event of client.watch(configMaps, { ...fromTheStart, signal: abort.signal })) {
        if (event.type === 'BOOKMARK') abort.abort()
      }
    })
  })
}

const describeEvent = ({ type, object }: WatchEvent<ConfigMap>) => `${type} ${object.metadata.name} ${object.data?.n}`
