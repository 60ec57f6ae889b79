import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Kind } from '../../api/kind.ts'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { events } from '../../api/kinds/core/events.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { serviceAccounts } from '../../api/kinds/core/serviceaccounts.ts'
import { services } from '../../api/kinds/core/services.ts'
import { endpointSlices } from '../../api/kinds/discovery/endpointslices.ts'
import type { KubeObject, OwnerReference } from '../../api/object.ts'
import type { Deployment, Namespace, Pod } from '../../api/schema/generated/types.ts'
import { startCluster, type Cluster } from '../../cluster.ts'

/** The controllers against the real API server of a cluster without nodes: pods become ready when the test says so. */
let cluster: Cluster, namespace = '', made = 0
beforeAll(async () => { cluster = await startCluster({ nodes: 0, speed: 'instant', seed: 7, simulationWarnings: false }) })
afterAll(() => cluster?.stop())
beforeEach(async () => {
  namespace = `control-${++made}`
  await cluster.client.create(namespaces, { metadata: { name: namespace } } as never)
})

/** Follows a kind until what there is of it is as wanted. */
async function until<T extends KubeObject>(kind: Kind<T>, wanted: (all: T[]) => boolean): Promise<T[]> {
  const seen = new Map<string, T>(), options = { sendInitialEvents: true, allowWatchBookmarks: true }
  let isListed = false
  for await (const { type, object } of cluster.client.watch(kind, kind.namespaced ? { namespace, ...options } : options)) {
    if (type === 'BOOKMARK') isListed = true
    else if (type === 'DELETED') seen.delete(object.metadata.uid)
    else seen.set(object.metadata.uid, object)
    if (isListed && wanted([...seen.values()])) break
  }
  return [...seen.values()]
}

const template = (image: string, labels = { app: 'web' }) =>
  ({ metadata: { labels }, spec: { containers: [{ name: 'c', image }] } })
const deploy = (replicas: number, more: object = {}) => cluster.client.create(deployments, {
  metadata: { name: 'web', namespace },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template('nginx:1'), ...more },
} as never)
const makeReady = (pod: Pod) => cluster.client.patch(pods, pod.metadata.name, namespace, {
  status: {
    phase: 'Running', podIP: '10.1.0.9', podIPs: [{ ip: '10.1.0.9' }],
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date().toISOString().slice(0, 19) + 'Z' }],
  },
}, { type: 'strategic', subresource: 'status' })
const configMap = (name: string, owners: OwnerReference[] = [], finalizers: string[] = []) =>
  cluster.client.create(configMaps, { metadata: { name, namespace, ownerReferences: owners, finalizers } })
const ownerOf = ({ metadata: { name, uid } }: KubeObject, block = false): OwnerReference =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: block })
const names = (all: KubeObject[]) => all.map(each => each.metadata.name).filter(name => name !== 'kube-root-ca.crt').sort()

