import { describe, expect, test } from 'vitest'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { serviceAccounts } from '../../../api/kinds/core/serviceaccounts.ts'
import { localSubjectAccessReviews, selfSubjectAccessReviews, selfSubjectRulesReviews,
  subjectAccessReviews } from '../../../server/actions/access-reviews.ts'
import { selfSubjectReviews, tokenReviews } from '../../../server/actions/authentication-reviews.ts'
import { componentStatuses } from '../../../server/actions/component-statuses.ts'
import { serviceAccountToken } from '../../../server/actions/service-account-token.ts'
import { person, rule } from '../authorization/store-of-roles.ts'
import { createBench } from './tools.ts'

const bench = createBench([namespaces, { metadata: { name: 'n' }, status: { phase: 'Active' } }],
  [serviceAccounts, { metadata: { name: 'bot', namespace: 'n' } }],
  [pods, { metadata: { name: 'p', namespace: 'n' }, spec: { serviceAccountName: 'bot', nodeName: 'm', containers: [] } }])

describe('tokens of service accounts', () => {
  test('are issued, reviewed, and refused for other audiences', async () => {
    const issued = await bench.status(serviceAccountToken, 'bot',
      { spec: { audiences: ['shop', 'mall'], expirationSeconds: 1200 } })
    expect(issued).toMatchObject({
      kind: 'TokenRequest', metadata: { name: 'bot', namespace: 'n' },
        spec: { audiences: ['shop', 'mall'], expirationSeconds: 1200 },
      status: { expirationTimestamp: '2026-01-02T03:24:05Z' },
    })
    const review = (spec: object) => bench.status(tokenReviews, undefined, { spec: { token: issued.status.token, ...spec } })
    expect((await review({ audiences: ['mall', 'zoo'] })).status).toMatchObject({
      authenticated: true, audiences: ['mall'], user: { username: 'system:serviceaccount:n:bot', uid: 'uid-bot' },
    })
    expect((await review({})).status).toEqual({
      user: {}, error: '[invalid bearer token, token audiences ["shop" "mall"] is invalid for the target audiences ["https://kubernetes.default.svc.cluster.local"]]',
    })
  })

  test('can be bound to a pod of the account', async () => {
    const bind = (boundObjectRef: object, account = 'bot') =>
      bench.status(serviceAccountToken, account, { spec: { boundObjectRef: { apiVersion: 'v1', ...boundObjectRef } } })
    const { token } = (await bind({ kind: 'Pod', name: 'p' })).status
    expect(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())['kubernetes.io']).toEqual({
      namespace: 'n', node: { name: 'm' }, pod: { name: 'p', uid: 'uid-p' },
        serviceaccount: { name: 'bot', uid: 'uid-bot' },
    })
    expect((await bind({ kind: 'Pod', name: 'none' })).message).toBe('pods "none" not found')
    expect((await bind({ kind: 'Pod', name: 'p', uid: 'other' })).message)
      .toContain('the UID in the bound object reference (other) does not match')
    expect((await bind({ kind: 'ConfigMap', name: 'p' })).message).toBe('cannot bind token to object of type /v1, Kind=ConfigMap')
  })

  test('live ten minutes at least', async () => {
    expect((await bench.status(serviceAccountToken, 'bot', { spec: { expirationSeconds: 60 } })).message)
      .toBe('TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes')
    expect((await bench.status(serviceAccountToken, 'nobody')).message).toBe('serviceaccounts "nobody" not found')
  })
})

describe('who am I', () => {
  test('the user of the request, with what he has', async () => {
    const user = { name: 'mia', uid: '7', groups: ['devs'], extra: { scopes: ['read'] } }
    expect((await bench.status(selfSubjectReviews, undefined, {}, { user })).status).toEqual({
      userInfo: { username: 'mia', uid: '7', groups: ['devs'], extra: { scopes: ['read'] } },
    })
  })
})

describe('access reviews', () => {
  const resourceAttributes = { verb: 'get', resource: 'pods' }, user = { name: 'mia', groups: ['system:authenticated'] }

  test('allow masters without a reason, others with the true one', async () => {
    expect((await bench.status(selfSubjectAccessReviews, undefined, { spec: { resourceAttributes } })).status)
      .toEqual({ allowed: true })
    expect((await bench.status(selfSubjectAccessReviews, undefined, { spec: { resourceAttributes } }, { user })).status)
      .toEqual({ allowed: false })
    await bench.roles.clusterRole('reader', [rule(['get'], ['pods'])])
    await bench.roles.bindAll('reader', 'ClusterRole/reader', person('mia'))
    expect((await bench.status(selfSubjectAccessReviews, undefined, { spec: { resourceAttributes } }, { user })).status)
      .toEqual({ allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "reader" of ClusterRole "reader" to User "mia"' })
    expect((await bench.status(subjectAccessReviews, undefined,
      { spec: { groups: ['system:unauthenticated'], resourceAttributes } })).status).toEqual({ allowed: false })
  })

  test.each([
    [subjectAccessReviews, { user: 'mia' },
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified'],
    [subjectAccessReviews, { resourceAttributes },
      'spec.user: Invalid value: "": at least one of user or group must be specified'],
    [subjectAccessReviews, { user: 'mia', resourceAttributes, nonResourceAttributes: { path: '/x', verb: 'get' } },
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes'],
    [localSubjectAccessReviews, { user: 'mia', resourceAttributes: { ...resourceAttributes, namespace: 'elsewhere' } },
      'spec.resourceAttributes.namespace: Invalid value: "elsewhere": must match metadata.namespace'],
    [localSubjectAccessReviews, { user: 'mia', nonResourceAttributes: { path: '/x', verb: 'get' } },
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: disallowed on this kind of request'],
  ])('$plural of %j are refused', async (action, spec, why) => {
    expect(await bench.status(action, undefined, { spec }))
      .toMatchObject({ code: 422, message: `.authorization.k8s.io "" is invalid: ${why}` })
  })

  test('rules are for a namespace', async () => {
    expect(await bench.status(selfSubjectRulesReviews, undefined, { spec: {} }))
      .toMatchObject({ code: 400, message: 'no namespace on request' })
    expect((await bench.status(selfSubjectRulesReviews, undefined, { spec: { namespace: 'n' } })).status.incomplete).toBe(false)
  })
})

test('component statuses come with the warning that they are deprecated', async () => {
  const { answer } = await bench.run(componentStatuses, undefined)
  expect(componentStatuses.deprecated).toBe('v1 ComponentStatus is deprecated in v1.19+')
  expect(answer.type === 'list' && answer.items.map(item => item.object.metadata.name))
    .toEqual(['controller-manager', 'etcd-0', 'scheduler'])
})
