import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiServices } from '../../api/kinds/apiregistration/apiservices.ts'
import { services } from '../../api/kinds/core/services.ts'
import { flowSchemas } from '../../api/kinds/flowcontrol/flowschemas.ts'
import { priorityLevelConfigurations } from '../../api/kinds/flowcontrol/prioritylevelconfigurations.ts'
import { builtInKinds } from '../../api/kinds/index.ts'
import { ipAddresses } from '../../api/kinds/networking/ipaddresses.ts'
import { serviceCIDRs } from '../../api/kinds/networking/servicecidrs.ts'
import { edit } from '../../api/edit.ts'
import { invalidError } from '../../api/status.ts'
import { startCluster, type Cluster } from '../../cluster.ts'

let cluster: Cluster
beforeAll(async () => { cluster = await startCluster({ nodes: 0, speed: 'instant', seed: 5, simulationWarnings: false }) })
afterAll(() => cluster?.stop())

const addresses = async () => (await cluster.client.list(ipAddresses)).items.map(({ metadata, spec }) =>
  [metadata.name, `${spec!.parentRef!.namespace}/${spec!.parentRef!.name}`])
const makeService = (name: string, spec: object = {}) => cluster.client.create(services, {
  metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }], ...spec },
} as never)

test('every group and version that the cluster serves by itself has an API service', async () => {
  const { items } = await cluster.client.list(apiServices)
  const served = new Set(builtInKinds.filter(({ group }) => group !== 'apiregistration.k8s.io' && group !== 'metrics.k8s.io')
    .map(({ group, version }) => `${version}.${group}`))
  expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining([...served]))
  const available = [{ type: 'Available', status: 'True', reason: 'Local' }]
  for (const { status } of items) expect(status!.conditions).toMatchObject(available)
})

test('what is stored past the pipeline would pass it', async () => {
  for (const kind of [apiServices, flowSchemas, priorityLevelConfigurations, serviceCIDRs]) {
    for (const object of (await cluster.client.list<any>(kind)).items) {
      const errors = kind.validate!(object, undefined, { now: new Date(0), subresource: '' })
      expect(errors, errors.length ? invalidError(kind, object.metadata.name, errors).message : '').toEqual([])
    }
  }
})

test('a flow schema says whether its priority level exists, at any time', async () => {
  const dangling = async (wanted: string) => {
    const options = { fieldSelector: 'metadata.name=mine', sendInitialEvents: true }
    for await (const { object } of cluster.client.watch(flowSchemas, options)) {
      const condition = object.status?.conditions?.find(({ type }) => type === 'Dangling')
      if (condition?.status === wanted) return condition
    }
    return undefined
  }
  await cluster.client.create(flowSchemas, {
    metadata: { name: 'mine' },
    spec: {
      priorityLevelConfiguration: { name: 'my-level' },
      rules: [{
        subjects: [{ kind: 'User', user: { name: 'a' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      }],
    },
  } as never)
  expect(await dangling('True')).toMatchObject({
    reason: 'NotFound',
    message: 'This FlowSchema references the PriorityLevelConfiguration object named "my-level" but there is no such object',
  })
  await cluster.client.create(priorityLevelConfigurations, {
    metadata: { name: 'my-level' }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  } as never)
  expect((await dangling('False'))?.reason).toBe('Found')
  await cluster.client.delete(priorityLevelConfigurations, 'my-level')
  expect((await dangling('True'))?.reason).toBe('NotFound')
})

test('each cluster IP is an IPAddress object as long as its service has it', async () => {
  expect(await addresses()).toEqual([['10.96.0.1', 'default/kubernetes']])
  const web = await makeService('web')
  await makeService('headless', { clusterIP: 'None' })
  expect(await addresses()).toContainEqual([web.spec.clusterIP, 'default/web'])
  expect(await addresses()).toHaveLength(2)
  const external = await cluster.client.update(services, edit(web, draft => {
    draft.spec = { type: 'ExternalName', externalName: 'example.com', ports: draft.spec.ports }
  }))
  expect(external.spec.clusterIP).toBeUndefined()
  expect(await addresses()).toHaveLength(1)
  const again = await makeService('again')
  expect(await addresses()).toContainEqual([again.spec.clusterIP, 'default/again'])
  await cluster.client.delete(services, 'again', 'default')
  expect(await addresses()).toEqual([['10.96.0.1', 'default/kubernetes']])
})
