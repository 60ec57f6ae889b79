import {
  ApiException, AppsV1Api, CoreV1Api, CustomObjectsApi, KubeConfig, KubernetesObjectApi, makeInformer, PatchStrategy,
  setHeaderOptions,
  VersionApi, Watch, type KubernetesObject, type V1ConfigMap, type V1Deployment,
} from 'client-node-20'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'

/** `@kubernetes/client-node`, the JavaScript client, as its users call it. */
const namespace = 'default'
let cluster: TestCluster, config: KubeConfig, core: CoreV1Api, apps: AppsV1Api, objects: KubernetesObjectApi

beforeAll(async () => {
  cluster = await startTestCluster({ nodes: 1 })
  config = new KubeConfig()
  config.loadFromString(cluster.kubeconfig)
  core = config.makeApiClient(CoreV1Api)
  apps = config.makeApiClient(AppsV1Api)
  objects = KubernetesObjectApi.makeApiClient(config)
})
afterAll(() => cluster.stop())

const deployment = (name: string): V1Deployment => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels: { app: name } },
  spec: {
    replicas: 2, selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
  },
})
const refused = async (call: Promise<unknown>) => {
  const error = await call.then(() => undefined, error => error as ApiException<string>)
  return { code: error?.code, ...JSON.parse(error!.body) as { reason: string; message: string } }
}

