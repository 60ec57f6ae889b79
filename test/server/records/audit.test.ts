import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, type Api } from '../../support/api.ts'
import { startTestCluster } from '../../support/cluster.ts'

/** The audit log, as a policy of level Metadata would have it (apiserver, endpoints/filters/audit.go, 1.36). */
const configMaps = '/api/v1/namespaces/default/configmaps'
let folder: string, file: string, events: any[] = []
const logged: string[] = []

/** What is asked while the cluster runs; its log is read when it has stopped. */
async function ask(api: Api, url: string) {
  const agent = 'asker/1'
  const call = (id: string, more: object = {}) => ({ headers: { 'audit-id': id, 'user-agent': agent, ...more } })
  await api('POST', configMaps, { ...call('create'), body: { metadata: { name: 'a', uid: 'u' } } })
  await api('POST', configMaps, { ...call('generate'), body: { metadata: { generateName: 'a-' } } })
  await api('GET', `${configMaps}/missing?pretty=true`, call('missing', { 'x-forwarded-for': '10.1.2.3, nonsense' }))
  await api('DELETE', `${configMaps}/a`, call('delete'))
  await api('GET', '/apis/apps/v1/namespaces/default/deployments/web/scale', call('forbidden', { 'impersonate-user': 'dev', 'impersonate-group': 'crew' }))
  await api('GET', '/healthz', call('health'))
  const watch = await api.open('GET', `${configMaps}?watch=true`, call('watch'))
  await api('POST', configMaps, { ...call('other'), body: { metadata: { name: 'b' } } })
  await once(watch, 'data')
  watch.destroy()
  await api('GET', `${configMaps}?watch=true&fieldSelector=nonsense%3Dx`, call('bad-watch'))
  const [answer] = await once(get(`${url}${configMaps}`, {
    rejectUnauthorized: false, agent: false, headers: { 'audit-id': 'stranger', authorization: 'Bearer wrong' },
  }), 'response')
  await once(answer.resume(), 'end')
  return (await api('GET', configMaps)).headers['audit-id']
}
let answeredId: unknown

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mimikube-audit-'))
  file = path.join(folder, 'audit.log')
  const cluster = await startTestCluster({ nodes: 0, auditLog: file, verbosity: 2, log: line => { logged.push(line) } })
  const api = apiOf(cluster)
  answeredId = await ask(api, cluster.url)
  await api.open('GET', `${configMaps}?watch=true`, { headers: { 'audit-id': 'cut' } })
  await cluster.stop()
  api.close()
  events = (await readFile(file, 'utf8')).trimEnd().split('\n').map(line => JSON.parse(line))
})
afterAll(() => rm(folder, { recursive: true }))

const of = (id: string) => events.filter(({ auditID }) => auditID === id)
const stagesOf = (id: string) => of(id).map(({ stage }) => stage)

describe('the audit log', () => {
  test('tells of a request when it comes and when it is answered', () => {
    const [received, complete, ...more] = of('create')
    expect(more).toEqual([])
    expect(Object.keys(complete)).toEqual(['kind', 'apiVersion', 'level', 'auditID', 'stage', 'requestURI', 'verb', 'user', 'sourceIPs',
      'userAgent', 'objectRef', 'responseStatus', 'requestReceivedTimestamp', 'stageTimestamp', 'annotations'])
    expect(complete).toMatchObject({
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', stage: 'ResponseComplete', requestURI: configMaps, verb: 'create',
      user: { username: 'kubernetes-admin', groups: expect.arrayContaining(['system:authenticated']) },
      sourceIPs: ['127.0.0.1'], userAgent: 'asker/1',
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'a', uid: 'u', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 201 },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    })
    expect(received).toMatchObject({ stage: 'RequestReceived', objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' } })
    expect(received).not.toHaveProperty('annotations')
    expect(received).not.toHaveProperty('responseStatus')
    expect(received.stageTimestamp).toBe(received.requestReceivedTimestamp)
    expect(complete.stageTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  })

  test('says with what Status a request was refused, or a deletion answered', () => {
    expect(of('missing')[1]).toMatchObject({
      verb: 'get', requestURI: `${configMaps}/missing?pretty=true`, sourceIPs: ['10.1.2.3', '127.0.0.1'],
      responseStatus: {
        metadata: {}, status: 'Failure', message: 'configmaps "missing" not found', reason: 'NotFound',
        details: { name: 'missing', kind: 'configmaps' }, code: 404,
      },
    })
    expect(of('delete')[1].responseStatus).toMatchObject({ status: 'Success', details: { name: 'a', kind: 'configmaps' }, code: 200 })
  })

  test('knows no name that the server has made up', () => {
    expect(of('generate')[1].objectRef).toEqual({ resource: 'configmaps', namespace: 'default', apiVersion: 'v1' })
  })

  test('says as whom somebody acts, and why he may not', () => {
    expect(of('forbidden')[1]).toMatchObject({
      user: { username: 'kubernetes-admin' }, impersonatedUser: { username: 'dev', groups: ['crew', 'system:authenticated'] },
      objectRef: { resource: 'deployments', namespace: 'default', name: 'web', apiGroup: 'apps', apiVersion: 'v1', subresource: 'scale' },
      responseStatus: { reason: 'Forbidden', code: 403 },
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
    })
  })

  test('has a third stage for a watch, and tells of its end however it comes', () => {
    expect(stagesOf('watch')).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete'])
    expect(of('watch')[1]).toMatchObject({ verb: 'watch', responseStatus: { metadata: {}, code: 200 } })
    expect(stagesOf('cut')).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete'])
    expect(of('bad-watch').map(({ responseStatus }) => responseStatus?.code)).toEqual([undefined, 400, 400])
  })

  test('has no object for what is no resource', () => {
    expect(of('health')[1]).toMatchObject({ verb: 'get', requestURI: '/healthz', responseStatus: { metadata: {}, code: 200 } })
    expect(of('health')[1]).not.toHaveProperty('objectRef')
  })

  test('tells once of those whom nobody knows', () => {
    expect(of('stranger')).toMatchObject([{
      stage: 'ResponseStarted', user: {}, verb: 'list', responseStatus: { status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    }])
  })

  test('names each request in its answer; the file is its owner\'s alone', async () => {
    expect(answeredId).toMatch(/^[0-9a-f-]{36}$/)
    expect(of(answeredId as string)).toHaveLength(2)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})

test('at verbosity 2 there is a line in the log for each request', () => {
  const lines = logged.filter(line => line.startsWith('{')).map(line => JSON.parse(line))
  expect(lines.find(line => line['audit-ID'] === 'create')).toEqual({
    v: 2, verb: 'POST', URI: configMaps, latency: expect.stringMatching(/^[\d.]+ms$/), userAgent: 'asker/1', 'audit-ID': 'create',
    srcIP: expect.stringMatching(/^127\.0\.0\.1:\d+$/), resp: 201, msg: 'HTTP',
  })
  expect(lines.find(line => line['audit-ID'] === 'watch')).toMatchObject({ verb: 'WATCH', resp: 200 })
})

test('a file that can\'t be written stops the start', async () => {
  await expect(startTestCluster({ nodes: 0, auditLog: path.join(folder, 'none', 'audit.log') })).rejects.toMatchObject({ code: 'ENOENT' })
})
