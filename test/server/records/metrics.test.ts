import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { apiOf, type Api } from '../../support/api.ts'
import { startTestCluster, type TestCluster } from '../../support/cluster.ts'

/** `/metrics`, by upstream's names (1.36). */
let cluster: TestCluster, api: Api
beforeAll(async () => {
  cluster = await startTestCluster({ nodes: 0 })
  api = apiOf(cluster)
})
afterAll(async () => { api.close(); await cluster.stop() })

const configMaps = '/api/v1/namespaces/default/configmaps'
const metrics = async () => (await api('GET', '/metrics')).bytes.toString()
/** The value of the line that has this name and all these labels. */
async function valueOf(name: string, labels: Record<string, string>): Promise<number | undefined> {
  const line = (await metrics()).split('\n').find(text =>
    text.startsWith(`${name}{`) && Object.entries(labels).every(([label, value]) => text.includes(`${label}="${value}"`)))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')))
}

test('requests are counted by what they ask for and how they end', async () => {
  await api('POST', configMaps, { body: { metadata: { name: 'counted' } } })
  await api('POST', configMaps, { body: { metadata: { name: 'counted' } } })
  await api('POST', `${configMaps}?dryRun=All`, { body: { metadata: { name: 'dry' } } })
  await api('GET', configMaps)
  const about = { group: '', version: 'v1', resource: 'configmaps', subresource: '', component: 'apiserver' }
  expect(await valueOf('apiserver_request_total', { ...about, verb: 'POST', scope: 'resource', code: '201', dry_run: '' })).toBe(1)
  expect(await valueOf('apiserver_request_total', { ...about, verb: 'POST', scope: 'resource', code: '201', dry_run: 'All' })).toBe(1)
  expect(await valueOf('apiserver_request_total', { ...about, verb: 'POST', scope: 'resource', code: '409' })).toBe(1)
  expect(await valueOf('apiserver_request_total', { ...about, verb: 'LIST', scope: 'namespace', code: '200' })).toBe(1)
  expect(await valueOf('apiserver_request_duration_seconds_bucket', { ...about, verb: 'LIST', le: '+Inf' })).toBe(1)
  expect(await valueOf('apiserver_request_duration_seconds_sum', { ...about, verb: 'LIST' })).toBeGreaterThan(0)
})

test('an apply is no patch, and a client of the control plane is named', async () => {
  await api('PATCH', `${configMaps}/applied?fieldManager=me`, {
    type: 'application/apply-patch+yaml', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' } },
    headers: { 'user-agent': 'kube-scheduler/v1.36.2' },
  })
  expect(await valueOf('apiserver_request_total', { verb: 'APPLY', resource: 'configmaps', system_client: 'kube-scheduler' })).toBe(1)
})

test('watches are running requests while they last, and count what they send', async () => {
  const running = () => valueOf('apiserver_longrunning_requests', { verb: 'WATCH', resource: 'secrets', scope: 'namespace' })
  const response = await api.open('GET', '/api/v1/namespaces/default/secrets?watch=true')
  expect(await running()).toBe(1)
  await api('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name: 'seen' } } })
  await once(response, 'data')
  response.destroy()
  await vi.waitUntil(async () => await running() === 0)
  expect(await valueOf('apiserver_watch_events_total', { version: 'v1', resource: 'secrets' })).toBe(1)
})

test('stored objects are counted by resource, the process is described', async () => {
  const text = await metrics()
  expect(text).toMatch(/^apiserver_storage_objects\{resource="namespaces"\} [4-9]$/m)
  expect(text).toMatch(/^apiserver_storage_objects\{resource="clusterroles.rbac.authorization.k8s.io"\} \d\d+$/m)
  expect(text).toMatch(/^apiserver_current_inflight_requests\{request_kind="readOnly"\} 1$/m)
  expect(text).toMatch(/^apiserver_current_inflight_requests\{request_kind="mutating"\} 0$/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('names that somebody invents leave no trace', async () => {
  await api('GET', '/api/v1/inventions')
  await api('GET', '/api/v1/namespaces/default/pods/a/inventions')
  await api('PUT', '/api/v1/namespaces/default/inventions/a', { body: {} })
  await api('GET', '/apis/inventions.example/v1/inventions')
  await api('GET', '/api/v1/inventions?watch=true')
  await api('GET', '/api/v1/inventions?watch=true', { headers: { 'impersonate-user': 'nobody' } })
  await api('GET', '/api/v1/namespaces/default/pods/a/proxy/inventions')
  await api('OPTIONS', '/api/v1/namespaces/default/configmaps/inventions')
  expect(await metrics()).not.toContain('inventions')
})

test('every answer says what its request is called in the records, and is not to be kept', async () => {
  for (const path of ['/version', '/healthz', '/nothing', configMaps, `${configMaps}/none`, '/api/v1/inventions']) {
    const { headers } = await api('GET', path)
    expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['cache-control']).toBe('no-cache, private')
  }
  expect((await api('GET', '/version', { headers: { 'audit-id': 'mine' } })).headers['audit-id']).toBe('mine')
})

test('only those who may read them', async () => {
  const answer = await api('GET', '/metrics', { headers: { 'impersonate-user': 'nobody' } })
  expect(answer.status).toBe(403)
  expect(answer.json.message).toBe('forbidden: User "nobody" cannot get path "/metrics"')
})
