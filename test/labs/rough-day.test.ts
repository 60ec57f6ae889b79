import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Client } from '../../api/client.ts'
import { edit } from '../../api/edit.ts'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { controllerOf } from '../../api/object.ts'
import { isPodReady, isPodTerminal } from '../../api/pod-state.ts'
import { createRandom, type Random } from '../../api/random.ts'
import type { Deployment, Pod } from '../../api/schema/generated/types.ts'
import { isConflict, isNotFound } from '../../api/status.ts'
import { createHttpClient, type HttpClient } from '../../client/http-client.ts'
import { retryOnConflict } from '../../client/retry-on-conflict.ts'
import { type Cluster, startCluster } from '../../cluster.ts'

/** How many Deployments roll at once, and for how many strokes of fate; both seeded. */
const size = 200, replicas = 3, strokes = 300, seed = 20260101
const namespace = 'rough'

// What goes wrong in a cluster on a bad day, all at once; afterwards everything has to be as specified, to the last pod.
test(`${size} Deployments rolled at once converge, with pods failing and nodes cordoned at random`, async () => {
  const random = createRandom(seed)
  const cluster = await startCluster({ nodes: 12, speed: 10, seed, simulationWarnings: false })
  const outside = overHttps(cluster)
  try {
    await cluster.client.create(namespaces, { metadata: { name: namespace } } as never)
    for (let n = 0; n < size; n++) await cluster.client.create(deployments, deployment(n))
    await settled(cluster.client, 'nginx:1.14.2')

    const latency = measureLatency(outside, random)
    const start = performance.now()
    // One in ten is rolled to an image that does not exist first, and put right later.
    const mistyped = new Set(Array.from({ length: size / 10 }, () => random.integer(size)))
    const images = Array.from({ length: size }, (_, n) => (mistyped.has(n) ? 'nginx:1.161' : 'nginx:1.16.1'))
    await Promise.all(images.map((image, n) => setImage(cluster.client, n, image)))
    const fate = await strike(cluster, random)
    for (const n of mistyped) await setImage(cluster.client, n, 'nginx:1.16.1')
    await Promise.all(fate.cordoned.map(name => cordon(cluster.client, name, false)))
    await settled(cluster.client, 'nginx:1.16.1')
    const seconds = (performance.now() - start) / 1000
    const times = await latency.stop()
    await expectNothingLostOrExtra(cluster.client, fate.failed)
    console.log(`rough day (seed ${seed}): ${size} Deployments of ${replicas} pods settled in ${seconds.toFixed(1)} s; `
      + `${fate.told}; the API meanwhile: p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms, at most ${at(times, 1)} ms `
      + `of ${times.length} requests`)
  } finally {
    outside.close()
    await cluster.stop()
  }
}, 180_000)

const deployment = (n: number) => ({
  metadata: { name: `web-${n}`, namespace },
  spec: {
    replicas, selector: { matchLabels: { app: `web-${n}` } },
    template: { metadata: { labels: { app: `web-${n}` } }, spec: { containers: [{ name: 'web', image: 'nginx:1.14.2' }] } },
  },
}) as never

const setImage = (client: Client, n: number, image: string) => client.patch(deployments, `web-${n}`, namespace,
  { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } }, { type: 'strategic' })

const cordon = (client: Client, name: string, unschedulable: boolean) => retryOnConflict(async () => {
  await client.update(nodes, edit(await client.get(nodes, name), node => {
    if (unschedulable) node.spec.unschedulable = true
    else delete node.spec.unschedulable
  }))
})

interface Fate { failed: Set<string>; cordoned: string[]; told: string }

