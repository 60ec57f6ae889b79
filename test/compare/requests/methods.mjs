// Methods that a path does not have, parts of objects that there are not, and the options of deletions.
const methods = ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE', 'TRACE', 'PROPFIND']

export function methodRequests({ collection, all, object, namespaced, kind }) {
  const body = {}, patch = { 'content-type': 'application/merge-patch+json' }
  const on = (path, which) => which.map(method => ({ method, path: `${path}?dryRun=All`, title: 'method', look: ['allow'],
    ...['PUT', 'PATCH', 'POST'].includes(method) ? { body, headers: method === 'PATCH' ? patch : {} } : {} }))
  return [
    ...on(collection, methods.filter(method => !['DELETE', 'POST'].includes(method))), ...on(object, methods.filter(method => !['PATCH', 'DELETE'].includes(method))),
    ...namespaced ? on(all, methods) : [],
    ...kind === 'Namespace' ? [{ method: 'DELETE', path: `${collection}?dryRun=All&labelSelector=tier%3Dverbs` }] : [],
    ...namespaced ? [{ path: `${all}/verbs-one` }] : [{ path: collection.replace(/\/([^/]+)$/, '/namespaces/verbs-all/$1') }, { path: `${collection.replace(/\/([^/]+)$/, '/namespaces/verbs-all/$1')}/verbs-one` }],
    { path: `${collection}/` , headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' } }, { path: `${object}/` }, { path: `${object}//` }, { path: collection.replace(/\/([^/]+)$/, '//$1') },
    { path: `${collection}//verbs-one` }, { path: `${collection}/verbs%2Done` }, { path: `${collection}/verbs%2Fone` }, { path: `${collection}/Verbs_One` }, { path: `${collection}/..` }, { path: `${collection}/%2e%2e` }, { path: `${collection}/%zz` },
    { path: collection.replace(/(\/apis?\/)/, '$1watch/') }, ...[collection, object].map(path => ({ path: `${path.replace(/^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\//, '$1/watch/')}?timeoutSeconds=1&labelSelector=tier%3Dverbs` })),
    { method: 'POST', path: collection.replace(/^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\//, '$1/watch/'), body },
  ]
}

const parts = ['status', 'scale', 'log', 'exec', 'attach', 'portforward', 'proxy', 'binding', 'eviction', 'ephemeralcontainers', 'resize', 'token', 'approval', 'finalize', 'foo', 'Status', 'rollback', 'instantiate']
const told = new Set(['metrics', 'proxy', 'log', 'exec', 'attach', 'portforward'])

export function subresourceRequests({ collection, object, plural, kind }) {
  return [
    ...parts.flatMap(part => (told.has(part) && ['pods', 'services', 'nodes'].includes(plural) ? [] : ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'].map(method => ({
      method, path: `${object}/${part}?dryRun=All`, title: 'part', look: ['allow'],
      ...['PUT', 'PATCH', 'POST'].includes(method) ? { body: {}, headers: method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {} } : {},
    })).filter(({ method }) => !(kind === 'Node' && method === 'PATCH')))),
    { path: `${collection}/absent/status` }, { path: `${collection}/absent/foo` }, { path: `${object}/status/` }, { path: `${object}/status/foo` }, { path: `${object}/foo/bar/baz` }, { path: `${object}/status?watch=true` },
    { path: `${object}/status`, headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }, { path: `${object}/scale`, headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }, { path: `${object}/scale`, headers: { accept: 'application/yaml' } },
  ]
}

const options = [
  {}, { kind: 'DeleteOptions', apiVersion: 'v1' }, { kind: 'DeleteOptions', apiVersion: 'apps/v1' }, { kind: 'DeleteOptions', apiVersion: 'policy/v1' }, { kind: 'DeleteOptions' }, { apiVersion: 'v1' }, { kind: 'DeleteOptions', apiVersion: 'nope/v1' },
  { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' }, { kind: 'ConfigMap', apiVersion: 'v1' }, { propagationPolicy: 'Foreground' }, { propagationPolicy: 'Background' }, { propagationPolicy: 'Orphan' }, { propagationPolicy: 'x' }, { propagationPolicy: '' }, { propagationPolicy: 1 },
  { orphanDependents: true }, { orphanDependents: 'x' }, { orphanDependents: true, propagationPolicy: 'Orphan' }, { gracePeriodSeconds: 0 }, { gracePeriodSeconds: 1 }, { gracePeriodSeconds: -1 }, { gracePeriodSeconds: 'x' }, { gracePeriodSeconds: 1.5 }, { preconditions: {} },
  { preconditions: { uid: 'x' } }, { preconditions: { resourceVersion: '1' } }, { preconditions: { uid: 'x', resourceVersion: '1' } }, { preconditions: { resourceVersion: 1 } }, { preconditions: [] }, { dryRun: ['All'] }, { dryRun: ['x'] }, { dryRun: 'All' }, { dryRun: ['All', 'All'] },
  { unknown: 1 }, { ignoreStoreReadErrorWithClusterBreakingPotential: true }, { metadata: { name: 'x' } }, { propagationPolicy: 'x', gracePeriodSeconds: -1, dryRun: ['x'] }, { propagationPolicy: 'Foreground', orphanDependents: false },
]
const queries = ['propagationPolicy=Foreground', 'propagationPolicy=x', 'propagationPolicy=', 'orphanDependents=true', 'orphanDependents=x', 'orphanDependents=true&propagationPolicy=Orphan', 'gracePeriodSeconds=x', 'gracePeriodSeconds=-1', 'gracePeriodSeconds=0', 'gracePeriodSeconds=', 'preconditions.uid=x', 'uid=x', 'resourceVersion=1',
  'ignoreStoreReadErrorWithClusterBreakingPotential=true', 'dryRun=x', 'dryRun=All&gracePeriodSeconds=1.5', 'propagationPolicy=Foreground&propagationPolicy=Orphan', 'gracePeriodSeconds=99999999999999999999', 'dryRun=x&propagationPolicy=x&gracePeriodSeconds=-1']

/** Dry runs all: the objects stay. */
export function deleteRequests(namespace) {
  const targets = [`/api/v1/namespaces/${namespace}/configmaps/verbs-one`, `/api/v1/namespaces/${namespace}/pods/verbs-one`, `/apis/apps/v1/namespaces/${namespace}/deployments/verbs-one`, `/apis/batch/v1/namespaces/${namespace}/jobs/verbs-one`,
    `/api/v1/namespaces/${namespace}/replicationcontrollers/verbs-one`, '/api/v1/namespaces/verbs-one', '/apis/rbac.authorization.k8s.io/v1/clusterroles/verbs-one', `/api/v1/namespaces/${namespace}/services/verbs-one`, `/api/v1/namespaces/${namespace}/configmaps/absent`,
    `/api/v1/namespaces/${namespace}/configmaps?labelSelector=tier%3Dverbs`, `/api/v1/namespaces/${namespace}/pods?labelSelector=tier%3Dverbs`]
  return targets.flatMap(path => [
    ...options.map(body => ({ method: 'DELETE', path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All`, body: { ...body, ...body.dryRun ? {} : { dryRun: ['All'] } }, title: 'delete options' })),
    ...queries.map(query => ({ method: 'DELETE', path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All&${query}`, title: 'delete query' })),
  ])
}
