// Nobody gives what he does not have: roles and bindings written by somebody who may write them, but not all that is in them.
import { as, attempt, compareRequest, namespaces, prepare } from './asking.mjs'

const rbac = '/apis/rbac.authorization.k8s.io/v1', apiGroup = 'rbac.authorization.k8s.io', home = 'access-g'
const rule = (verbs, apiGroups, resources, resourceNames) => ({ verbs, apiGroups, resources, ...resourceNames ? { resourceNames } : {} })
const writes = ['get', 'list', 'create', 'update', 'patch', 'delete']
const writer = rule(writes, [apiGroup], ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'])

/** What each of the users `access-grant-NAME` may. */
const users = {
  writer: [writer],
  pods: [writer, rule(['get', 'list'], [''], ['pods', 'pods/log']), rule(['*'], ['apps'], ['deployments'])],
  star: [writer, rule(['*'], [''], ['*']), rule(['get'], ['*'], ['*']), { verbs: ['get'], nonResourceURLs: ['/metrics', '/logs/*'] }],
  named: [writer, rule(['get', 'update'], [''], ['configmaps'], ['a', 'b'])],
  escalator: [writer, rule(['escalate'], [apiGroup], ['roles', 'clusterroles'])],
  oneescalator: [writer, rule(['escalate'], [apiGroup], ['roles'], ['access-new'])],
  binder: [writer, rule(['bind'], [apiGroup], ['clusterroles', 'roles'])],
  onebinder: [writer, rule(['bind'], [apiGroup], ['clusterroles'], ['view'])],
  god: [rule(['*'], ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }],
}

const roles = {
  pods: [rule(['get'], [''], ['pods'])], 'pods and secrets': [rule(['get', 'list', 'delete'], [''], ['pods', 'secrets', 'pods/log'])], 'two groups': [rule(['get', 'watch'], ['', 'apps'], ['pods', 'deployments'])],
  'all of pods': [rule(['*'], [''], ['pods'])], 'all kinds': [rule(['get'], [''], ['*'])], everything: [rule(['*'], ['*'], ['*'])], 'named config': [rule(['get'], [''], ['configmaps'], ['a'])], 'named otherwise': [rule(['get', 'update'], [''], ['configmaps'], ['a', 'c'])],
  'unnamed config': [rule(['get'], [''], ['configmaps'])], scale: [rule(['update'], ['apps'], ['deployments/scale', '*/status'])], several: [rule(['get'], [''], ['pods']), rule(['list'], [''], ['pods']), rule(['get'], [''], ['secrets']), rule(['get', 'list'], ['batch', 'apps'], ['jobs', 'cronjobs'])],
  nothing: [], 'more verbs than one': [rule(['create', 'update', 'patch', 'delete', 'deletecollection'], ['networking.k8s.io'], ['ingresses', 'networkpolicies'])], 'unordered': [rule(['watch', 'get'], ['z', 'a'], ['c', 'b'])],
}
const paths = { metrics: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }], logs: [{ verbs: ['get', 'post'], nonResourceURLs: ['/logs/a', '/logs', '/healthz'] }], all: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }

