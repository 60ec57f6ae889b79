import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'
import { kubectlPath, withoutKubectl } from '../support/kubectl.ts'
import { streamOf } from '../support/http.ts'
import { watchExtremes } from './rollout-watch.ts'
import { tutorial } from './tutorial.ts'

if (withoutKubectl) console.log(`The rolling-update lab is skipped: ${withoutKubectl}.`)

// Every command of the tutorial, in its order, with the success criteria of its first section.
describe.skipIf(withoutKubectl).each([1, 'instant'] as const)('the rolling-update tutorial at speed %s', speed => {
  let cluster: TestCluster, walk: ReturnType<typeof tutorial>
  const rolloutLines: string[] = []
  beforeAll(async () => {
    cluster = await startTestCluster({ speed })
    walk = tutorial({ kubectl: cluster.kubectl, program: kubectlPath!, address: cluster.nodeAddress })
  })
  afterAll(() => cluster.stop())

  test('shows three nodes', () => walk.seesTheNodes())

  test('deploys version 1, and every request is answered by user-service v1.0.0', async () => {
    await walk.deploysVersion1()
    await walk.isAnsweredBy('user-service', 'Hello from User Service!')
  }, 60_000)

  test('rolls over to version 2 in steps, never fewer than 2 available pods nor more than 4', async () => {
    const replicaSets = walk.watching('get', 'rs', '-w', '--no-headers')
    const pods = walk.watching('get', 'pods', '-w', '--no-headers')
    await Promise.all([replicaSets.seen(/./), pods.seen(/./)])
    const seen = watchExtremes(cluster.client, 'app-dev')
    const requests = streamOf(walk.url, 1)
    await walk.appliesVersion2()
    const lines = await walk.waitsForTheRollout()
    await walk.hasOneActiveReplicaSet()
    seen.stop()
    await requests.stop()
    await Promise.all([replicaSets.interrupt(), pods.interrupt()])

    expect(seen).toMatchObject({ leastAvailable: 2, leastAvailableReplicas: 2 })
    expect(seen.mostPods).toBeLessThanOrEqual(4)
    expect(seen.mostReplicas).toBeLessThanOrEqual(4)
    expectStepsInOrder(replicaSets.lines)
    // criterion 2: the states a person sees
    const states = new Set(pods.lines.map(line => line.split(/ +/)[2]))
    expect(states).toContain('Running')
    expect(states).toContain('Terminating')
    if (speed === 1) expect(states).toContain('ContainerCreating')
    // both answer in the mixed period
    expect(new Set(requests.answers.map(answer => answer.service))).toEqual(new Set(['user-service', 'payment-service']))
    rolloutLines.push(...lines)
  }, 120_000)

  test('is answered by payment-service v1.0.0 alone afterwards', () => walk.isAnsweredBy('payment-service', 'Hello from Payment Service!'))

  test('shows the history and follows the logs', async () => {
    await walk.hasHistory(1, 2)
    await walk.followsTheLogs()
  })

  test('rolls back to version 1', async () => {
    await walk.rollsBack()
    rolloutLines.push(...await walk.waitsForTheRollout())
    // At life's speed `rollout status` comes in time to see the steps: of one rollout at least.
    for (const step of speed === 1 ? ['new replicas have been updated', 'old replicas are pending termination'] : [])
      expect(rolloutLines.filter(line => line.includes(step)), step).not.toEqual([])
    await walk.isAnsweredBy('user-service', 'Hello from User Service!')
    await walk.hasHistory(2, 3)
  }, 60_000)

  test('leaves nothing behind', () => walk.cleansUp(), 60_000)
})

/** `get rs -w`: the new ReplicaSet grows and the old one shrinks in turns, never more than 4 wanted in all. */
function expectStepsInOrder(lines: string[]): void {
  const rows = lines.map(line => line.trimEnd().split(/ +/)).map(([name, desired, current, ready]) =>
    ({ name, desired: Number(desired), current: Number(current), ready: Number(ready) }))
  const old = rows[0].name
  expect(rows[0]).toEqual({ name: old, desired: 3, current: 3, ready: 3 })
  const sizes = (isOld: boolean) => rows.filter(row => (row.name === old) === isOld).map(row => row.desired)
  const once = (values: number[]) => values.filter((value, index) => value !== values[index - 1])
  expect(sizes(true).every((size, index, all) => index === 0 || size <= all[index - 1])).toBe(true)
  expect(sizes(false).every((size, index, all) => index === 0 || size >= all[index - 1])).toBe(true)
  expect(once(sizes(true))[0]).toBe(3)
  expect(sizes(true).at(-1)).toBe(0)
  expect(once(sizes(false)).find(size => size > 0)).toBeLessThanOrEqual(2)
  expect(sizes(false).at(-1)).toBe(3)
  let [wantedOld, wantedNew] = [3, 0]
  for (const row of rows) {
    if (row.name === old) wantedOld = row.desired
    else wantedNew = row.desired
    expect(wantedOld + wantedNew, `${lines.join('\n')}`).toBeLessThanOrEqual(4)
  }
  expect(rows.at(-1)).toMatchObject({ ready: expect.any(Number) })
}
