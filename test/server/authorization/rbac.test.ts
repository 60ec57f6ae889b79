import { beforeEach, describe, expect, test } from 'vitest'
import { resourceAttributes, type Attributes } from '../../../server/authorization/attributes.ts'
import { ruleAllows } from '../../../server/authorization/rule-match.ts'
import { missingRules } from '../../../server/authorization/rule-cover.ts'
import { account, crew, person, rule, storeOfRoles, user } from './store-of-roles.ts'

const asks = (verb: string, resource: string, more: Partial<Attributes> = {}, who = user('mia')) =>
  resourceAttributes(who, verb, { resource, namespace: 'n', ...more })

describe('a rule', () => {
  const cases: [name: string, rule: object, asked: Attributes, allowed: boolean][] = [
    ['allows its verbs', rule(['get', 'list'], ['pods']), asks('list', 'pods'), true],
    ['allows no others', rule(['get'], ['pods']), asks('delete', 'pods'), false],
    ['with a star allows all verbs, groups and resources', rule(['*'], ['*'], ['*']), asks('fly', 'things', { group: 'x',
      subresource: 's' }), true],
    ['for another group does not allow', rule(['get'], ['pods'], ['apps']), asks('get', 'pods'), false],
    ['for an object does not reach its subresource', rule(['get'], ['pods']), asks('get', 'pods', { subresource: 'log' }), false],
    ['names a subresource with a slash', rule(['get'], ['pods/log']), asks('get', 'pods', { subresource: 'log' }), true],
    ['takes a subresource of everything', rule(['get'], ['*/scale'], ['*']), asks('get', 'things', { group: 'x',
      subresource: 'scale' }), true],
    ['for names reaches these', rule(['get'], ['pods'], [''], ['one']), asks('get', 'pods', { name: 'one' }), true],
    ['for names reaches no list', rule(['list'], ['pods'], [''], ['one']), asks('list', 'pods'), false],
    ['for paths takes a star at the end', { verbs: ['get'], nonResourceURLs: ['/logs/*'] },
      asks('get', '', { isResource: false, path: '/logs/a/b' }), true],
    ['for paths does not take a part of a word', { verbs: ['get'], nonResourceURLs: ['/logs/*'] },
      asks('get', '', { isResource: false, path: '/logs' }), false],
    ['for resources says nothing of paths', rule(['*'], ['*'], ['*']), asks('get', '', { isResource: false, path: '/x' }), false],
    ['without anything allows nothing', {}, asks('get', 'pods'), false],
  ]
  test.each(cases)('%s', (_name, allowing, asked, allowed) => {
    expect(ruleAllows(allowing as never, asked)).toBe(allowed)
  })
})