describe('a deployment', () => {
  test('gets exactly the pods it asks for, never one too many', async () => {
    let most = 0
    await deploy(60)
    await until(pods, all => { most = Math.max(most, all.length); return all.length === 60 })
    await until(deployments, ([web]) => web?.status?.replicas === 60)
    await cluster.client.patch(deployments, 'web', namespace, { spec: { replicas: 25 } }, { type: 'merge' })
    await until(pods, all => { most = Math.max(most, all.length); return all.length === 25 })
    expect(most).toBe(60)
  })

  test('rolls over as pods become ready, and ends with the new ones alone', async () => {
    await deploy(2)
    for (const pod of await until(pods, all => all.length === 2)) await makeReady(pod)
    await until(deployments, ([web]) => web?.status?.availableReplicas === 2)
    await cluster.client.patch(deployments, 'web', namespace, { spec: { template: template('nginx:2') } }, { type: 'merge' })
    const isNew = (pod: Pod) => pod.spec.containers[0].image === 'nginx:2'
    const isReady = (pod: Pod) => pod.status?.phase === 'Running'
    for (let round = 0; round < 2; round++) {
      const all = await until(pods, each => each.some(pod => isNew(pod) && !isReady(pod)))
      for (const pod of all.filter(each => isNew(each) && !isReady(each))) await makeReady(pod)
    }
    const isDone = ({ status }: Deployment) => status?.conditions?.at(-1)?.reason === 'NewReplicaSetAvailable'
      && status.replicas === 2 && status.updatedReplicas === 2
    const [web] = await until(deployments, ([each]) => isDone(each))
    expect(web.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
    expect((await until(pods, all => all.length === 2)).every(isNew)).toBe(true)
  })

  test('says why no pod can be made', async () => {
    const account = template('nginx:1')
    await deploy(1, { template: { ...account, spec: { ...account.spec, serviceAccountName: 'nobody' } } })
    const [web] = await until(deployments, ([each]) =>
      each?.status?.conditions?.some(condition => condition.type === 'ReplicaFailure') ?? false)
    expect(web.status!.conditions!.find(condition => condition.type === 'ReplicaFailure'))
      .toMatchObject({ reason: 'FailedCreate', message: expect.stringContaining('serviceaccount "nobody" not found') })
    await until(events, all =>
      all.some(event => event.reason === 'FailedCreate' && event.message!.startsWith('Error creating: pods "web-')))
  })
})

describe('a ReplicaSet', () => {
  test('adopts pods that it matches and lets go of those it no longer matches', async () => {
    const { spec } = template('nginx')
    await cluster.client.create(pods, { metadata: { name: 'orphan', namespace, labels: { app: 'set' } }, spec } as never)
    await cluster.client.create(replicaSets, {
      metadata: { name: 'set', namespace },
      spec: { replicas: 2, selector: { matchLabels: { app: 'set' } }, template: template('nginx', { app: 'set' }) },
    } as never)
    const owned = (all: Pod[]) => all.filter(pod => pod.metadata.ownerReferences?.[0]?.name === 'set').length
    expect(names(await until(pods, all => all.length === 2 && owned(all) === 2))).toContain('orphan')
    await cluster.client.patch(pods, 'orphan', namespace, { metadata: { labels: { app: 'free' } } }, { type: 'merge' })
    const all = await until(pods, each => each.length === 3 && owned(each) === 2)
    expect(all.find(pod => pod.metadata.name === 'orphan')!.metadata.ownerReferences).toBeUndefined()
  })
})

describe('the garbage collector', () => {
  test('deletes what has lost all its owners, and keeps what has one left', async () => {
    const first = await configMap('first'), second = await configMap('second')
    await configMap('of-first', [ownerOf(first)])
    await configMap('of-both', [ownerOf(first), ownerOf(second)])
    await configMap('of-nobody', [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: 'never' }])
    await cluster.client.delete(configMaps, 'first', namespace)
    const left = await until(configMaps, all => names(all).join() === 'of-both,second'
      && all.every(each => (each.metadata.ownerReferences?.length ?? 0) < 2))
    expect(left.find(each => each.metadata.name === 'of-both')!.metadata.ownerReferences)
      .toEqual([expect.objectContaining({ name: 'second' })])
  })

  test('lets the owner wait for what blocks it in a foreground deletion', async () => {
    const owner = await configMap('owner')
    await configMap('blocks', [ownerOf(owner, true)], ['example.com/hold'])
    await configMap('free', [ownerOf(owner)])
    await cluster.client.delete(configMaps, 'owner', namespace, { propagationPolicy: 'Foreground' })
    await until(configMaps, all => names(all).join() === 'blocks,owner'
      && all.every(each => each.metadata.name === 'kube-root-ca.crt' || each.metadata.deletionTimestamp !== undefined))
    await cluster.client.patch(configMaps, 'blocks', namespace, { metadata: { finalizers: null } }, { type: 'merge' })
    await until(configMaps, all => names(all).length === 0)
  })

  test('takes the owner away from what is to be orphaned', async () => {
    const owner = await configMap('owner')
    await configMap('stays', [ownerOf(owner)])
    await cluster.client.delete(configMaps, 'owner', namespace, { propagationPolicy: 'Orphan' })
    const left = await until(configMaps, all => names(all).join() === 'stays')
    expect(left.find(each => each.metadata.name === 'stays')!.metadata.ownerReferences).toBeUndefined()
  })
})

describe('a namespace', () => {
  test('has a service account and the CA, and gets them back', async () => {
    await until(serviceAccounts, all => all.length === 1)
    const [ca] = await until(configMaps, all => all.length === 1)
    expect(ca.data!['ca.crt']).toContain('BEGIN CERTIFICATE')
    await cluster.client.delete(serviceAccounts, 'default', namespace)
    await cluster.client.patch(configMaps, 'kube-root-ca.crt', namespace, { data: { 'ca.crt': 'mine', more: 'x' } },
      { type: 'merge' })
    await until(serviceAccounts, all => all.length === 1)
    const [again] = await until(configMaps, all => all[0]?.data?.['ca.crt'] !== 'mine')
    expect(again.data).toEqual(ca.data)
  })

  test('says what holds it while it is being deleted, and leaves nothing', async () => {
    await deploy(2)
    await configMap('held', [], ['example.com/hold'])
    await until(pods, all => all.length === 2)
    await cluster.client.delete(namespaces, namespace)
    const own = (all: Namespace[]) => all.find(each => each.metadata.name === namespace)
    const remaining = (all: Namespace[]) =>
      own(all)?.status?.conditions?.find(condition => condition.type === 'NamespaceFinalizersRemaining')?.message
    await until(namespaces, all => remaining(all)?.endsWith('example.com/hold in 1 resource instances') ?? false)
    expect((await cluster.client.list(pods, { namespace })).items).toEqual([])
    await cluster.client.patch(configMaps, 'held', namespace, { metadata: { finalizers: null } }, { type: 'merge' })
    await until(namespaces, all => own(all) === undefined)
    for (const kind of [deployments, replicaSets, pods, configMaps, serviceAccounts, events] as Kind<KubeObject>[]) {
      expect((await cluster.client.list(kind, { namespace })).items).toEqual([])
    }
  })
})

describe('a service', () => {
  test('lists its pods in a slice: ready ones, and unready ones as such', async () => {
    const spec = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }
    await cluster.client.create(services, { metadata: { name: 'web', namespace }, spec })
    const [empty] = await until(endpointSlices, all => all.length === 1)
    expect(empty.endpoints ?? []).toEqual([])
    await deploy(1)
    const [pod] = await until(pods, all => all.length === 1)
    await makeReady(pod)
    const [slice] = await until(endpointSlices, all => (all[0]?.endpoints?.length ?? 0) === 1)
    expect(slice).toMatchObject({
      addressType: 'IPv4', ports: [{ port: 8080, protocol: 'TCP' }],
      endpoints: [{
        addresses: ['10.1.0.9'], conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: 'Pod', name: pod.metadata.name },
      }],
    })
    expect(slice.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })
})