export async function grants(pair, report) {
  const gone = await namespaces(pair, home)
  for (const [name, rules] of Object.entries(users)) {
    const metadata = { name: `access-grant-${name}` }
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: { metadata, rules } })
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterrolebindings`, body: { metadata, roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name }, subjects: [{ kind: 'User', apiGroup, name: metadata.name }, { kind: 'Group', apiGroup, name: 'access-pod-readers-none' }] } })
  }
  await prepare(pair, { method: 'POST', path: `${rbac}/namespaces/${home}/rolebindings`, body: { metadata: { name: 'broken' }, roleRef: { apiGroup, kind: 'Role', name: 'none' }, subjects: [{ kind: 'User', apiGroup, name: 'access-grant-named' }] } })
  await prepare(pair, { method: 'POST', path: `${rbac}/namespaces/${home}/roles`, body: { metadata: { name: 'secrets' }, rules: [rule(['get'], [''], ['secrets'])] } })
  const bare = answer => (answer.kind === 'Status' ? answer : { rules: answer.rules, roleRef: answer.roleRef })
  for (const user of Object.keys(users)) {
    const headers = as(`access-grant-${user}`, { groups: user === 'named' ? ['one', 'two'] : [] })
    const write = (title, request) => compareRequest(pair, report, { headers: request.method === 'PATCH' ? { ...headers, 'content-type': 'application/merge-patch+json' } : headers, ...request }, { title: `${user}: ${title}`, shape: bare })
    for (const [title, rules] of Object.entries(roles)) {
      await write(`role ${title}`, { method: 'POST', path: `${rbac}/namespaces/${home}/roles?dryRun=All`, body: { metadata: { name: 'access-new' }, rules } })
      await write(`cluster role ${title}`, { method: 'POST', path: `${rbac}/clusterroles?dryRun=All`, body: { metadata: { name: 'access-new' }, rules } })
      await write(`role updated to ${title}`, { method: 'PUT', path: `${rbac}/namespaces/${home}/roles/secrets?dryRun=All`, body: { metadata: { name: 'secrets' }, rules } })
      await write(`role patched to ${title}`, { method: 'PATCH', path: `${rbac}/namespaces/${home}/roles/secrets?dryRun=All`, body: { rules } })
    }
    for (const [title, rules] of Object.entries(paths)) await write(`cluster role of paths ${title}`, { method: 'POST', path: `${rbac}/clusterroles?dryRun=All`, body: { metadata: { name: 'access-new' }, rules } })
    await write('role that gathers', { method: 'POST', path: `${rbac}/clusterroles?dryRun=All`, body: { metadata: { name: 'access-new' }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } } })
    await write('label of a role', { method: 'PATCH', path: `${rbac}/namespaces/${home}/roles/secrets?dryRun=All`, body: { metadata: { labels: { a: user } } } })
    await write('owner of a role', { method: 'PATCH', path: `${rbac}/namespaces/${home}/roles/secrets?dryRun=All`, body: { metadata: { finalizers: ['a.com/b'] } } })
    for (const name of ['view', 'edit', 'admin', 'cluster-admin', 'access-grant-pods', 'system:node', 'access-no-such-role', 'system:discovery', 'system:kube-scheduler']) {
      const roleRef = { apiGroup, kind: 'ClusterRole', name }, subjects = [{ kind: 'User', apiGroup, name: 'x' }]
      await write(`binding to ${name}`, { method: 'POST', path: `${rbac}/namespaces/${home}/rolebindings?dryRun=All`, body: { metadata: { name: 'access-new' }, roleRef, subjects } })
      await write(`cluster binding to ${name}`, { method: 'POST', path: `${rbac}/clusterrolebindings?dryRun=All`, body: { metadata: { name: 'access-new' }, roleRef, subjects } })
    }
    for (const name of ['secrets', 'none']) await write(`binding to role ${name}`, { method: 'POST', path: `${rbac}/namespaces/${home}/rolebindings?dryRun=All`, body: { metadata: { name: 'access-new' }, roleRef: { apiGroup, kind: 'Role', name } } })
    await write('subjects of a binding', { method: 'PATCH', path: `${rbac}/clusterrolebindings/access-grant-god?dryRun=All`, body: { subjects: [{ kind: 'User', apiGroup, name: 'x' }] } })
    await write('label of a binding', { method: 'PATCH', path: `${rbac}/clusterrolebindings/access-grant-god?dryRun=All`, body: { metadata: { labels: { a: user } } } })
    await write('apply of a role', { method: 'PATCH', path: `${rbac}/namespaces/${home}/roles/secrets?fieldManager=me&force=true&dryRun=All`, headers: { ...headers, 'content-type': 'application/apply-patch+yaml' }, body: { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata: { name: 'secrets' }, rules: roles.several } })
  }
  await gone()
  for (const name of Object.keys(users)) for (const plural of ['clusterroles', 'clusterrolebindings']) await attempt(pair, { method: 'DELETE', path: `${rbac}/${plural}/access-grant-${name}` })
}
