import { beforeEach, describe, expect, test } from 'vitest'
import { createImpersonate, type Impersonate } from '../../../server/stages/impersonate.ts'
import type { UserInfo } from '../../../server/user.ts'
import { person, rule, storeOfRoles, user } from './store-of-roles.ts'

let roles: ReturnType<typeof storeOfRoles>
let impersonate: Impersonate
beforeEach(() => {
  roles = storeOfRoles()
  impersonate = createImpersonate(roles.authorizer)
})
const as = (who: UserInfo, headers: Record<string, string | string[]>, path = '/api/v1/namespaces') =>
  impersonate({ method: 'GET', path, query: new URLSearchParams(), user: who }, headers)
const root = user('root', 'system:masters')
const grant = async (name: string, ...rules: object[]) => {
  await roles.clusterRole(`of-${name}`, rules)
  await roles.bindAll(`of-${name}`, `ClusterRole/of-${name}`, person(name))
}

describe('acting as somebody else', () => {
  test('gives the user, groups, uid and extra values asked for', () => {
    expect(as(root, {
      'impersonate-user': 'mia', 'impersonate-uid': '7', 'impersonate-group': ['devs', 'ops'], 'impersonate-extra-scopes': 'read',
      'impersonate-extra-example.test%2fteam': 'Red',
    })).toEqual({ name: 'mia', uid: '7', groups: ['devs', 'ops', 'system:authenticated'],
      extra: { scopes: ['read'], 'example.test/team': ['Red'] } })
  })

  test('without a header leaves the user as he is', () => {
    expect(as(root, { accept: 'x' })).toBe(root)
  })

  test.each([
    ['system:serviceaccount:n:bot', ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated']],
    ['system:node:one', ['system:nodes', 'system:authenticated']],
    ['system:anonymous', ['system:unauthenticated']],
    ['mia', ['system:authenticated']],
  ])('%s comes with his groups', (name, groups) => {
    expect(as(root, { 'impersonate-user': name }).groups).toEqual(groups)
  })

  test('of nobody is refused as upstream words it', () => {
    expect(() => as(root, { 'impersonate-group': 'devs' })).toThrow(expect.objectContaining({
      code: 400, message: 'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"devs"}, '
        + 'Extra:map[string][]string(nil)} without impersonating a user name',
    }))
  })
})

describe('who may', () => {
  const refusal = (who: string, headers: Record<string, string | string[]>, path?: string) => {
    try { as(user(who), headers, path) } catch (error) { return (error as Error).message }
    return 'allowed'
  }

  test('a stranger is refused in the words of constrained impersonation', () => {
    expect(refusal('eve', { 'impersonate-user': 'mia' })).toBe(
      'namespaces is forbidden: User "eve" cannot impersonate-on:user-info:list resource "namespaces" in API group "" at the cluster scope')
    expect(refusal('eve', { 'impersonate-user': 'system:serviceaccount:a:b' }, '/api'))
      .toBe('forbidden: User "eve" cannot impersonate-on:serviceaccount:get path "/api"')
    expect(refusal('eve', { 'impersonate-user': 'system:node:x' }, '/api'))
      .toBe('forbidden: User "eve" cannot impersonate-on:arbitrary-node:get path "/api"')
  })

  test('the verb impersonate is enough, for each thing asked for', async () => {
    await grant('dev', rule(['impersonate'], ['users', 'groups'], [''], ['mia', 'devs']))
    expect(refusal('dev', { 'impersonate-user': 'mia', 'impersonate-group': 'devs' })).toBe('allowed')
    // From then on that is the way that is tried first, and its refusal the one that is told.
    expect(refusal('dev', { 'impersonate-user': 'tom' })).toBe(
      'users "tom" is forbidden: User "dev" cannot impersonate resource "users" in API group "" at the cluster scope')
    expect(refusal('dev', { 'impersonate-user': 'mia', 'impersonate-group': 'system:masters' })).toBe(
      'groups "system:masters" is forbidden: User "dev" cannot impersonate resource "groups" in API group "" at the cluster scope')
    expect(refusal('dev', { 'impersonate-user': 'mia', 'impersonate-uid': '3' }))
      .toBe('uids.authentication.k8s.io "3" is forbidden: '
      + 'User "dev" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope')
    expect(refusal('dev', { 'impersonate-user': 'mia', 'impersonate-extra-scopes': 'all' }))
      .toBe('userextras.authentication.k8s.io "all" '
      + 'is forbidden: User "dev" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope')
  })

  test('constrained: only for what may be done while impersonating, and never as system:masters', async () => {
    await grant('dev', rule(['impersonate:user-info'], ['users', 'groups'], ['authentication.k8s.io']),
      rule(['impersonate-on:user-info:list'], ['pods']))
    expect(refusal('dev', { 'impersonate-user': 'mia' }, '/api/v1/namespaces/n/pods')).toBe('allowed')
    expect(refusal('dev', { 'impersonate-user': 'mia' }, '/api/v1/namespaces/n/secrets')).toBe('secrets is forbidden: '
      + 'User "dev" cannot impersonate-on:user-info:list resource "secrets" in API group "" in the namespace "n"')
    expect(refusal('dev', { 'impersonate-user': 'mia', 'impersonate-group': 'system:masters' }, '/api/v1/namespaces/n/pods'))
      .toBe('groups.authentication.k8s.io "system:masters" is forbidden: User "dev" cannot impersonate:user-info resource "groups" '
        + 'in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed')
  })

  test('a service account may be the node that its pod runs on', async () => {
    await roles.clusterRole('agent', [rule(['impersonate:associated-node'], ['nodes'], ['authentication.k8s.io']),
      rule(['impersonate-on:associated-node:list'], ['pods'])])
    await roles.bindAll('agent', 'ClusterRole/agent', { kind: 'ServiceAccount', name: 'agent', namespace: 'n' })
    const agent = (node: string): UserInfo => ({ ...user('system:serviceaccount:n:agent'),
      extra: { 'authentication.kubernetes.io/node-name': [node] } })
    const wanted = { 'impersonate-user': 'system:node:one' }
    expect(as(agent('one'), wanted, '/api/v1/pods')).toEqual({ name: 'system:node:one', groups: ['system:nodes',
      'system:authenticated'] })
    expect(() => as(agent('two'), wanted, '/api/v1/pods')).toThrow('impersonate-on:arbitrary-node:list')
  })
})
