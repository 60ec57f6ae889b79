// The roles and bindings that a cluster begins with, what aggregation makes of them, and what the server mends.
import { differences } from '../pair.mjs'
import { attempt, compareRequest, prepare, until } from './asking.mjs'
import { ask } from '../pair.mjs'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const system = ({ metadata }) => metadata.labels?.['kubernetes.io/bootstrapping'] !== undefined
  || metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate'] !== undefined
const bare = ({ metadata: { uid: _uid, resourceVersion: _version, creationTimestamp: _time, managedFields, ...metadata }, ...rest }) => ({
  metadata, ...rest, managers: managedFields?.map(({ manager, operation, subresource }) => ({ manager, operation, subresource })),
})

export async function roles(pair, report) {
  for (const plural of ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']) {
    const { real, ours } = await prepare(pair, { path: `${rbac}/${plural}` })
    const by = list => new Map(list.items.filter(system).map(item => [`${item.metadata.namespace ?? ''}/${item.metadata.name}`, bare(item)]))
    const theirs = by(real), own = by(ours)
    for (const name of new Set([...theirs.keys(), ...own.keys()])) report(`${plural} ${name}`, differences(theirs.get(name), own.get(name)))
  }

  // Aggregation: a role that gathers, and what joins and leaves it.
  const role = (name, labels, rules, more = {}) => ({ metadata: { name: `access-agg-${name}`, labels }, rules, ...more })
  const rules = (verb, resource) => [{ apiGroups: [''], resources: [resource], verbs: [verb] }]
  await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: role('all', {}, rules('get', 'bindings'), {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { access: 'b' } }, { matchLabels: { access: 'a' } }, { matchExpressions: [{ key: 'access', operator: 'In', values: ['a', 'c'] }] }] } }) })
  const settled = async (count) => {
    for (const side of [pair.real, pair.ours]) {
      await until(async () => (JSON.parse((await ask(side, { path: `${rbac}/clusterroles/access-agg-all` })).text).rules ?? []).length === count, 5)
    }
  }
  const look = async (title, count) => {
    await settled(count)
    const { real, ours } = await prepare(pair, { path: `${rbac}/clusterroles/access-agg-all` })
    report(`aggregation: ${title}`, differences(bare(real), bare(ours)))
  }
  await look('nothing to gather', 0)
  await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: role('z', { access: 'a' }, rules('get', 'pods')) })
  await look('one', 1)
  await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: role('b', { access: 'b' }, rules('get', 'secrets')) })
  await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: role('c', { access: 'c' }, [...rules('get', 'nodes'), ...rules('get', 'pods')]) })
  await look('three, one rule twice', 3)
  await attempt(pair, { method: 'PATCH', path: `${rbac}/clusterroles/access-agg-b`, headers: { 'content-type': 'application/merge-patch+json' }, body: { rules: [...rules('list', 'secrets'), ...rules('watch', 'secrets')] } })
  await look('one changed', 4)
  await attempt(pair, { method: 'DELETE', path: `${rbac}/clusterroles/access-agg-z` })
  await attempt(pair, { method: 'PATCH', path: `${rbac}/clusterroles/access-agg-c`, headers: { 'content-type': 'application/merge-patch+json' }, body: { metadata: { labels: { access: null } } } })
  await look('one deleted, one left', 2)
  await attempt(pair, { method: 'PATCH', path: `${rbac}/clusterroles/access-agg-all`, headers: { 'content-type': 'application/merge-patch+json' }, body: { rules: [] } })
  await look('rules emptied by hand', 2)
  for (const name of ['all', 'b', 'c']) await attempt(pair, { method: 'DELETE', path: `${rbac}/clusterroles/access-agg-${name}` })

  // What joins the roles for users.
  for (const into of ['admin', 'edit', 'view']) {
    const metadata = { name: `access-to-${into}`, labels: { [`rbac.authorization.k8s.io/aggregate-to-${into}`]: 'true' } }
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: { metadata, rules: [{ apiGroups: [`access-${into}.example.com`], resources: ['*'], verbs: ['get'] }] } })
  }
  for (const name of ['admin', 'edit', 'view']) {
    for (const side of [pair.real, pair.ours]) {
      await until(async () => (await ask(side, { path: `${rbac}/clusterroles/${name}` })).text.includes('access-view.example.com'), 5)
    }
    const { real, ours } = await prepare(pair, { path: `${rbac}/clusterroles/${name}` })
    report(`aggregated into ${name}`, differences(bare(real).rules, bare(ours).rules))
  }
  for (const into of ['admin', 'edit', 'view']) await attempt(pair, { method: 'DELETE', path: `${rbac}/clusterroles/access-to-${into}` })

  // What is refused of roles and bindings.
  for (const [title, request] of Object.entries(refused)) await compareRequest(pair, report, request, { title })
  for (const path of ['clusterroles/access-ref', 'clusterrolebindings/access-ref', 'namespaces/default/roles/access-ref', 'namespaces/default/rolebindings/access-ref']) {
    await attempt(pair, { method: 'DELETE', path: `${rbac}/${path}` })
  }
}

