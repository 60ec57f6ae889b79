import { expect, test } from 'vitest'
import { nodes } from '../../../api/kinds/core/nodes.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { serviceAccounts } from '../../../api/kinds/core/serviceaccounts.ts'
import { forbiddenNodeLabels } from '../../../server/admission/node-labels.ts'
import { nodeRestriction } from '../../../server/admission/node-restriction.ts'
import { admit, createWorld, refusal } from './world.ts'

const kubelet = { user: { name: 'system:node:one', groups: ['system:nodes'] } }
const { world } = createWorld([nodes, { metadata: { name: 'one' } }],
  [pods, { metadata: { name: 'mine', namespace: 'n' }, spec: { nodeName: 'one', volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault' } }] } }] } }],
  [pods, { metadata: { name: 'other', namespace: 'n' }, spec: { nodeName: 'two' } }])
const owner = { apiVersion: 'v1', kind: 'Node', name: 'one', uid: 'uid-one', controller: true }
const mirror = (metadata: object = {}, spec: object = {}) =>
  ({ metadata: { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: [owner], ...metadata }, spec: { nodeName: 'one', containers: [], ...spec } })

test('a kubelet makes mirror pods of its own that refer to nothing else', async () => {
  expect(await refusal(admit([nodeRestriction], world, pods, mirror(), kubelet))).toBe('admitted')
  expect(await refusal(admit([nodeRestriction], world, pods, mirror({ annotations: {} }), kubelet)))
    .toBe('pods "m" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods')
  expect(await refusal(admit([nodeRestriction], world, pods, mirror({ ownerReferences: [{ ...owner, uid: 'x' }] }), kubelet)))
    .toBe('pods "m" is forbidden: node one UID mismatch: expected x got uid-one')
  expect(await refusal(admit([nodeRestriction], world, pods, mirror({}, { volumes: [{ name: 'v', secret: { secretName: 's' } }] }), kubelet)))
    .toBe('pods "m" is forbidden: node "one" can not create pods that reference secrets')
})

test('who is no kubelet is not restricted', async () => {
  expect(await refusal(admit([nodeRestriction], world, pods, mirror({ annotations: {} })))).toBe('admitted')
})

test('a kubelet gets tokens for the pods on its node and for their audiences only', async () => {
  const ask = (name: string, audiences: string[]) => refusal(admit([nodeRestriction], world, serviceAccounts,
    { metadata: { name: 'a' }, spec: { audiences, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid: `uid-${name}` } } }, { ...kubelet, subresource: 'token' }))
  expect(await ask('mine', ['vault'])).toBe('admitted')
  expect(await ask('mine', ['other'])).toBe('serviceaccounts "a" is forbidden: audience "other" not found in pod spec volume, '
    + 'system:node:one is not authorized to request tokens for this audience')
  expect(await ask('other', [])).toBe('serviceaccounts "a" is forbidden: node requested token bound to a pod scheduled on a different node')
})

test('a kubelet labels its node only with what says nothing about others', () => {
  expect(forbiddenNodeLabels({ 'a': 'b', 'kubernetes.io/os': 'linux', 'x.node.kubernetes.io/y': 'z', 'kubernetes.io/role': 'r', 'foo.k8s.io/a': '',
    'node-restriction.kubernetes.io/x': 'y' })).toEqual(['foo.k8s.io/a', 'kubernetes.io/role', 'node-restriction.kubernetes.io/x'])
  expect(forbiddenNodeLabels({ 'kubernetes.io/role': 'r' }, { 'kubernetes.io/role': 'r' })).toEqual([])
})