describe('the JavaScript client', () => {
  it('asks for the version', async () => {
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toMatch(/^v1\.36\./)
  })

  it('creates, reads, replaces, patches, lists and deletes', async () => {
    const body: V1ConfigMap = { metadata: { name: 'plain', labels: { team: 'blue' } }, data: { a: '1' } }
    const made = await core.createNamespacedConfigMap({ namespace, body })
    expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
    const replaced = await core.replaceNamespacedConfigMap({ name: 'plain', namespace, body: { ...made, data: { a: '2' } } })
    expect(replaced.data).toEqual({ a: '2' })
    const patch = [{ op: 'replace', path: '/data/a', value: '3' }]
    const patched = await core.patchNamespacedConfigMap({ name: 'plain', namespace, body: patch })
    expect(patched.data).toEqual({ a: '3' })
    const strategic = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch)
    expect((await core.patchNamespacedConfigMap({ name: 'plain', namespace, body: { data: { b: '1' } } },
      strategic)).data).toEqual({ a: '3', b: '1' })
    const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: 'team=blue' })
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['plain'])
    expect((await core.deleteNamespacedConfigMap({ name: 'plain', namespace })).status).toBe('Success')
    expect(await refused(core.readNamespacedConfigMap({ name: 'plain', namespace }))).toMatchObject(
      { code: 404, reason: 'NotFound', message: 'configmaps "plain" not found' })
  })

  it('lists in pages, dry-runs, takes merge patches, and deletes collections', async () => {
    const labels = { own: 'pages' }
    for (const name of ['one', 'two', 'three']) {
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data: { a: '1', b: '2' } } })
    }
    const listed: string[] = []
    let token: string | undefined
    do {
      const page = { namespace, labelSelector: 'own=pages', limit: 2, _continue: token }
      const { items, metadata } = await core.listNamespacedConfigMap(page)
      listed.push(...items.map(item => item.metadata!.name!))
      token = metadata?.['_continue']
    } while (token)
    expect(listed).toEqual(['one', 'three', 'two'])
    const dry = await core.createNamespacedConfigMap({ namespace, body: { metadata: { generateName: 'dry-' } }, dryRun: 'All' })
    expect(await refused(core.readNamespacedConfigMap({ name: dry.metadata!.name!, namespace }))).toMatchObject({ code: 404 })
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
    const less = await core.patchNamespacedConfigMap({ name: 'one', namespace, body: { data: { a: null } } }, merge)
    expect(less.data).toEqual({ b: '2' })
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'own=pages' })
    expect((await core.listNamespacedConfigMap({ namespace, labelSelector: 'own=pages' })).items).toEqual([])
  })

  it('is told what is wrong', async () => {
    const body = deployment('wrong')
    body.spec!.template.metadata!.labels = { app: 'other' }
    const { code, message } = await refused(apps.createNamespacedDeployment({ namespace, body }))
    expect([code, message]).toEqual([422, 'Deployment.apps "wrong" is invalid: spec.template.metadata.labels: Invalid value: ' +
      '{"app":"other"}: `selector` does not match template `labels`'])
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'stale' } } })
    await core.replaceNamespacedConfigMap({ name: 'stale', namespace, body: { ...made, data: { a: '1' } } })
    expect(await refused(core.replaceNamespacedConfigMap({ name: 'stale', namespace, body: made }))).toMatchObject({ code: 409,
      reason: 'Conflict' })
  })

  it('scales a deployment and reads its status', async () => {
    await apps.createNamespacedDeployment({ namespace, body: deployment('scaled') })
    const scale = await apps.readNamespacedDeploymentScale({ name: 'scaled', namespace })
    expect(scale.spec?.replicas).toBe(2)
    scale.spec!.replicas = 3
    await apps.replaceNamespacedDeploymentScale({ name: 'scaled', namespace, body: scale })
    await seen<V1Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments`, ({ metadata, status }) =>
      metadata?.name === 'scaled' && status?.readyReplicas === 3)
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=scaled' })
    expect(items.map(({ status }) => status?.phase)).toEqual(['Running', 'Running', 'Running'])
    expect(await core.readNamespacedPodLog({ name: items[0].metadata!.name!, namespace })).toBeTypeOf('string')
  })

  /** Watches until an object is as wanted. */
  function seen<T extends KubernetesObject>(path: string, wanted: (object: T) => boolean): Promise<string[]> {
    const types: string[] = []
    return new Promise((resolve, reject) => {
      const end = new Watch(config).watch(path, {}, (type, object: T) => {
        types.push(type)
        if (wanted(object)) void end.then(controller => { controller.abort(); resolve(types) })
      }, error => { if (error && (error as Error).name !== 'AbortError') reject(error as Error) })
    })
  }

  interface Seen { type: string; name?: string; version?: string }
  /** All events until the server ends the watch. */
  function events(query: Record<string, string | number | boolean>): Promise<Seen[]> {
    const all: Seen[] = []
    return new Promise((resolve, reject) => {
      new Watch(config).watch(`/api/v1/namespaces/${namespace}/configmaps`, { timeoutSeconds: 1, ...query },
        (type, { metadata }: V1ConfigMap) => { all.push({ type, name: metadata?.name, version: metadata?.resourceVersion }) },
        error => { if (error && error !== Watch.SERVER_SIDE_CLOSE) reject(error as Error); else resolve(all) }).catch(reject)
    })
  }

  it('watches what has changed since a version, once and in order, until the time is up', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace })
    const labels = { own: 'watch' }
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'watched', labels } } })
    await core.replaceNamespacedConfigMap({ name: 'watched', namespace, body: { ...made, data: { a: '2' } } })
    const left = { ...made, metadata: { name: 'watched' } }
    await core.replaceNamespacedConfigMap({ name: 'watched', namespace, body: left })
    await core.deleteNamespacedConfigMap({ name: 'watched', namespace })
    const [since, selected, later] = await Promise.all([
      events({ resourceVersion: metadata!.resourceVersion!, fieldSelector: 'metadata.name=watched' }),
      events({ resourceVersion: metadata!.resourceVersion!, labelSelector: 'own=watch' }),
      events({ resourceVersion: made.metadata!.resourceVersion!, fieldSelector: 'metadata.name=watched' }),
    ])
    expect(since.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'])
    expect(since[0].version).toBe(made.metadata?.resourceVersion)
    // What leaves the selector is deleted to those who watch by it.
    expect(selected.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(later).toEqual(since.slice(1))
  })

  it('is refused a watch that can not be', async () => {
    await expect(events({ resourceVersion: 'x' })).rejects.toThrow('Internal Server Error')
    await expect(events({ labelSelector: '!!' })).rejects.toThrow('Bad Request')
  })

  it('keeps a cache with an informer', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`, list = () =>
      core.listNamespacedConfigMap({ namespace, labelSelector: 'own=informer' })
    const make = (name: string) => core.createNamespacedConfigMap({ namespace,
      body: { metadata: { name, labels: { own: 'informer' } } } })
    await make('first')
    const informer = makeInformer<V1ConfigMap>(config, path, list, 'own=informer')
    const told: string[] = []
    let gone!: () => void
    const over = new Promise<void>(resolve => { gone = resolve })
    informer.on('add', ({ metadata }) => { told.push(`add ${metadata?.name}`) })
    informer.on('update', ({ metadata, data }) => { told.push(`update ${metadata?.name} ${data?.a}`) })
    informer.on('delete', ({ metadata }) => { told.push(`delete ${metadata?.name}`); gone() })
    await informer.start()
    const second = await make('second')
    await core.replaceNamespacedConfigMap({ name: 'second', namespace, body: { ...second, data: { a: '1' } } })
    await core.deleteNamespacedConfigMap({ name: 'second', namespace })
    await over
    expect(told).toEqual(['add first', 'add second', 'update second 1', 'delete second'])
    expect(informer.list(namespace).map(({ metadata }) => metadata?.name)).toEqual(['first'])
    await informer.stop()
  })

  it('applies, and is told of conflicts', async () => {
    const apply = (fieldManager: string, replicas: number, force?: boolean) => {
      const { spec, ...rest } = deployment('applied')
      return objects.patch({ ...rest, spec: { ...spec!, replicas } } as KubernetesObject, undefined, undefined, fieldManager,
        force, PatchStrategy.ServerSideApply)
    }
    await apply('one', 1)
    expect(await refused(apply('two', 2))).toMatchObject({ code: 409,
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas' })
    expect((await apply('two', 2, true) as V1Deployment).spec?.replicas).toBe(2)
    const { metadata } = await apps.readNamespacedDeployment({ name: 'applied', namespace })
    expect(metadata?.managedFields?.filter(({ operation }) => operation === 'Apply').map(({ manager }) =>
      manager)).toEqual(['one', 'two'])
    // A field that its only manager no longer names is gone, or has its default again.
    const { replicas: _, ...rest } = deployment('applied').spec!
    const less = await objects.patch({ ...deployment('applied'), spec: rest } as KubernetesObject, undefined, undefined, 'two',
      undefined, PatchStrategy.ServerSideApply) as V1Deployment
    expect(less.spec?.replicas).toBe(1)
  })

  it('handles objects of any kind', async () => {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'any', namespace }, stringData: { a: 'text' } }
    const made = await objects.create<KubernetesObject>(body) as KubernetesObject & { data: Record<string, string> }
    expect(made.data).toEqual({ a: 'dGV4dA==' })
    expect((await objects.list('v1', 'Secret', namespace)).items.map(({ metadata }) => metadata?.name)).toContain('any')
    await objects.patch({ ...body, metadata: { ...body.metadata, labels: { a: 'b' } } }, undefined, undefined, undefined,
      undefined, PatchStrategy.MergePatch)
    expect((await objects.read({ ...body, metadata: { name: 'any', namespace } })).metadata?.labels).toEqual({ a: 'b' })
    const replaced = await objects.replace<KubernetesObject>({ ...body, stringData: { a: 'other' } } as KubernetesObject)
    expect(replaced).toMatchObject({ data: { a: 'b3RoZXI=' } })
    expect(await refused(objects.create(body))).toMatchObject({ code: 409, reason: 'AlreadyExists' })
    await expect(objects.create({ apiVersion: 'v1', kind: 'Nothing', metadata: { name: 'a' } })).rejects.toThrow('Unrecognized')
    await objects.delete(body)
    expect(await refused(objects.read({ ...body, metadata: { name: 'any', namespace } }))).toMatchObject({ code: 404 })
    const { items } = await config.makeApiClient(CustomObjectsApi).listNamespacedCustomObject({ group: 'apps', version: 'v1',
      namespace, plural: 'deployments' })
    expect(items.length).toBeGreaterThan(0)
  })
})
