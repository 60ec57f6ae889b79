import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { timestamp } from '../../api/clock.ts'
import { events } from '../../api/kinds/core/events.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { podDisruptionBudgets } from '../../api/kinds/policy/poddisruptionbudgets.ts'
import type { PodCondition } from '../../api/schema/generated/types.ts'
import { ManualClock } from '../../clock.ts'
import { startCluster, type Cluster } from '../../cluster.ts'

// What a budget says over time: pods that were let go and stay.
const clock = new ManualClock()
let cluster: Cluster, namespace = '', made = 0
beforeAll(async () => { cluster = await startCluster({ nodes: 0, speed: 'instant', seed: 7, clock }) })
afterAll(() => cluster?.stop())
beforeEach(async () => {
  namespace = `disruption-${++made}`
  await cluster.client.create(namespaces, { metadata: { name: namespace } } as never)
  await clock.advance(0)
})

const readyPod = async (name: string, more: PodCondition[] = []) => {
  await cluster.client.create(pods, {
    metadata: { name, namespace, labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] },
  } as never)
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: timestamp(clock.now()) }
  const status = { phase: 'Running', conditions: [ready, ...more] }
  await cluster.client.patch(pods, name, namespace, { status }, { type: 'strategic', subresource: 'status' })
}
const budget = async () => {
  await clock.advance(0)
  return (await cluster.client.get(podDisruptionBudgets, 'guard', namespace)).status!
}
const guard = () => cluster.client.create(podDisruptionBudgets, {
  metadata: { name: 'guard', namespace }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
} as never)

describe('the disruption controller', () => {
  test('takes back a disruption that was allowed and did not happen within two minutes', async () => {
    await readyPod('a')
    await readyPod('b')
    await guard()
    expect(await budget()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 })
    // As an eviction that was granted notes it, before the pod is seen to go.
    const granted = await cluster.client.get(podDisruptionBudgets, 'guard', namespace)
    const status = { ...granted.status, disruptionsAllowed: 0, disruptedPods: { a: timestamp(clock.now()) } }
    await cluster.client.update(podDisruptionBudgets, { ...granted, status }, { subresource: 'status' })
    expect(await budget()).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0, disruptedPods: { a: expect.any(String) } })
    await clock.advance(2 * 60_000 + 2000)
    const after = await budget()
    expect(after).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 })
    expect(after).not.toHaveProperty('disruptedPods')
    const said = (await cluster.client.list(events, { namespace })).items.filter(event => event.reason === 'NotDeleted')
    expect(said.map(event => event.message)).toEqual([
      `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`])
  })

  test('takes back what is said of a pod that was to be disrupted and is still there', async () => {
    const type = 'DisruptionTarget', lastTransitionTime = timestamp(clock.now())
    await readyPod('a', [{ type, status: 'True', reason: 'EvictionByEvictionAPI', lastTransitionTime }])
    const condition = async () =>
      (await cluster.client.get(pods, 'a', namespace)).status!.conditions!.find(each => each.type === type)
    await clock.advance(60_000)
    expect(await condition()).toMatchObject({ status: 'True' })
    await clock.advance(62_000)
    expect(await condition()).toMatchObject({ status: 'False' })
    expect(await condition()).not.toHaveProperty('reason')
  })

  test('counts a pod that is on its way out as gone', async () => {
    await readyPod('a')
    await readyPod('b')
    await guard()
    await cluster.client.patch(pods, 'a', namespace, { metadata: { finalizers: ['example.com/hold'] } }, { type: 'merge' })
    await cluster.client.delete(pods, 'a', namespace)
    expect(await budget()).toMatchObject({ currentHealthy: 1, desiredHealthy: 1, expectedPods: 2, disruptionsAllowed: 0 })
  })
})
