import { describe, expect, test } from 'vitest'
import type { Client, WatchEvent, WatchOptions } from '../../api/client.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { keyOf } from '../../api/object.ts'
import type { ConfigMap } from '../../api/schema/generated/types.ts'
import { expired } from '../../api/status.ts'
import { createInformers } from '../../client/informer.ts'
import { ManualClock } from '../../clock.ts'

const map = (name: string, version: number, labels: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1', kind: 'ConfigMap',
  metadata: { name, namespace: 'ns', uid: name, resourceVersion: String(version), creationTimestamp: '', labels },
})
const bookmark = (version: number): WatchEvent<ConfigMap> => {
  const object = map('', version)
  object.metadata.annotations = { 'k8s.io/initial-events-end': 'true' }
  return { type: 'BOOKMARK', object }
}
const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: ConfigMap): WatchEvent<ConfigMap> => ({ type, object })

/** Each watch that is opened plays the next part; after an Error it fails with it, after the last part it stays open. */
function start(...parts: (WatchEvent<ConfigMap> | Error)[][]) {
  const asked: WatchOptions[] = [], clock = new ManualClock(), reported: unknown[] = []
  const client = {
    async * watch(_kind: unknown, options: WatchOptions) {
      asked.push(options)
      const part = parts.shift() ?? []
      for (const item of part) {
        if (item instanceof Error) throw item
        yield item
      }
      await new Promise<void>(resolve => { options.signal!.addEventListener('abort', () => resolve()) })
    },
  } as unknown as Client
  const informers = createInformers(client, clock, error => reported.push(error)), informer = informers.of(configMaps)
  const seen: string[] = []
  const versions = (...objects: Readonly<ConfigMap>[]) => objects.map(each => each.metadata.resourceVersion).join('→')
  informer.onChange((type, object, old) => seen.push(`${type} ${keyOf(object)}${old ? ` ${versions(old, object)}` : ''}`))
  return { asked, clock, informer, informers, seen, reported, settle: () => clock.advance(0) }
}

describe('an informer', () => {
  test('is ready once the list is whole, then follows the changes', async () => {
    const { informer, seen, asked } = start([
      event('ADDED', map('a', 1)), event('ADDED', map('b', 2)), bookmark(2),
      event('MODIFIED', map('a', 3)), event('DELETED', map('b', 4)),
    ])
    expect(informer.isReady).toBe(false)
    await informer.ready
    await Promise.resolve()
    expect(asked[0]).toMatchObject({ sendInitialEvents: true, allowWatchBookmarks: true })
    await new Promise(resolve => setImmediate(resolve))
    expect(seen).toEqual(['added ns/a', 'added ns/b', 'updated ns/a 1→3', 'deleted ns/b'])
    expect(informer.list().map(keyOf)).toEqual(['ns/a'])
    expect(informer.get('ns/a')?.metadata.resourceVersion).toBe('3')
  })

  test('goes on from the last version after an error, after a pause', async () => {
    const { asked, clock, settle, reported } = start(
      [event('ADDED', map('a', 1)), bookmark(5), event('MODIFIED', map('a', 7)), new Error('cut')])
    await settle()
    expect(asked).toHaveLength(1)
    await clock.advance(800)
    expect(asked[1]).toMatchObject({ resourceVersion: '7' })
    expect(reported).toHaveLength(1)
  })

  test('lists anew when its version is gone, and tells of what vanished meanwhile', async () => {
    const { asked, clock, seen, informer } = start(
      [event('ADDED', map('a', 1)), event('ADDED', map('b', 2)), bookmark(2), expired('too old')],
      [event('ADDED', map('b', 2)), event('ADDED', map('c', 9)), bookmark(9)],
    )
    await clock.advance(800)
    expect(asked[1].resourceVersion).toBeUndefined()
    expect(seen).toEqual(['added ns/a', 'added ns/b', 'added ns/c', 'deleted ns/a'])
    expect(informer.list().map(keyOf)).toEqual(['ns/b', 'ns/c'])
  })

  test('starts over when the list breaks off before it is whole', async () => {
    const { asked, clock, informer } = start(
      [event('ADDED', map('a', 1)), new Error('cut')], [event('ADDED', map('a', 1)), bookmark(1)])
    await clock.advance(800)
    expect(asked[1]).toMatchObject({ sendInitialEvents: true })
    await informer.ready
  })

  test('waits twice as long after each failure in a row', async () => {
    const failures = Array.from({ length: 4 }, () => [new Error('down')])
    const { asked, clock } = start(...failures)
    await clock.advance(799)
    expect(asked).toHaveLength(1)
    await clock.advance(1)
    expect(asked).toHaveLength(2)
    await clock.advance(1600)
    expect(asked).toHaveLength(3)
    await clock.advance(3200)
    expect(asked).toHaveLength(4)
  })

  test('keeps indices, and shows what is there to those who come late', async () => {
    const { informer, settle } = start([
      event('ADDED', map('a', 1, { team: 'x' })), event('ADDED', map('b', 2, { team: 'x' })), bookmark(2),
      event('MODIFIED', map('b', 3, { team: 'y' })),
    ])
    informer.index('team', object => [object.metadata.labels?.team ?? ''])
    await settle()
    expect(informer.byIndex('team', 'x').map(keyOf)).toEqual(['ns/a'])
    expect(informer.byIndex('team', 'y').map(keyOf)).toEqual(['ns/b'])
    expect(informer.list('ns').map(keyOf)).toEqual(['ns/a', 'ns/b'])
    expect(informer.list('other')).toEqual([])
    const late: string[] = []
    informer.onChange((type, object) => late.push(`${type} ${keyOf(object)}`))
    expect(late).toEqual(['added ns/a', 'added ns/b'])
  })

  test('is one for all who ask, and outlives a listener that throws', async () => {
    const { informer, informers, seen, reported, settle } = start([event('ADDED', map('a', 1)), bookmark(1)])
    expect(informers.of(configMaps)).toBe(informer)
    informer.onChange(() => { throw new Error('mine') })
    await settle()
    expect(seen).toEqual(['added ns/a'])
    expect(reported).toHaveLength(1)
    expect(informer.isReady).toBe(true)
  })
})
