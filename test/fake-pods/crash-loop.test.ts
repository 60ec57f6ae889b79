import { afterAll, beforeAll, expect, test } from 'vitest'
import { leases } from '../../api/kinds/coordination/leases.ts'
import { ManualClock } from '../../clock.ts'
import { podCluster, waitingReason, type PodCluster } from './cluster.ts'

let cluster: PodCluster
const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'))
beforeAll(async () => {
  cluster = await podCluster({ speed: 1, clock })
})
afterAll(() => cluster.stop())

const step = async (seconds: number) => {
  for (let i = 0; i < seconds * 4; i++) await clock.advance(250)
}

test('a container that keeps ending is restarted at once, then after 10 s, 20 s and 40 s', async () => {
  await cluster.run('crash', { image: 'busybox:1.36', command: ['sh', '-c', 'exit 3'] })
  const restarts: number[] = [],
    waits: string[] = []
  for (let second = 0; second < 90; second++) {
    await step(1)
    const pod = await cluster.pod('crash'),
      [status] = pod.status?.containerStatuses ?? []
    while (restarts.length < (status?.restartCount ?? 0)) restarts.push(second)
    const message = waitingReason(pod) === 'CrashLoopBackOff' ? status.state!.waiting!.message! : undefined
    if (message && waits.at(-1) !== message) waits.push(message)
  }
  expect(restarts.length).toBe(4)
  const gaps = restarts.slice(1).map((at, i) => at - restarts[i])
  for (const [i, wanted] of [10, 20, 40].entries()) expect(Math.abs(gaps[i] - wanted)).toBeLessThanOrEqual(2)
  const uid = (await cluster.pod('crash')).metadata.uid
  expect(waits.slice(0, 3)).toEqual(
    ['10s', '20s', '40s'].map(wait => `back-off ${wait} restarting failed container=c pod=crash_default(${uid})`),
  )
  expect((await cluster.pod('crash')).status).toMatchObject({
    phase: 'Running',
    containerStatuses: [{ lastState: { terminated: { exitCode: 3, reason: 'Error' } } }],
  })
})

test('a program that does not end is killed after the grace period', async () => {
  await cluster.run('stubborn', {
    terminationGracePeriodSeconds: 5,
    containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"] }],
  })
  await step(3)
  await cluster.remove('stubborn')
  await step(4)
  expect((await cluster.pod('stubborn')).metadata.deletionTimestamp).toBeDefined()
  await step(3)
  await expect(cluster.pod('stubborn')).rejects.toThrow('not found')
})

test('a pull that fails is tried again as its back-off says', async () => {
  await cluster.run('typo', { image: 'nginx:no-such-tag' })
  const seen: (string | undefined)[] = []
  for (let i = 0; i < 200; i++) {
    await step(0.25)
    const reason = waitingReason(await cluster.pod('typo'))
    if (seen.at(-1) !== reason) seen.push(reason)
  }
  expect(seen.filter(reason => reason !== undefined).slice(0, 6)).toEqual([
    'ContainerCreating',
    'ErrImagePull',
    'ImagePullBackOff',
    'ErrImagePull',
    'ImagePullBackOff',
    'ErrImagePull',
  ])
})

test('nodes renew their leases every ten seconds', async () => {
  const before = await cluster.client.get(leases, 'mimikube-m02', 'kube-node-lease')
  await step(11)
  const after = await cluster.client.get(leases, 'mimikube-m02', 'kube-node-lease')
  expect(Date.parse(after.spec!.renewTime!) - Date.parse(before.spec!.renewTime!)).toBeGreaterThanOrEqual(10_000)
})
