import { beforeEach, describe, expect, test } from 'vitest'
import { defineKind, type Kind } from '../../../api/kind.ts'
import { StatusError } from '../../../api/status.ts'
import { discover, type DiscoveryAnswer, type DiscoveryServer } from '../../../server/discovery/discover.ts'
import { compareVersions } from '../../../server/discovery/versions.ts'
import { createRegistry } from '../../../server/resources/registry.ts'

const kind = (group: string, version: string, name: string, plural: string, more: Partial<Kind> = {}): Kind =>
  defineKind({ group, version, kind: name, plural, singular: name.toLowerCase(), namespaced: true, schema: '', ...more })

const horizontalV2 = kind('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers')
const kinds = [
  kind('', 'v1', 'Pod', 'pods', { shortNames: ['po'], categories: ['all'], subresources: { status: true } }),
  kind('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  kind('autoscaling', 'v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    storedAs: { kind: horizontalV2, fromStored: object => object, toStored: object => object },
  }),
  horizontalV2,
  kind('apps', 'v1', 'Deployment', 'deployments',
    { subresources: { status: true, scale: { specReplicasPath: '', statusReplicasPath: '' } } }),
  kind('zoo.example', 'v1alpha1', 'Cage', 'cages'),
]
const actions = [
  {
    group: '', version: 'v1', plural: 'pods', subresource: 'eviction', kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
    verbs: ['create'], namespaced: true,
  },
  { group: '', version: 'v1', plural: 'bindings', subresource: '', kind: { kind: 'Binding' }, verbs: ['create'],
    namespaced: true },
]
const aggregatedV2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

let server: DiscoveryServer
beforeEach(() => {
  server = { registry: createRegistry(kinds), actions, address: '10.0.0.1:6443',
    health: { informersSynced: true, shuttingDown: false } }
})

interface Ask { method?: string; accept?: string; ifNoneMatch?: string }
function ask(target: string, { method = 'GET', accept = '', ifNoneMatch = '' }: Ask = {}): DiscoveryAnswer {
  const [path, query] = target.split('?')
  const answer = discover({ method, path, query: new URLSearchParams(query), accept, ifNoneMatch, pretty: false }, server)
  if (!answer) throw new Error(`${path} is not answered by discovery`)
  return answer
}
const documentAt = (target: string, options: Ask = {}) => JSON.parse(String(ask(target, options).body))
function refusal(target: string, options: Ask = {}) {
  try { ask(target, options) } catch (error) { return (error as StatusError).status }
  throw new Error('was answered')
}

