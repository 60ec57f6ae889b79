// What is refused, in whose words: every verb on every sort of path, by somebody who may nothing, by nobody, and with wrong tokens.
import { as, attempt, combinations, compareRequest, namespaces, prepare, strangers } from './asking.mjs'

const places = [
  '/api/v1/pods', '/api/v1/namespaces/access-a/pods', '/api/v1/namespaces/access-a/pods/x', '/api/v1/namespaces/access-a/pods/x/log',
  '/api/v1/namespaces/access-a/pods/x/exec', '/api/v1/namespaces/access-a/pods/x/portforward', '/api/v1/namespaces/access-a/pods/x/eviction',
  '/api/v1/namespaces/access-a/pods/x/status', '/api/v1/namespaces/access-a/pods/x/proxy/some/where', '/api/v1/namespaces/access-a/bindings',
  '/api/v1/nodes', '/api/v1/nodes/n', '/api/v1/nodes/n/status', '/api/v1/nodes/n/proxy/stats', '/api/v1/namespaces', '/api/v1/namespaces/access-a',
  '/api/v1/namespaces/access-a/finalize', '/api/v1/namespaces/access-a/status', '/api/v1/namespaces/access-a/services/s/proxy',
  '/api/v1/namespaces/access-a/serviceaccounts/default/token', '/apis/apps/v1/deployments', '/apis/apps/v1/namespaces/access-a/deployments/d/scale',
  '/apis/batch/v1/namespaces/access-a/jobs', '/apis/storage.k8s.io/v1/storageclasses', '/apis/storage.k8s.io/v1/storageclasses/s',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/access-a/roles', '/apis/rbac.authorization.k8s.io/v1/clusterroles/view',
  '/apis/no.such.group/v1/things', '/apis/no.such.group/v1/namespaces/access-a/things/x/y', '/api/v1/nothings', '/apis/apps/v9/deployments',
  '/api/v1/watch/namespaces/access-a/pods', '/api/v1/watch/pods', '/api/v1/namespaces/access-a/secrets?watch=true',
  '/api/v1/namespaces/access-a/secrets?fieldSelector=metadata.name%3Dx', '/api/v1/namespaces/access-a/secrets?fieldSelector=metadata.name%21%3Dx',
  '/api/v1/namespaces/access-a/secrets?labelSelector=a%3Db', '/api/v1/proxy/namespaces/access-a/pods/x', '/api/v1/namespaces//pods',
  '/apis/certificates.k8s.io/v1/certificatesigningrequests/c/approval', '/apis/policy/v1/namespaces/access-a/poddisruptionbudgets/p/status',
  '/api', '/api/', '/apis', '/apis/apps', '/apis/apps/v1', '/api/v1', '/version', '/healthz', '/livez', '/readyz/ping', '/metrics', '/logs', '/logs/',
  '/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1', '/.well-known/openid-configuration', '/openid/v1/jwks', '/debug/pprof/', '/nothing',
  '/', '/ui<b>&"x"', '/api/v1/namespaces/access-a/pods/%3Cb%3E', '/configz', '/statusz', '/flagz',
]
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
const subjects = {
  nobody: as('access-nobody'), grouped: as('access nobody "quoted"', { groups: ['g1', 'g2'] }), broken: as('access-broken'),
  anonymous: as('system:anonymous'), account: as('system:serviceaccount:access-a:default'), node: as('system:node:node-1', { groups: ['system:nodes'] }),
}
const rbac = '/apis/rbac.authorization.k8s.io/v1'

export async function forbidden(pair, report) {
  const gone = await namespaces(pair, 'access-a')
  const binding = (kind, name, roleRef) => ({ metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...roleRef }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'access-broken' }] })
  await prepare(pair, { method: 'POST', path: `${rbac}/clusterrolebindings`, body: binding('', 'access-gone', { kind: 'ClusterRole', name: 'access-gone' }) })
  for (const [name, roleRef] of [['one', { kind: 'Role', name: 'access-none' }], ['two', { kind: 'ClusterRole', name: 'access "none"' }], ['three', { kind: 'ClusterRole', name: 'access-gone' }]]) {
    await prepare(pair, { method: 'POST', path: `${rbac}/namespaces/access-a/rolebindings`, body: binding('', name, roleRef) })
  }
  for (const [who, method, path] of combinations(Object.keys(subjects), methods, places)) {
    const body = method === 'POST' || method === 'PUT' || method === 'PATCH' ? {} : undefined
    // What is allowed is another area's to compare.
    await compareRequest(pair, report, { method, path, headers: subjects[who], body }, { shape: refusal, title: `${who} ${method} ${path}` })
  }

  const outside = strangers(pair)
  const headers = {
    none: {}, wrong: { authorization: 'Bearer wrong' }, empty: { authorization: 'Bearer ' }, basic: { authorization: 'Basic YTpi' },
    jwt: { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.c2ln' }, dots: { authorization: 'Bearer a.b.c' },
    lower: { authorization: 'bearer dev-token' }, spaces: { authorization: 'Bearer  dev-token' }, upper: { authorization: 'BEARER dev-token' },
    dev: { authorization: 'Bearer dev-token' }, trailing: { authorization: 'Bearer dev-token more' }, bare: { authorization: 'dev-token' },
    impersonating: { authorization: 'Bearer dev-token', 'impersonate-user': 'somebody' }, admin: { authorization: 'Bearer admin-token' },
    stranger: { 'impersonate-user': 'somebody' },
  }
  for (const [how, path] of combinations(Object.keys(headers), places.slice(0, 8).concat('/healthz', '/version', '/api', '/apis', '/metrics', '/nothing', '/openapi/v2'))) {
    await compareRequest(outside, report, { path, headers: headers[how] }, { shape: refusal, title: `token ${how} GET ${path}`, headers: ['www-authenticate', 'content-type', 'warning'] })
  }
  for (const method of ['POST', 'DELETE', 'PATCH']) {
    for (const how of ['none', 'wrong', 'dev']) {
      await compareRequest(outside, report, { method, path: '/api/v1/namespaces/access-a/pods', headers: headers[how], body: {} }, { shape: refusal, title: `token ${how} ${method} pods` })
    }
  }
  await gone()
  await attempt(pair, { method: 'DELETE', path: `${rbac}/clusterrolebindings/access-gone` })
}

/** The order of several roles that are not there is that of a Go map. */
const sorted = message => message
  // The real one is built of a fork's source, whose own authorizer says so.
  .replace(/: proxy (subresource|verb) changed to unsafeproxy/, '')
  .replace(/RBAC: \[(.*)\]/, (_whole, list) => `RBAC: [${list.split(', ').sort().join(', ')}]`)

const refusal = answer =>
  (answer?.kind === 'Status' ? { ...answer, message: sorted(answer.message ?? '') } : typeof answer === 'object' ? 'an object' : answer)
