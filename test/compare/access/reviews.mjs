// May he? Hundreds of reviews over all resources, verbs and subjects; what may he; and reviews that make no sense.
import { ask } from '../pair.mjs'
import { as, attempt, combinations, compareRequest, namespaces, prepare } from './asking.mjs'

const authorization = '/apis/authorization.k8s.io/v1', rbac = '/apis/rbac.authorization.k8s.io/v1', apiGroup = 'rbac.authorization.k8s.io'
const controllers = ['deployment-controller', 'node-controller', 'generic-garbage-collector', 'namespace-controller', 'job-controller', 'pod-garbage-collector', 'attachdetach-controller', 'resourcequota-controller', 'clusterrole-aggregation-controller', 'certificate-controller', 'endpointslice-controller', 'horizontal-pod-autoscaler']
const account = (namespace, name) => ({ user: `system:serviceaccount:${namespace}:${name}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] })
const subjects = {
  admin: { user: 'access-admin', groups: ['system:authenticated'] }, edit: { user: 'access-edit' }, view: { user: 'access-view' }, all: { user: 'access-all', groups: ['x'] },
  bound: { user: 'any', groups: ['access-group'] }, masters: { user: 'm', groups: ['system:masters'] }, anonymous: { user: 'system:anonymous', groups: ['system:unauthenticated'] },
  plain: { user: 'p', groups: ['system:authenticated'] }, scheduler: { user: 'system:kube-scheduler' }, manager: { user: 'system:kube-controller-manager' }, proxy: { user: 'system:kube-proxy' },
  node: { user: 'system:node:node-1', groups: ['system:nodes'] }, noname: { user: 'system:node:', groups: ['system:nodes'] }, monitoring: { groups: ['system:monitoring'] },
  account: account('access-r', 'default'), ...Object.fromEntries(controllers.map(name => [name, account('kube-system', name)])),
}
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
const others = [
  ['impersonate', '', 'users'], ['impersonate', '', 'serviceaccounts'], ['bind', apiGroup, 'clusterroles'], ['escalate', apiGroup, 'roles'], ['use', 'policy', 'podsecuritypolicies'],
  ['approve', 'certificates.k8s.io', 'signers'], ['sign', 'certificates.k8s.io', 'signers'], ['attest', 'certificates.k8s.io', 'signers'], ['*', '*', '*'], ['get', '*', '*'], ['*', '', 'pods'], ['get', '', '*'], ['', '', ''], ['get', '', ''],
]

export async function reviews(pair, report) {
  const gone = await namespaces(pair, 'access-r')
  for (const name of ['admin', 'edit', 'view', 'all']) {
    const body = { metadata: { name: `access-${name}` }, roleRef: { apiGroup, kind: 'ClusterRole', name: name === 'all' ? 'cluster-admin' : name }, subjects: [{ kind: 'User', apiGroup, name: `access-${name}` }] }
    await prepare(pair, { method: 'POST', path: name === 'all' ? `${rbac}/clusterrolebindings` : `${rbac}/namespaces/access-r/rolebindings`, body })
  }
  await prepare(pair, { method: 'POST', path: `${rbac}/namespaces/access-r/roles`, body: { metadata: { name: 'some' }, rules: [
    { apiGroups: ['', 'apps'], resources: ['pods', 'pods/log', '*/scale'], verbs: ['get', 'update'] }, { apiGroups: [''], resources: ['secrets'], resourceNames: ['x', 'y'], verbs: ['get', 'list'] }] } })
  await prepare(pair, { method: 'POST', path: `${rbac}/namespaces/access-r/rolebindings`, body: { metadata: { name: 'some' }, roleRef: { apiGroup, kind: 'Role', name: 'some' }, subjects: [{ kind: 'Group', apiGroup, name: 'access-group' }] } })

  const resources = await allResources(pair.real)
  const places = [['access-r', ''], ['kube-system', ''], ['', ''], ['access-r', 'x']]
  const questions = []
  for (const [who, { group, resource, subresource }] of combinations(Object.keys(subjects), resources)) {
    for (const verb of verbs) {
      // One place of four, in turn: hundreds for each subject, all of them would be 100,000.
      const [namespace, name] = places[questions.length % places.length]
      questions.push({ who, resourceAttributes: { verb, group, resource, subresource, namespace, name } })
    }
  }
  for (const [who, [verb, group, resource], [namespace, name]] of combinations(Object.keys(subjects), others, places)) questions.push({ who, resourceAttributes: { verb, group, resource, namespace, name } })
  for (const [who, verb, path] of combinations(Object.keys(subjects), ['get', 'post', '*', 'put'], ['/healthz', '/healthz/etcd', '/livez', '/version', '/version/', '/api', '/api/v1', '/apis/apps', '/openapi/v3', '/metrics', '/metrics/slis', '/logs', '/.well-known/openid-configuration', '/openid/v1/jwks', '/openid/v1/jwks/', '*', '/nothing', ''])) {
    questions.push({ who, nonResourceAttributes: { verb, path } })
  }
  // Each eighth of the questions about resources, or all of them.
  const chosen = process.env.ALL ? questions : questions.filter(({ nonResourceAttributes }, index) => nonResourceAttributes || index % 8 === Math.floor(index / 64) % 8)
  let at = 0
  await Promise.all(Array.from({ length: 6 }, async () => {
    while (at < chosen.length) {
      const { who, ...attributes } = chosen[at++]
      await compareRequest(pair, report, { method: 'POST', path: `${authorization}/subjectaccessreviews`, body: { spec: { ...subjects[who], ...attributes } } },
        { title: `may ${who} ${JSON.stringify(attributes)}`, shape: decision })
    }
  }))

  for (const [who, namespace] of combinations(Object.keys(subjects), ['access-r', 'kube-system', 'default', 'none'])) {
    const { user, groups } = subjects[who]
    if (user && user !== 'system:anonymous') {
      await compareRequest(pair, report, { method: 'POST', path: `${authorization}/selfsubjectrulesreviews`, headers: as(user, { groups }), body: { spec: { namespace } } },
        { title: `rules of ${who} in ${namespace}`, shape: sortedRules })
    }
  }
  for (const [title, request] of Object.entries(odd)) await compareRequest(pair, report, { method: 'POST', ...request }, { title })
  for (const path of ['subjectaccessreviews', 'selfsubjectaccessreviews', 'namespaces/access-r/localsubjectaccessreviews', 'selfsubjectrulesreviews']) {
    for (const method of ['GET', 'DELETE', 'PUT']) await compareRequest(pair, report, { method, path: `${authorization}/${path}` })
    for (const query of ['?dryRun=All', '?fieldManager=me', '?dryRun=x', '?fieldValidation=Strict', '?pretty=true']) {
      await compareRequest(pair, report, { method: 'POST', path: `${authorization}/${path}${query}`, body: { spec: { user: 'u', namespace: 'access-r', resourceAttributes: { namespace: 'access-r', verb: 'get', resource: 'pods' } } } }, { shape: sortedRules })
    }
  }
  await gone()
  await attempt(pair, { method: 'DELETE', path: `${rbac}/clusterrolebindings/access-all` })
}

/** Which of several bindings allows is decided by the order of a Go map. */
const decision = ({ status, ...answer }) => (status?.allowed === undefined ? { ...answer, status }
  : { ...status, reason: status.allowed && /to (Group|User) "system:/.test(status.reason ?? '') ? 'allowed by one of several' : status.reason?.replace(/\n?proxy (subresource|verb) changed to unsafeproxy$/, '') || undefined })
const sortedRules = ({ status, ...answer }) => (status?.resourceRules ? { ...answer, status: {
  ...status, resourceRules: status.resourceRules.map(rule => JSON.stringify(rule)).sort(), nonResourceRules: status.nonResourceRules.map(rule => JSON.stringify(rule)).sort() } } : { ...answer, status })

const sar = body => ({ path: `${authorization}/subjectaccessreviews`, body })
const local = body => ({ path: `${authorization}/namespaces/access-r/localsubjectaccessreviews`, body })
const self = (body, headers) => ({ path: `${authorization}/selfsubjectaccessreviews`, body, headers })
const pods = { verb: 'get', resource: 'pods', namespace: 'access-r' }
const field = (requirements, rawSelector) => ({ ...pods, verb: 'list', fieldSelector: { ...requirements ? { requirements } : {}, ...rawSelector ? { rawSelector } : {} } })
const label = (requirements, rawSelector) => ({ ...pods, verb: 'list', labelSelector: { ...requirements ? { requirements } : {}, ...rawSelector ? { rawSelector } : {} } })
const node = { user: 'system:node:node-1', groups: ['system:nodes'] }
const odd = {
  'review of nothing': sar({}), 'review without a user': sar({ spec: { resourceAttributes: pods } }), 'review without attributes': sar({ spec: { user: 'x' } }),
  'review with both': sar({ spec: { user: 'x', resourceAttributes: pods, nonResourceAttributes: { path: '/x', verb: 'get' } } }), 'review with a name': sar({ metadata: { name: 'x', namespace: 'y', labels: { a: 'b' } }, spec: { user: 'x', resourceAttributes: pods } }),
  'review with unknown fields': sar({ spec: { user: 'x', resourceAttributes: { ...pods, some: 1 } } }), 'review with a status': sar({ spec: { user: 'x', resourceAttributes: pods }, status: { allowed: true, reason: 'x' } }),
  'review with extra': sar({ spec: { user: 'x', uid: 'u', extra: { a: ['b'] }, groups: ['g'], resourceAttributes: { ...pods, version: 'v1' } } }), 'review of null': sar(null), 'review of a list': sar([]),
  'review with a wrong kind': sar({ kind: 'Pod', apiVersion: 'v1', spec: {} }), 'review of another kind': sar({ kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec: { user: 'x', resourceAttributes: pods } }),
  'local review': local({ spec: { user: 'access-view', resourceAttributes: pods } }), 'local review elsewhere': local({ spec: { user: 'x', resourceAttributes: { ...pods, namespace: 'default' } } }),
  'local review nowhere': local({ spec: { user: 'x', resourceAttributes: { verb: 'get', resource: 'pods' } } }), 'local review of a path': local({ spec: { user: 'x', nonResourceAttributes: { path: '/x', verb: 'get' } } }),
  'local review with another namespace': local({ metadata: { namespace: 'default' }, spec: { user: 'x', resourceAttributes: pods } }), 'local review of nothing': local({}), 'local review with a name': local({ metadata: { name: 'x' }, spec: { user: 'x', resourceAttributes: pods } }),
  'local review in no namespace': { path: `${authorization}/namespaces/none/localsubjectaccessreviews`, body: { spec: { user: 'x', resourceAttributes: { ...pods, namespace: 'none' } } } },
  'self review': self({ spec: { resourceAttributes: pods } }), 'self review by view': self({ spec: { resourceAttributes: pods } }, as('access-view')), 'self review of nothing': self({}), 'self review with a user': self({ spec: { user: 'x', resourceAttributes: pods } }, as('access-view')),
  'self review of a path': self({ spec: { nonResourceAttributes: { path: '/api', verb: 'get' } } }, as('access-view')), 'self review of both': self({ spec: { resourceAttributes: pods, nonResourceAttributes: {} } }), 'self review of empty': self({ spec: { resourceAttributes: {} } }, as('x')), 'self review of an empty path': self({ spec: { nonResourceAttributes: {} } }, as('x')),
  'rules nowhere': { path: `${authorization}/selfsubjectrulesreviews`, body: { spec: {} } }, 'rules of nothing': { path: `${authorization}/selfsubjectrulesreviews`, body: {} },
  ...Object.fromEntries(Object.entries({
    'one field': field([{ key: 'spec.nodeName', operator: 'In', values: ['node-1'] }]), 'raw field': field(undefined, 'spec.nodeName=node-1'), 'both fields': field([{ key: 'spec.nodeName', operator: 'In', values: ['node-1'] }], 'spec.nodeName=node-1'),
    'bad raw field': field(undefined, 'spec.nodeName'), 'no field': field([]), 'no key': field([{ key: '', operator: 'In', values: ['a'] }]), 'no values': field([{ key: 'a', operator: 'In' }]), 'exists with values': field([{ key: 'a', operator: 'Exists', values: ['x'] }]),
    'exists field': field([{ key: 'spec.nodeName', operator: 'Exists' }]), 'not in': field([{ key: 'spec.nodeName', operator: 'NotIn', values: ['node-1'] }]), 'two values': field([{ key: 'spec.nodeName', operator: 'In', values: ['node-1', 'b'] }]), 'no operator': field([{ key: 'a' }]), 'odd operator': field([{ key: 'a', operator: 'Like', values: ['x'] }]),
    'empty field selector': { ...pods, fieldSelector: {} }, 'one label': label([{ key: 'a', operator: 'In', values: ['b'] }]), 'raw label': label(undefined, 'a=b'), 'both labels': label([{ key: 'a', operator: 'Exists' }], 'a'), 'bad raw label': label(undefined, 'a=='), 'odd label key': label([{ key: 'a b', operator: 'Exists' }]), 'odd label operator': label([{ key: 'a', operator: 'Gt', values: ['1'] }]),
    'label without values': label([{ key: 'a', operator: 'In' }]), 'label with values': label([{ key: 'a', operator: 'DoesNotExist', values: ['x'] }]), 'long value': label([{ key: 'a', operator: 'In', values: ['x'.repeat(70)] }]), 'empty label selector': { ...pods, labelSelector: {} }, 'get with a field': { ...field(undefined, 'spec.nodeName=node-1'), verb: 'get' },
  }).flatMap(([name, resourceAttributes]) => [[`selector: ${name} of a node`, sar({ spec: { ...node, resourceAttributes } })], [`selector: ${name}`, sar({ spec: { user: 'x', resourceAttributes } })], [`selector: ${name} of myself`, self({ spec: { resourceAttributes } }, as('access-view'))]])),
}

/** All that discovery of the real one names. */
async function allResources(real) {
  const read = async path => JSON.parse((await ask(real, { path })).text)
  // Groups that somebody has added are not to be compared.
  const builtIn = ({ name }) => !name.includes('.') || name.endsWith('.k8s.io')
  const versions = ['/api/v1', ...(await read('/apis')).groups.filter(builtIn).map(({ preferredVersion: { groupVersion } }) => `/apis/${groupVersion}`)]
  const found = []
  for (const path of versions) {
    const { groupVersion, resources } = await read(path)
    const group = groupVersion.includes('/') ? groupVersion.split('/')[0] : ''
    for (const { name } of resources) { const [resource, subresource = ''] = name.split('/'); found.push({ group, resource, subresource }) }
  }
  return [...found, { group: 'example.com', resource: 'things', subresource: '' }]
}
