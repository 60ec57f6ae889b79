import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Kind } from '../../../api/kind.ts'
import { events } from '../../../api/kinds/core/events.ts'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { persistentVolumeClaims } from '../../../api/kinds/core/persistentvolumeclaims.ts'
import { persistentVolumes } from '../../../api/kinds/core/persistentvolumes.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import type { KubeObject } from '../../../api/object.ts'
import { startCluster, type Cluster } from '../../../cluster.ts'

let cluster: Cluster, namespace = '', made = 0
beforeAll(async () => { cluster = await startCluster({ nodes: 0, speed: 'instant', seed: 11, simulationWarnings: false }) })
afterAll(() => cluster?.stop())
beforeEach(async () => {
  namespace = `volumes-${++made}`
  await cluster.client.create(namespaces, { metadata: { name: namespace } } as never)
})

/** Follows an object until it is as wanted; undefined once it is gone. */
async function follow<T extends KubeObject>(
  kind: Kind<T>, name: string, wanted: (object: T | undefined) => boolean,
): Promise<T | undefined> {
  const options = { fieldSelector: `metadata.name=${name}`, sendInitialEvents: true, allowWatchBookmarks: true }
  let last: T | undefined
  for await (const { type, object } of cluster.client.watch(kind, kind.namespaced ? { namespace, ...options } : options)) {
    if (type === 'DELETED') last = undefined
    else if (type !== 'BOOKMARK') last = object
    if (wanted(last)) return last
  }
  throw new Error('the watch ended')
}
const phase = (wanted: string) => (object: { status?: { phase?: string } } | undefined) => object?.status?.phase === wanted
const makeVolume = (name: string, more: object = {}) => cluster.client.create(persistentVolumes, {
  metadata: { name },
  spec: {
    capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: namespace, hostPath: { path: '/tmp/a' },
    ...more,
  },
} as never)
const makeClaim = (more: object = {}) => cluster.client.create(persistentVolumeClaims, {
  metadata: { name: 'data', namespace },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: namespace, resources: { requests: { storage: '2Gi' } }, ...more },
} as never)

test('a claim and a volume find each other, whichever comes first', async () => {
  await makeClaim()
  await makeVolume(`${namespace}-v`)
  const claim = (await follow(persistentVolumeClaims, 'data', phase('Bound')))!
  const volume = (await follow(persistentVolumes, `${namespace}-v`, phase('Bound')))!
  expect(claim.spec.volumeName).toBe(`${namespace}-v`)
  expect(claim.status).toMatchObject({ accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } })
  expect(claim.metadata.annotations)
    .toEqual({ 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' })
  expect(volume.spec.claimRef).toMatchObject({ kind: 'PersistentVolumeClaim', namespace, name: 'data', uid: claim.metadata.uid })
})

test('a volume outlives its claim: kept when it is to be retained, deleted when that is its policy', async () => {
  await makeVolume(`${namespace}-keep`)
  await makeClaim()
  await follow(persistentVolumeClaims, 'data', phase('Bound'))
  await cluster.client.delete(persistentVolumeClaims, 'data', namespace)
  await follow(persistentVolumes, `${namespace}-keep`, phase('Released'))

  await makeVolume(`${namespace}-drop`, { persistentVolumeReclaimPolicy: 'Delete' })
  await makeClaim()
  await follow(persistentVolumeClaims, 'data', phase('Bound'))
  await cluster.client.delete(persistentVolumeClaims, 'data', namespace)
  await follow(persistentVolumes, `${namespace}-drop`, volume => volume === undefined)
})

test('a volume that nobody here can delete fails and says so', async () => {
  await makeVolume(`${namespace}-v`, { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/data' } })
  await makeClaim()
  await follow(persistentVolumeClaims, 'data', phase('Bound'))
  await cluster.client.delete(persistentVolumeClaims, 'data', namespace)
  const failed = await follow(persistentVolumes, `${namespace}-v`, phase('Failed'))
  expect(failed!.status!.message).toBe('host_path deleter only supports /tmp/.+ but received provided /data')
})

test('a claim that a pod on a node names stays until the pod is gone', async () => {
  await makeClaim()
  const pod = (name: string) => ({
    metadata: { name, namespace },
    spec: {
      nodeName: 'somewhere', containers: [{ name: 'c', image: 'i' }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    },
  })
  await cluster.client.create(pods, pod('user') as never)
  await cluster.client.delete(persistentVolumeClaims, 'data', namespace)
  // A second claim without a user goes; by then the first one has been looked at as well.
  await cluster.client.create(persistentVolumeClaims, {
    metadata: { name: 'other', namespace }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  } as never)
  await cluster.client.delete(persistentVolumeClaims, 'other', namespace)
  await follow(persistentVolumeClaims, 'other', claim => claim === undefined)
  expect((await cluster.client.get(persistentVolumeClaims, 'data', namespace)).metadata.deletionTimestamp).toBeDefined()
  await cluster.client.delete(pods, 'user', namespace, { gracePeriodSeconds: 0 })
  await follow(persistentVolumeClaims, 'data', claim => claim === undefined)
})

test('a claim of a class that does not exist waits, and an event says for what', async () => {
  await makeClaim()
  for await (const { type, object } of cluster.client.watch(events, { namespace, sendInitialEvents: true })) {
    if (type !== 'ADDED' || object.reason !== 'ProvisioningFailed') continue
    expect(object.message).toBe(`storageclass.storage.k8s.io "${namespace}" not found`)
    expect(object.source?.component).toBe('persistentvolume-controller')
    break
  }
})
