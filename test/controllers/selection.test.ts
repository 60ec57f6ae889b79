import { afterEach, expect, test } from 'vitest'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { startCluster, type Cluster, type ClusterOptions } from '../../cluster.ts'

let cluster: Cluster | undefined
afterEach(async () => { await cluster?.stop(); cluster = undefined })

async function startAndDeploy(options: ClusterOptions): Promise<Cluster> {
  cluster = await startCluster({ nodes: 1, speed: 'instant', seed: 7, ...options })
  await cluster.client.create(deployments, {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 1, selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
    },
  } as never)
  return cluster
}

test('only the controllers that were asked for run', async () => {
  const { client } = await startAndDeploy({ controllers: ['deployment-controller'], scheduler: false })
  for await (const { object } of client.watch(deployments, { namespace: 'default', sendInitialEvents: true })) {
    if (object.status?.observedGeneration === 1) break
  }
  expect((await client.list(replicaSets)).items.map(each => each.status?.observedGeneration)).toEqual([undefined])
  expect((await client.list(pods)).items).toEqual([])
})

test('without controllers and scheduler nodes are Ready, and a pod stays with nobody', async () => {
  const { client } = await startAndDeploy({ controllers: 'none', scheduler: false })
  expect((await client.get(deployments, 'web', 'default')).status).toEqual({})
})

test('a name that no controller has is refused with those that there are', async () => {
  await expect(startCluster({ nodes: 0, controllers: ['deployment'] }))
    .rejects.toThrow(/no controller is called deployment; there are .*deployment-controller/)
})

test('other servers of the control plane find out who signs the certificates of clients', async () => {
  cluster = await startCluster({ nodes: 0, controllers: 'none' })
  const found = await cluster.client.get(configMaps, 'extension-apiserver-authentication', 'kube-system')
  const [, authority] = /certificate-authority-data: (\S+)/.exec(cluster.kubeconfig)!
  expect(found.data).toEqual({ 'client-ca-file': Buffer.from(authority, 'base64').toString() })
})
