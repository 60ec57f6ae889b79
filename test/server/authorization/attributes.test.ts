import { describe, expect, test } from 'vitest'
import { attributesOf } from '../../../server/authorization/attributes.ts'
import { forbidden } from '../../../server/authorization/authorizer.ts'
import { user } from './store-of-roles.ts'

const asked = (request: string) => {
  const [method, url] = request.split(' '), [path, query = ''] = url.split('?')
  return attributesOf({ method, path, query: new URLSearchParams(query), user: user('nobody') })
}

/** Recorded from a real kube-apiserver 1.36.2, as a user without rights. */
const refusals: [request: string, message: string, details: object][] = [
  ['GET /api/v1/pods', 'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope',
    { kind: 'pods' }],
  ['OPTIONS /api/v1/pods', 'pods is forbidden: User "nobody" cannot  resource "pods" in API group "" at the cluster scope',
    { kind: 'pods' }],
  ['GET //api/v1//pods', 'forbidden: User "nobody" cannot get resource "" in API group "" at the cluster scope',
    { name: 'pods' }],
  ['GET /api/v1/namespaces//pods',
    'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope',
    { kind: 'pods' }],
  ['GET /api/v1/proxy/pods/x',
    'pods "x" is forbidden: User "nobody" cannot proxy resource "pods" in API group "" at the cluster scope',
    { name: 'x', kind: 'pods' }],
  ['FOO /x', 'forbidden: User "nobody" cannot foo path "/x"', {}],
  ['GET /api/v1/namespaces/a%2Fb/pods',
    'b "pods" is forbidden: User "nobody" cannot get resource "b" in API group "" in the namespace "a"',
    { name: 'pods', kind: 'b' }],
  ['POST /api/v1/pods/x',
    'pods "x" is forbidden: User "nobody" cannot create resource "pods" in API group "" at the cluster scope',
    { name: 'x', kind: 'pods' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name=a/b',
    'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope', { kind: 'pods' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name%3Da,status.phase%3DRunning',
    'pods "a" is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope', { name: 'a',
      kind: 'pods' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name!%3Da',
    'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope', { kind: 'pods' }],
  ['GET /api/v1/pods?watch=0&fieldSelector=metadata.name%3Da',
    'pods "a" is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope', { name: 'a',
      kind: 'pods' }],
  ['DELETE /api/v1/namespaces/x/pods?fieldSelector=metadata.name%3Da',
    'pods is forbidden: User "nobody" cannot deletecollection resource "pods" in API group "" in the namespace "x"',
      { kind: 'pods' }],
  ['GET /api/v1/watch/namespaces/x/pods/y/log',
    'pods "y" is forbidden: User "nobody" cannot watch resource "pods/log" in API group "" in the namespace "x"', { name: 'y',
      kind: 'pods' }],
  ['GET /a<b>&c', 'forbidden: User "nobody" cannot get path "/a&lt;b&gt;&amp;c"', {}],
  ['PUT /api/v1/namespaces/x/finalize',
    'namespaces "x" is forbidden: User "nobody" cannot update resource "namespaces/finalize" in API group "" in the namespace "x"',
    { name: 'x', kind: 'namespaces' }],
  ['GET /api/v1/nodes/x/proxy/a/b',
    'nodes "x" is forbidden: User "nobody" cannot get resource "nodes/proxy" in API group "" at the cluster scope',
    { name: 'x', kind: 'nodes' }],
  ['POST /api/v1/namespaces/x/pods/y/exec',
    'pods "y" is forbidden: User "nobody" cannot create resource "pods/exec" in API group "" in the namespace "x"',
      { name: 'y', kind: 'pods' }],
  ['GET /apis/no.such.group/v1/things',
    'things.no.such.group is forbidden: User "nobody" cannot list resource "things" in API group "no.such.group" at the cluster scope',
    { group: 'no.such.group', kind: 'things' }],
  ['GET /metrics/', 'forbidden: User "nobody" cannot get path "/metrics/"', {}],
  ['GET /api/v1/pods?watch=1&resourceVersion=x',
    'pods is forbidden: User "nobody" cannot watch resource "pods" in API group "" at the cluster scope', { kind: 'pods' }],
]

describe('what a request asks for', () => {
  test.each(refusals)('%s', (request, message, details) => {
    expect(forbidden(asked(request), '').status).toMatchObject({ code: 403, reason: 'Forbidden', message, details })
  })

  test('a reason follows the sentence', () => {
    expect(forbidden(asked('GET /x'), 'because').message).toBe('forbidden: User "nobody" cannot get path "/x": because')
  })

  test('paths of discovery are no resources', () => {
    for (const path of ['/', '/api', '/api/v1', '/api/v1/', '/apis', '/apis/apps', '/apis/apps/v1', '/version']) {
      expect(asked(`GET ${path}`)).toMatchObject({ isResource: false, path, verb: 'get' })
    }
  })

  test('a prototype\'s name is a name like any other', () => {
    expect(asked('constructor /api/v1/namespaces/__proto__/pods')).toMatchObject({ namespace: '__proto__', isResource: true })
    expect(asked('GET /apis/__proto__/constructor/toString')).toMatchObject({ group: '__proto__', resource: 'toString' })
  })
})
