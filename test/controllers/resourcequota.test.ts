import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { resourceQuotas } from '../../api/kinds/core/resourcequotas.ts'
import { ManualClock } from '../../clock.ts'
import { startCluster, type Cluster } from '../../cluster.ts'

// The quota controller and admission together: what is counted, and that nobody gets past it while it counts.
const clock = new ManualClock()
let cluster: Cluster, namespace = '', made = 0
beforeAll(async () => { cluster = await startCluster({ nodes: 0, speed: 'instant', seed: 7, clock }) })
afterAll(() => cluster?.stop())
beforeEach(async () => {
  namespace = `quota-${++made}`
  await cluster.client.create(namespaces, { metadata: { name: namespace } } as never)
  await clock.advance(0)
})

const limit = (count: number, name = 'few') => cluster.client.create(resourceQuotas,
  { metadata: { name, namespace }, spec: { hard: { 'count/configmaps': String(count) } } } as never)
const add = (name: string) => cluster.client.create(configMaps, { metadata: { name, namespace } })
const remove = (name: string) => cluster.client.delete(configMaps, name, namespace)
const used = async (name = 'few') => {
  await clock.advance(100)
  return (await cluster.client.get(resourceQuotas, name, namespace)).status?.used?.['count/configmaps']
}

describe('the quota controller', () => {
  test('counts what is there already, and what goes', async () => {
    await add('a')
    await add('b')
    await limit(5)
    // kube-root-ca.crt is one too
    expect(await used()).toBe('3')
    await remove('a')
    expect(await used()).toBe('2')
  })

  test('never counts away what admission lets in at the same moment', async () => {
    await limit(6)
    await used()
    // Every deletion makes it count anew, in the middle of as many creations as the quota allows and more.
    for (let round = 0; round < 20; round++) {
      const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => add(`m-${round}-${i}`)).concat(
        Array.from({ length: 8 }, (_, i) => remove(`m-${round - 1}-${i}`) as never)))
      expect(results.length).toBe(16)
      const { items } = await cluster.client.list(configMaps, { namespace })
      expect(items.length).toBeLessThanOrEqual(6)
      expect(await used()).toBe(String((await cluster.client.list(configMaps, { namespace })).items.length))
    }
  })

  test('counts anew when what is allowed changes, and after five minutes in any case', async () => {
    await limit(5)
    expect(await used()).toBe('1')
    const quota = await cluster.client.get(resourceQuotas, 'few', namespace)
    const wrong = { ...quota, status: { ...quota.status, used: { 'count/configmaps': '4' } } }
    await cluster.client.update(resourceQuotas, wrong, { subresource: 'status' })
    expect(await used()).toBe('4')
    await clock.advance(5 * 60_000)
    expect(await used()).toBe('1')
    await cluster.client.patch(resourceQuotas, 'few', namespace,
      { spec: { hard: { 'count/configmaps': '9', 'count/secrets': '1' } } }, { type: 'merge' })
    await clock.advance(100)
    expect((await cluster.client.get(resourceQuotas, 'few', namespace)).status).toEqual({
      hard: { 'count/configmaps': '9', 'count/secrets': '1' }, used: { 'count/configmaps': '1', 'count/secrets': '0' },
    })
  })

  test('leaves out what nobody serves, and keeps what others counted of it', async () => {
    await cluster.client.create(resourceQuotas,
      { metadata: { name: 'odd', namespace }, spec: { hard: { 'count/widgets.example.com': '3', services: '1' } } } as never)
    await clock.advance(100)
    expect((await cluster.client.get(resourceQuotas, 'odd', namespace)).status?.used).toEqual({ services: '0' })
  })
})
