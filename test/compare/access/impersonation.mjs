// Who may act as whom, and what is said of headers that name nobody.
import { as, attempt, combinations, compareRequest, namespaces, prepare, strangers } from './asking.mjs'

const rbac = '/apis/rbac.authorization.k8s.io/v1', apiGroup = 'rbac.authorization.k8s.io'
/** Upstream remembers by the user's name which mode let him pass, so that each run has users of its own. */
const home = `access-i-${process.pid}`

/** What somebody may impersonate, by the rules of his role; `access-imp-NAME` is his name. */
const roles = {
  nothing: [],
  users: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }],
  jane: [{ apiGroups: [''], resources: ['users'], resourceNames: ['access-jane'], verbs: ['impersonate'] }],
  groups: [{ apiGroups: [''], resources: ['users', 'groups'], verbs: ['impersonate'] }],
  devs: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }, { apiGroups: [''], resources: ['groups'], resourceNames: ['access-devs', 'a', 'b'], verbs: ['impersonate'] }],
  uids: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }, { apiGroups: ['authentication.k8s.io'], resources: ['uids'], verbs: ['impersonate'] }],
  extras: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }, { apiGroups: ['authentication.k8s.io'], resources: ['userextras/scopes', 'userextras/acme.com%2fproject'], verbs: ['impersonate'] }],
  view: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }, { apiGroups: ['authentication.k8s.io'], resources: ['userextras/scopes'], resourceNames: ['view'], verbs: ['impersonate'] }],
  accounts: [{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] }],
  narrowuser: [{ apiGroups: ['authentication.k8s.io'], resources: ['users'], verbs: ['impersonate:user-info'] }, { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['impersonate-on:user-info:list', 'impersonate-on:user-info:get'] }],
  narrowgroup: [{ apiGroups: ['authentication.k8s.io'], resources: ['users', 'groups'], verbs: ['impersonate:user-info'] }, { apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:user-info:list'] }],
  narrowaccount: [{ apiGroups: ['authentication.k8s.io'], resources: ['serviceaccounts'], verbs: ['impersonate:serviceaccount'] }, { apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:serviceaccount:list'] }],
  narrownode: [{ apiGroups: ['authentication.k8s.io'], resources: ['nodes'], verbs: ['impersonate:arbitrary-node'] }, { apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:arbitrary-node:list'] }],
  all: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
}

const wanted = {
  jane: { 'impersonate-user': 'access-jane' }, bob: { 'impersonate-user': 'bob' }, anonymous: { 'impersonate-user': 'system:anonymous' },
  group: { 'impersonate-user': 'access-jane', 'impersonate-group': ['access-devs'] }, groups: { 'impersonate-user': 'access-jane', 'impersonate-group': ['access-devs', 'access-ops'] },
  five: { 'impersonate-user': 'access-jane', 'impersonate-group': ['a', 'b', 'c', 'd', 'e'] },
  masters: { 'impersonate-user': 'access-jane', 'impersonate-group': ['system:masters'] }, emptygroup: { 'impersonate-user': 'access-jane', 'impersonate-group': [''] },
  uid: { 'impersonate-user': 'access-jane', 'impersonate-uid': '42' }, scope: { 'impersonate-user': 'access-jane', 'impersonate-extra-scopes': ['view', 'edit'] },
  slash: { 'impersonate-user': 'access-jane', 'impersonate-extra-acme.com%2fproject': 'p' }, upper: { 'impersonate-user': 'access-jane', 'impersonate-extra-ACME.com%2FProject': 'p' },
  badkey: { 'impersonate-user': 'access-jane', 'impersonate-extra-%zz': 'p' }, emptyextra: { 'impersonate-user': 'access-jane', 'impersonate-extra-scopes': '' },
  oddkey: { 'impersonate-user': 'access-jane', 'impersonate-extra-b_c': 'p' }, nokey: { 'impersonate-user': 'access-jane', 'impersonate-extra-': 'p' },
  account: { 'impersonate-user': `system:serviceaccount:${home}:default` }, badaccount: { 'impersonate-user': `system:serviceaccount:${home}` },
  accountgroup: { 'impersonate-user': `system:serviceaccount:${home}:default`, 'impersonate-group': 'access-devs' },
  oddaccount: { 'impersonate-user': `system:serviceaccount:${home}:Bad_Name` }, longaccount: { 'impersonate-user': 'system:serviceaccount:a:b:c' },
  node: { 'impersonate-user': 'system:node:node-1' }, nodegroup: { 'impersonate-user': 'system:node:node-1', 'impersonate-group': 'system:nodes' },
  nobody: { 'impersonate-group': 'access-devs' }, onlyuid: { 'impersonate-uid': '42' }, onlyextra: { 'impersonate-extra-a': ['b', 'c'] },
  empty: { 'impersonate-user': '' }, other: { 'impersonate-nothing': 'x' }, unauthenticated: { 'impersonate-user': 'access-jane', 'impersonate-group': 'system:unauthenticated' },
  twice: { 'impersonate-user': ['access-jane', 'bob'] }, comma: { 'impersonate-user': 'access-jane', 'impersonate-group': 'a, b' }, space: { 'impersonate-user': ' access-jane ' },
}

export async function impersonation(pair, report) {
  const gone = await namespaces(pair, `${home}`)
  const side = strangers(pair), tokens = {}
  for (const [name, rules] of Object.entries(roles)) {
    const metadata = { name: `access-imp-${name}` }
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: { metadata, rules } })
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterrolebindings`, body: {
      metadata, roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name }, subjects: [{ kind: 'ServiceAccount', namespace: `${home}`, name }] } })
    await prepare(pair, { method: 'POST', path: `/api/v1/namespaces/${home}/serviceaccounts`, body: { metadata: { name } } })
    const answers = await prepare(pair, { method: 'POST', path: `/api/v1/namespaces/${home}/serviceaccounts/${name}/token`, body: {} })
    tokens[name] = { real: answers.real.status.token, ours: answers.ours.status.token }
  }
  const asking = { dev: { real: 'dev-token', ours: 'dev-token' }, admin: { real: 'admin-token', ours: 'admin-token' }, ...tokens }
  const paths = [`/api/v1/namespaces/${home}/pods`, '/apis/rbac.authorization.k8s.io/v1/clusterroles/view', '/version']
  for (const [who, whom, path] of combinations(Object.keys(asking), Object.keys(wanted), paths)) {
    // Each side has tokens of its own.
    const sides = Object.fromEntries(['real', 'ours'].map(name => [name, { ...side[name], token: asking[who][name] }]))
    await compareRequest(withTokens(sides), report, { path, headers: wanted[whom] }, { shape: short, title: `${who} as ${whom} GET ${path}` })
  }
  for (const whom of Object.keys(wanted)) {
    await compareRequest(pair, report, { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', headers: wanted[whom], body: {} }, { title: `whoami of ${whom}`, shape: ofAnyCertificate })
  }
  await compareRequest(pair, report, { path: '/api/v1/pods', headers: as('x', { groups: ['system:masters'] }) }, { shape: short })
  await gone()
  for (const name of Object.keys(roles)) {
    for (const plural of ['clusterroles', 'clusterrolebindings']) await attempt(pair, { method: 'DELETE', path: `${rbac}/${plural}/access-imp-${name}` })
  }
}

/** Sides whose requests carry a token: what `ask` takes as the way to a server. */
const withTokens = sides => Object.fromEntries(Object.entries(sides).map(([name, { token, ...side }]) => [name, { ...side, headers: { authorization: `Bearer ${token}` } }]))

/** Each administrator has a certificate of his own. */
const ofAnyCertificate = answer => JSON.parse(JSON.stringify(answer).replace(/X509SHA256=[0-9a-f]+/, 'X509SHA256'))

const short = answer => (answer?.kind === 'Status' ? answer : typeof answer === 'object' ? 'an object' : answer)