const apiGroup = 'rbac.authorization.k8s.io', metadata = { name: 'access-ref' }
const post = (plural, body) => ({ method: 'POST', path: `${rbac}/${plural}`, body: { metadata, ...body } })
const put = (plural, body) => ({ method: 'PUT', path: `${rbac}/${plural}/access-ref`, body: { metadata, ...body } })
const inDefault = 'namespaces/default/'
const to = (name, kind = 'ClusterRole') => ({ roleRef: { apiGroup, kind, name } })
const refused = {
  'role without verbs': post('clusterroles', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] }),
  'role without groups': post('clusterroles', { rules: [{ resources: ['pods'], verbs: ['get'] }] }),
  'role without resources': post('clusterroles', { rules: [{ apiGroups: [''], verbs: ['get'] }] }),
  'role with both': post('clusterroles', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], nonResourceURLs: ['/x'] }] }),
  'role with a path in a namespace': post(`${inDefault}roles`, { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }),
  'role that gathers nothing': post('clusterroles', { aggregationRule: {} }),
  'role that gathers badly': post('clusterroles', { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a b', operator: 'In', values: [] }, { key: 'a', operator: 'Some' }] }] } }),
  'role with an odd name': { method: 'POST', path: `${rbac}/clusterroles`, body: { metadata: { name: 'a/b' } } },
  'role with a percent': { method: 'POST', path: `${rbac}/clusterroles`, body: { metadata: { name: 'a%b' } } },
  'a role': post('clusterroles', {}), 'it again': post('clusterroles', {}), 'a role here': post(`${inDefault}roles`, { rules: [] }),
  'binding without a role': post('clusterrolebindings', {}),
  'binding to a role': post('clusterrolebindings', to('x', 'Role')),
  'binding to a kind': post('clusterrolebindings', to('x', 'Some')),
  'binding to another group': post('clusterrolebindings', { roleRef: { apiGroup: 'x', kind: 'ClusterRole', name: 'view' } }),
  'binding without a name': post('clusterrolebindings', { roleRef: { apiGroup, kind: 'ClusterRole' } }),
  'binding to an odd name': post('clusterrolebindings', to('a/b')),
  'binding without a group': post('clusterrolebindings', { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'User', name: 'a' }] }),
  'binding of subjects': post(`${inDefault}rolebindings`, { ...to('view'), subjects: [
    { kind: 'User' }, { kind: 'Some', name: 'x' }, { kind: 'ServiceAccount', name: 'A_b' }, { kind: 'ServiceAccount', name: 'a', apiGroup }, { kind: 'Group', name: 'g', apiGroup: '' },
    { kind: 'User', name: 'x', apiGroup: 'other' }, { kind: 'ServiceAccount', name: 'a' }, { kind: 'User', name: 'u', namespace: 'n' }] }),
  'cluster binding of subjects': post('clusterrolebindings', { ...to('view'), subjects: [{ kind: 'ServiceAccount', name: 'a' }, { kind: 'Group', name: 'g' }] }),
  'a binding': post(`${inDefault}rolebindings`, { ...to('view'), subjects: [{ kind: 'User', name: 'a' }, { kind: 'Group', name: 'g' }, { kind: 'ServiceAccount', name: 's', namespace: 'default' }] }),
  'a binding to another role': put(`${inDefault}rolebindings`, to('edit')),
  'a binding to another kind': put(`${inDefault}rolebindings`, to('view', 'Role')),
  'a binding without subjects': put(`${inDefault}rolebindings`, to('view')),
  'a cluster binding to another role': put('clusterrolebindings', to('edit')),
  'a binding patched': { method: 'PATCH', path: `${rbac}/${inDefault}rolebindings/access-ref`, headers: { 'content-type': 'application/merge-patch+json' }, body: { roleRef: { name: 'edit' } } },
}
