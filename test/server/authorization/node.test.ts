import { expect, test } from 'vitest'
import { persistentVolumes } from '../../../api/kinds/core/persistentvolumes.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { resourceAttributes, type Attributes } from '../../../server/authorization/attributes.ts'
import { createNodeAuthorizer } from '../../../server/authorization/node.ts'
import type { UserInfo } from '../../../server/user.ts'
import { createWorld } from '../admission/world.ts'

const { world } = createWorld(
  [pods, { metadata: { name: 'p', namespace: 'n' }, spec: {
    nodeName: 'one', serviceAccountName: 'bot', imagePullSecrets: [{ name: 'pull' }],
    containers: [{ name: 'c', envFrom: [{ configMapRef: { name: 'settings' } }],
      env: [{ name: 'a', valueFrom: { secretKeyRef: { name: 'key', key: 'k' } } }] }],
    volumes: [
      { name: 'a', secret: { secretName: 'mounted' } }, { name: 'b', persistentVolumeClaim: { claimName: 'claim' } },
      { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'shown' } }] } },
      { name: 'd', ephemeral: {} },
    ] } }],
  [pods, { metadata: { name: 'q', namespace: 'n' }, spec: { nodeName: 'two', containers: [] } }],
  [persistentVolumes, { metadata: { name: 'disk' }, spec: { claimRef: { namespace: 'n', name: 'claim' },
    csi: { nodePublishSecretRef: { namespace: 'drivers', name: 'disk-key' } } } }],
)
const authorizer = createNodeAuthorizer(world)
const kubelet = (name: string): UserInfo => ({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] })
const answer = (verb: string, what: string, more: Partial<Attributes> = {}, node = 'one') => {
  const [path, name = ''] = what.split(' '), [group, resource] = path.includes('/') ? path.split('/') : ['', path]
  const { allowed, reason } = authorizer.authorize(resourceAttributes(kubelet(node), verb, { group, resource, name,
    namespace: 'n', ...more }))
  return allowed || reason
}
const unrelated = "no relationship found between node 'one' and this object"

test.each<[what: string, answer: true | string]>([
  ['secrets mounted', true], ['secrets projected', true], ['secrets key', true], ['secrets pull', true], ['secrets other',
    unrelated],
  ['configmaps settings', true], ['configmaps shown', true], ['configmaps other', unrelated],
  ['persistentvolumeclaims claim', true], ['persistentvolumeclaims p-d', true], ['persistentvolumeclaims other', unrelated],
  ['persistentvolumes disk', true], ['persistentvolumes none', unrelated],
  ['serviceaccounts bot', true], ['serviceaccounts default', unrelated], ['pods p', true], ['pods q', unrelated],
  ['nodes one', true], ['nodes two', "node 'one' cannot read 'two', only its own Node object"],
  ['services any', true], ['deployments any', ''], ['secrets ', 'No Object name found'],
])('a kubelet that gets %s', (what, expected) => {
  expect(answer('get', what)).toBe(expected)
})

test('a kubelet reads the secrets of the volumes that its pods claim', () => {
  expect(answer('get', 'secrets disk-key', { namespace: 'drivers' })).toBe(true)
  expect(answer('get', 'secrets disk-key')).toBe(unrelated)
})

test('a kubelet lists what is bound to it alone', () => {
  const onNode = (value: string) => ({ fields: [{ field: 'spec.nodeName', op: '=' as const, value }] })
  expect(answer('list', 'pods', onNode('one'))).toBe(true)
  expect(answer('list', 'pods', onNode('two'))).toBe('can only list/watch pods with spec.nodeName field selector')
  expect(answer('list', 'nodes')).toBe("node 'one' cannot read all nodes, only its own Node object")
})

test('a kubelet keeps its own lease, and makes tokens for the accounts of its pods', () => {
  const leases = 'coordination.k8s.io/leases', home = { namespace: 'kube-node-lease' }
  expect(answer('update', `${leases} one`, home)).toBe(true)
  expect(answer('update', `${leases} two`, home)).toBe('can only access node lease with the same name as the requesting node')
  expect(answer('update', `${leases} one`)).toBe('can only access leases in the "kube-node-lease" system namespace')
  expect(answer('create', 'serviceaccounts bot', { subresource: 'token' })).toBe(true)
  expect(answer('create', 'serviceaccounts default', { subresource: 'token' })).toBe(unrelated)
})

test('who is in no group of nodes is no node, and a node\'s rights can\'t be listed', () => {
  const stranger = { name: 'system:node:one', groups: ['system:authenticated'] }
  expect(authorizer.authorize(resourceAttributes(stranger, 'get', { resource: 'services' }))).toEqual({ allowed: false,
    reason: '' })
  expect(authorizer.rulesFor(kubelet('one'), 'n')).toEqual({ rules: [], incomplete: true,
    errors: ['node authorizer does not support user rule resolution'] })
})