describe('the documents', () => {
  test('/api names the core versions and the address', () => {
    expect(documentAt('/api')).toEqual({
      kind: 'APIVersions', versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }],
    })
  })

  test('/apis lists built-in groups in upstream\'s order, then custom ones, newest version first', () => {
    expect(documentAt('/apis').groups.map((group: any) => group.name)).toEqual(['apps', 'autoscaling', 'policy', 'zoo.example'])
    expect(documentAt('/apis/autoscaling')).toEqual({
      kind: 'APIGroup', apiVersion: 'v1', name: 'autoscaling',
      versions: [{ groupVersion: 'autoscaling/v2', version: 'v2' }, { groupVersion: 'autoscaling/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
    })
  })

  test('a resource list is sorted, with subresources, actions and storage hashes', () => {
    const pods = { namespaced: true, singularName: '' }
    const part = ['get', 'patch', 'update']
    const { resources, ...head } = documentAt('/api/v1')
    expect(head).toEqual({ kind: 'APIResourceList', groupVersion: 'v1' })
    expect(resources).toEqual([
      { name: 'bindings', singularName: 'binding', namespaced: true, kind: 'Binding', verbs: ['create'] },
      {
        name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', shortNames: ['po'], categories: ['all'],
          storageVersionHash: 'xPOwRZ+Yhw8=',
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      },
      { ...pods, name: 'pods/ephemeralcontainers', kind: 'Pod', verbs: part },
      { ...pods, name: 'pods/eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
      { ...pods, name: 'pods/resize', kind: 'Pod', verbs: part },
      { ...pods, name: 'pods/status', kind: 'Pod', verbs: part },
    ])
  })

  test('two kinds that share a storage have the same hash', () => {
    for (const version of ['v1', 'v2']) {
      expect(documentAt(`/apis/autoscaling/${version}`).resources[0].storageVersionHash).toBe('qwQve8ut294=')
    }
  })

  test('documents follow the registry', () => {
    expect(ask('/apis/new.example').code).toBe(404)
    const added = kind('new.example', 'v1', 'Thing', 'things')
    server.registry.add(added)
    expect(documentAt('/apis/new.example').name).toBe('new.example')
    server.registry.remove(added)
    expect(ask('/apis/new.example').code).toBe(404)
  })
})

describe('aggregated discovery', () => {
  test('is given to those who ask, wherever they ask in Accept', () => {
    for (const accept of [aggregatedV2, `${aggregatedV2},application/json`, `application/json,${aggregatedV2}`]) {
      const answer = ask('/apis', { accept })
      expect(answer.headers['content-type']).toBe(aggregatedV2)
      expect(answer.headers.etag).toMatch(/^"[0-9A-F]{128}"$/)
      expect(JSON.parse(String(answer.body)))
        .toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' })
    }
  })

  test('an unchanged document is not sent again', () => {
    const { headers } = ask('/api', { accept: aggregatedV2 })
    expect(ask('/api', { accept: aggregatedV2, ifNoneMatch: headers.etag })).toMatchObject({ code: 304, body: '' })
    server.registry.add(kind('', 'v1', 'Node', 'nodes'))
    expect(ask('/api', { accept: aggregatedV2, ifNoneMatch: headers.etag }).code).toBe(200)
  })

  test('versions other than v2 fall back to the plain document, or are not acceptable', () => {
    const beta = aggregatedV2.replace('v=v2', 'v=v2beta1')
    expect(documentAt('/apis', { accept: `${beta},application/json` }).kind).toBe('APIGroupList')
    expect(refusal('/apis', { accept: beta }).message)
      .toBe('only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf')
    expect(refusal('/apis/apps', { accept: aggregatedV2 }).code).toBe(406)
  })
})

describe('what is refused', () => {
  test('two texts for a media type that is not available', () => {
    expect(refusal('/version', { accept: 'text/html' })).toMatchObject({
      code: 406, message: '406: Not Acceptable\n\nAvailable representations: application/json', details: {},
    })
    expect(refusal('/apis', { accept: 'text/html' })).not.toHaveProperty('details')
  })

  test('the method counts on some paths only', () => {
    for (const path of ['/api', '/version', '/api/v1', '/apis/apps/v1']) expect(refusal(path, { method: 'PUT' }).code).toBe(405)
    for (const path of ['/apis', '/apis/apps', '/livez', '/']) expect(ask(path, { method: 'POST' }).code).toBe(200)
  })

  test('unknown groups are plain text, unknown versions of a built-in group a Status', () => {
    for (const path of ['/apis/nope', '/apis/nope/v1/things', '//api', '/healthz/', '/healthz/nope', '/apis//v1',
      '/apis/zoo.example/v9']) {
      expect(ask(path)).toMatchObject({ code: 404, body: '404 page not found\n' })
    }
    for (const path of ['/apis/apps/v9', '/api/v2', '/api//v1', '/apis/apps/v9/deployments']) {
      expect(refusal(path)).toMatchObject({ code: 404, message: 'the server could not find the requested resource', details: {} })
    }
  })

  test('a trailing slash is fine, and resources are not answered here', () => {
    for (const path of ['/api/', '/apis/', '/apis/apps/', '/apis/apps/v1/', '/version/']) expect(ask(path).code).toBe(200)
    for (const path of ['/api/v1/pods', '/apis/apps/v1/deployments', '/openapi/v3', '/nope']) expect(() => ask(path))
      .toThrow('not answered')
  })
})

describe('health', () => {
  test('is one word, or a report, or one check', () => {
    expect(ask('/healthz')).toMatchObject({ code: 200, body: 'ok' })
    expect(String(ask('/livez?verbose').body)).toMatch(/^\[\+\]ping ok\n[^]*\[\+\]etcd ok\n[^]*livez check passed\n$/)
    expect(ask('/livez/ping').body).toBe('ok')
    expect(ask('/readyz/etcd').code).toBe(404)
  })

  test('exclusions are honoured, unknown ones named', () => {
    expect(ask('/healthz?verbose&exclude=etcd').body).toContain('[+]etcd excluded: ok\n')
    expect(ask('/readyz?verbose&exclude=etcd').body)
      .toContain('warn: some health checks cannot be excluded: no matches for "etcd"\nreadyz check passed\n')
  })

  test('readyz fails until the informers are synced, livez does not', () => {
    server.health.informersSynced = false
    expect(ask('/readyz')).toMatchObject({ code: 500 })
    expect(ask('/readyz').body).toContain('[-]informer-sync failed: reason withheld\n')
    expect(ask('/livez').code).toBe(200)
  })
})

test('versions sort as Kubernetes sorts them', () => {
  expect(['v1alpha1', 'foo', 'v1', 'v10', 'v2beta1', 'v2', 'v2beta10', 'bar'].sort(compareVersions))
    .toEqual(['v10', 'v2', 'v1', 'v2beta10', 'v2beta1', 'v1alpha1', 'bar', 'foo'])
})
