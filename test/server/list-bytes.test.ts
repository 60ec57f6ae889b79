import { expect, test } from 'vitest'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { listBytes } from '../../server/list-bytes.ts'
import { createMemoryStore } from '../../server/store/memory-store.ts'

test('a list made again says its own resource version, and the same bytes of its items', async () => {
  const store = createMemoryStore()
  for (const name of ['a', 'ü']) {
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'n', uid: name, resourceVersion: '', creationTimestamp: '' } }
    await store.commit(`/configmaps/n/${name}`, 0, object)
  }
  const { items } = store.list('/configmaps/n/')
  const read = (resourceVersion: string) => JSON.parse(listBytes(configMaps, { resourceVersion }, items).toString())
  const first = read('2')
  expect(first.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['a', 'ü'])
  expect(first).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '2' } })
  expect(first.items[0]).not.toHaveProperty('kind')
  expect(read('1000')).toEqual({ ...first, metadata: { resourceVersion: '1000' } })
  expect(read('1000')).toEqual({ ...first, metadata: { resourceVersion: '1000' } })
})
