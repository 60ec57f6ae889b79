import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../../support/cluster.ts'
import { withoutKubectl } from '../../support/kubectl.ts'

/** What a user without rights, and one with some, sees with kubectl. */
describe.skipIf(withoutKubectl)('kubectl', () => {
  let cluster: TestCluster
  beforeAll(async () => { cluster = await startTestCluster({ nodes: 0 }) })
  afterAll(() => cluster.stop())
  const tried = async (...args: string[]) => { const { stdout,
    stderr } = await cluster.kubectl.attempt(args); return (stdout + stderr).trim() }
  const until = async (wanted: string, ...args: string[]) => expect.poll(() => tried(...args), { timeout: 10_000 }).toBe(wanted)

  test('is refused by name, verb and place', async () => {
    expect(await tried('get', 'pods', '--as=mia')).toBe('Error from server (Forbidden): pods is forbidden: '
      + 'User "mia" cannot list resource "pods" in API group "" in the namespace "default"')
    expect(await tried('create', 'configmap', 'c', '--as=mia'))
      .toBe('error: failed to create configmap: configmaps is forbidden: '
      + 'User "mia" cannot create resource "configmaps" in API group "" in the namespace "default"')
  })

  test('may what a role allows, and not hand on more than that', async () => {
    await cluster.kubectl('create', 'rolebinding', 'ed', '--clusterrole=edit', '--user=ed')
    await until('yes', 'auth', 'can-i', 'create', 'deployments', '--as=ed')
    expect(await tried('create', 'configmap', 'c', '--as=ed')).toBe('configmap/c created')
    expect(await tried('create', 'role', 'r', '--verb=get', '--resource=pods', '--as=ed'))
      .toContain('cannot create resource "roles"')
    await cluster.kubectl('create', 'rolebinding', 'boss', '--clusterrole=admin', '--user=boss')
    expect(await tried('create', 'role', 'small', '--verb=get', '--resource=pods', '--as=boss'))
      .toBe('role.rbac.authorization.k8s.io/small created')
    expect(await tried('create', 'role', 'big', '--verb=get', '--resource=nodes', '--as=boss'))
      .toBe('Error from server (Forbidden): '
      + 'roles.rbac.authorization.k8s.io "big" is forbidden: user "boss" (groups=["system:authenticated"]) is attempting to grant RBAC '
      + 'permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}')
  })

  test('lists what a user may, and says who he is', async () => {
    await cluster.kubectl('create', 'role', 'reader', '--verb=get,list', '--resource=pods')
    await cluster.kubectl('create', 'rolebinding', 'reader', '--role=reader', '--user=ann')
    const rows = (await tried('auth', 'can-i', '--list', '--as=ann')).split('\n').map(row => row.trim().split(/ {2,}/))
    expect(rows).toContainEqual(['pods', '[]', '[]', '[get list]'])
    expect(rows).toContainEqual(['[/healthz]', '[]', '[get]'])
    expect(await tried('auth', 'whoami', '--as=ann', '--as-group=crew', '-o', 'jsonpath={.status.userInfo.groups}'))
      .toBe('["crew","system:authenticated"]')
  })

  test('reconciles roles', async () => {
    const { stdout } = await cluster.kubectl.attempt(['auth', 'reconcile', '-f', '-'], { input: JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'rec', namespace: 'default' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }) })
    expect(stdout).toBe('role.rbac.authorization.k8s.io/rec reconciled\n')
  })

  test('an aggregated role gathers what its selectors match', async () => {
    await cluster.kubectl('create', 'clusterrole', 'all', '--aggregation-rule=gather=yes')
    await cluster.kubectl('create', 'clusterrole', 'part', '--verb=get', '--resource=nodes')
    await cluster.kubectl('label', 'clusterrole', 'part', 'gather=yes')
    await until('[{"apiGroups":[""],"resources":["nodes"],"verbs":["get"]}]', 'get', 'clusterrole', 'all', '-o',
      'jsonpath={.rules}')
    await cluster.kubectl('label', 'clusterrole', 'part', 'gather-')
    await until('', 'get', 'clusterrole', 'all', '-o', 'go-template={{range .rules}}{{.}}{{end}}')
  })
})