/** Kills, evicts and fails pods, cordons nodes and frees them again, one after the other as chance will have it. */
async function strike({ client, clock }: Cluster, random: Random): Promise<Fate> {
  const failed = new Set<string>(), cordoned: string[] = [], told = { killed: 0, evicted: 0, failed: 0, cordoned: 0 }
  const names = (await client.list(nodes)).items.map(node => node.metadata.name)
  for (let stroke = 0; stroke < strokes; stroke++) {
    const { items } = await client.list(pods, { namespace })
    const victim = items[random.integer(items.length)], { name } = victim.metadata
    const kind = random.integer(10)
    try {
      if (kind < 4) {
        await client.delete(pods, name, namespace, { gracePeriodSeconds: 0 })
        told.killed++
      } else if (kind < 6) {
        const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
        await client.act(pods, name, namespace, 'eviction', eviction)
        told.evicted++
      } else if (kind < 8) {
        // Its kubelet ends it as Failed.
        await client.patch(pods, name, namespace, { spec: { activeDeadlineSeconds: 1 } }, { type: 'merge' })
        failed.add(victim.metadata.uid)
        told.failed++
      } else if (kind === 8 && cordoned.length < 5) {
        const node = names[random.integer(names.length)]
        if (!cordoned.includes(node)) {
          cordoned.push(node)
          await cordon(client, node, true)
          told.cordoned++
        }
      } else if (cordoned.length > 0) await cordon(client, cordoned.shift()!, false)
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
    await clock.sleep(random.integer(200))
  }
  return { failed, cordoned, told: Object.entries(told).map(([what, times]) => `${times} ${what}`).join(', ') }
}

/** Resolves when every Deployment says that it is complete, with this image. */
async function settled(client: Client, image: string): Promise<void> {
  const open = new Set(Array.from({ length: size }, (_, n) => `web-${n}`))
  const options = { namespace, sendInitialEvents: true, allowWatchBookmarks: true }
  for await (const { type, object } of client.watch(deployments, options)) {
    if (type === 'BOOKMARK') continue
    if (isComplete(object, image)) open.delete(object.metadata.name)
    else open.add(object.metadata.name)
    if (open.size === 0) return
  }
}

function isComplete({ metadata, spec, status }: Deployment, image: string): boolean {
  return spec.template.spec?.containers[0].image === image && status?.observedGeneration === metadata.generation
    && status?.replicas === replicas && status.updatedReplicas === replicas && status.availableReplicas === replicas
}

/** Each Deployment has one ReplicaSet at work with exactly its pods; nobody else's pod is there. */
async function expectNothingLostOrExtra(client: Client, failed: ReadonlySet<string>): Promise<void> {
  const going = async () => (await client.list(pods, { namespace })).items.filter(pod => pod.metadata.deletionTimestamp)
  await expect.poll(going, { timeout: 20_000 }).toEqual([])
  const sets = new Map((await client.list(replicaSets, { namespace })).items.map(rs => [rs.metadata.uid, rs]))
  const all = (await client.list(pods, { namespace })).items
  const ofDeployment = new Map<string, Pod[]>()
  for (const pod of all) {
    const rs = sets.get(controllerOf(pod)!.uid)!
    expect(rs, pod.metadata.name).toBeDefined()
    if (isPodTerminal(pod)) {
      // Failed pods stay where they are, as evidence.
      expect(failed).toContain(pod.metadata.uid)
      continue
    }
    expect(pod.spec.containers[0].image).toBe('nginx:1.16.1')
    expect(isPodReady(pod), pod.metadata.name).toBe(true)
    const owner = controllerOf(rs)!.name
    ofDeployment.set(owner, [...ofDeployment.get(owner) ?? [], pod])
  }
  expect(ofDeployment.size).toBe(size)
  for (const [name, own] of ofDeployment) expect(own, name).toHaveLength(replicas)
  for (const rs of sets.values()) {
    const isNew = rs.spec.template!.spec!.containers[0].image === 'nginx:1.16.1'
    expect([rs.spec.replicas, rs.status?.replicas ?? 0], rs.metadata.name).toEqual(isNew ? [replicas, replicas] : [0, 0])
  }
}

function overHttps({ url, kubeconfig }: Cluster): HttpClient {
  const { clusters: [{ cluster }], users: [{ user }] } = parse(kubeconfig)
  const pem = (base64: string) => Buffer.from(base64, 'base64').toString()
  return createHttpClient({
    url, ca: pem(cluster['certificate-authority-data']),
    cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']),
  })
}

/**
 * Reads a Deployment over HTTPS four times a second until stopped, on a connection that stays open. A request that is due while the
 * one before still waits counts from when it was due. Gives the milliseconds, sorted.
 */
function measureLatency(client: Client, random: Random) {
  const times: number[] = [], stopping = new AbortController()
  const loop = (async () => {
    for (let due = performance.now(); !stopping.signal.aborted; due += 250) {
      await sleep(Math.max(0, due - performance.now()))
      await client.get(deployments, `web-${random.integer(size)}`, namespace)
      times.push(performance.now() - due)
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await loop
      return times.toSorted((a, b) => a - b)
    },
  }
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1)