describe('roles and bindings', () => {
  let roles: ReturnType<typeof storeOfRoles>
  beforeEach(() => { roles = storeOfRoles() })
  const decision = (asked: Attributes) => roles.authorizer.authorize(asked)

  test('a binding in a namespace gives rights there alone, and is named as the reason', async () => {
    await roles.role('n', 'r', [rule(['get'], ['pods'])])
    await roles.bind('n', 'b', 'Role/r', person('tom'), person('mia'))
    expect(decision(asks('get', 'pods')))
      .toEqual({ allowed: true, reason: 'RBAC: allowed by RoleBinding "b/n" of Role "r" to User "mia"' })
    for (const elsewhere of ['m', '']) expect(decision(asks('get', 'pods', { namespace: elsewhere })))
      .toEqual({ allowed: false, reason: '' })
  })

  test('a binding of the cluster gives them everywhere', async () => {
    await roles.clusterRole('c', [rule(['get'], ['pods'])])
    await roles.bindAll('b', 'ClusterRole/c', crew('ops'))
    for (const namespace of ['n', '']) expect(decision(asks('get', 'pods', { namespace }, user('x', 'ops'))))
      .toEqual({ allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "c" to Group "ops"' })
    expect(decision(asks('get', 'pods', {}, user('ops'))).allowed).toBe(false)
  })

  test('a service account without a namespace is one of the binding\'s', async () => {
    await roles.role('n', 'r', [rule(['get'], ['pods'])])
    await roles.bind('n', 'b', 'Role/r', account('bot'), account('robot', 'm'))
    const may = (name: string) => decision(asks('get', 'pods', {}, user(name)))
    expect(may('system:serviceaccount:n:bot').reason)
      .toBe('RBAC: allowed by RoleBinding "b/n" of Role "r" to ServiceAccount "bot/n"')
    expect(may('system:serviceaccount:m:robot').allowed).toBe(true)
    expect(may('system:serviceaccount:m:bot').allowed).toBe(false)
  })

  test('what is written counts at once, and so does what is taken away', async () => {
    expect(decision(asks('get', 'pods')).allowed).toBe(false)
    await roles.role('n', 'r', [rule(['get'], ['pods'])])
    await roles.bind('n', 'b', 'Role/r', person('mia'))
    expect(decision(asks('get', 'pods')).allowed).toBe(true)
    await roles.bind('n', 'b', 'Role/r', person('tom'))
    expect(decision(asks('get', 'pods')).allowed).toBe(false)
    expect(decision(asks('get', 'pods', {}, user('tom'))).allowed).toBe(true)
    await roles.role('n', 'r', [rule(['list'], ['pods'])])
    expect(decision(asks('get', 'pods', {}, user('tom'))).allowed).toBe(false)
    await roles.unbind('n', 'b')
    expect(decision(asks('list', 'pods', {}, user('tom'))).allowed).toBe(false)
  })

  test('an index that has been left behind by more than the store remembers is built anew', async () => {
    roles = storeOfRoles({ historyLimit: 4 })
    await roles.role('n', 'r', [rule(['get'], ['pods'])])
    expect(decision(asks('get', 'pods')).allowed).toBe(false)
    for (let i = 0; i < 40; i++) await roles.bind('n', `b${i}`, 'Role/r', person(`u${i}`))
    for (const name of ['u0', 'u39']) expect(decision(asks('get', 'pods', {}, user(name))).allowed).toBe(true)
  })

  test('a role that is missing is told when nothing else allows', async () => {
    await roles.bind('n', 'b', 'Role/ghost', person('mia'))
    expect(decision(asks('get', 'pods'))).toEqual({ allowed: false,
      reason: 'RBAC: role.rbac.authorization.k8s.io "ghost" not found' })
    await roles.bindAll('c', 'ClusterRole/gone', person('mia'))
    expect(decision(asks('get', 'pods')).reason).toBe('RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, ' +
      'role.rbac.authorization.k8s.io "ghost" not found]')
  })

  test('system:masters need no role', () => {
    expect(decision(asks('delete', 'nodes', {}, user('root', 'system:masters')))).toEqual({ allowed: true, reason: '' })
  })

  test('all rules of a user: the cluster\'s first, then the namespace\'s', async () => {
    await roles.clusterRole('c', [rule(['get'], ['nodes'])])
    await roles.role('n', 'r', [rule(['get'], ['pods'])])
    await roles.bindAll('z', 'ClusterRole/c', person('mia'))
    await roles.bind('n', 'a', 'Role/r', person('mia'))
    expect(roles.authorizer.rulesFor(user('mia'), 'n').rules).toEqual([rule(['get'], ['nodes']), rule(['get'], ['pods'])])
  })
})

describe('what may be granted', () => {
  const cases: [name: string, held: object[], wanted: object[], missing: string[]][] = [
    ['what is held', [rule(['get', 'list'], ['pods', 'services'])], [rule(['get'], ['services'])], []],
    ['each part by another rule', [rule(['get'], ['pods']), rule(['list'], ['pods'])], [rule(['get', 'list'], ['pods'])], []],
    ['nothing more', [rule(['get'], ['pods'])], [rule(['get', 'delete'], ['pods', 'secrets'])],
      ['{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}']],
    ['a star only by a star', [rule(['get'], ['pods'])], [rule(['*'], ['*'], ['*'])],
      ['{APIGroups:["*"], Resources:["*"], Verbs:["*"]}']],
    ['names by names, and by all', [rule(['get'], ['pods'], [''], ['a'])], [rule(['get'], ['pods'], [''], ['a', 'b'])],
      ['{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}']],
    ['all not by names', [rule(['get'], ['pods'], [''], ['a'])], [rule(['get'], ['pods'])],
      ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}']],
    ['a subresource by that of everything', [rule(['get'], ['*/log'])], [rule(['get'], ['pods/log'])], []],
    ['paths below a star', [{ verbs: ['get'], nonResourceURLs: ['/logs/*'] }], [{ verbs: ['get', 'put'],
      nonResourceURLs: ['/logs/a', '/x'] }],
      ['{NonResourceURLs:["/logs/a"], Verbs:["put"]}', '{NonResourceURLs:["/x"], Verbs:["get"]}',
        '{NonResourceURLs:["/x"], Verbs:["put"]}']],
  ]
  test.each(cases)('%s', (_name, held, wanted, missing) => {
    expect(missingRules(held as never, wanted as never)).toEqual(missing)
  })
})
