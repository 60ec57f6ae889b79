// Options of reads and writes: limits, versions, how long to watch, dry runs, field managers; each with values that are refused.
const booleans = ['', '0', '1', 'true', 'false', 'True', 'x', 'true&watch=false']
const numbers = ['', '0', '1', '-1', '1.5', 'x', '99999999999999999999', '+1', '1e3', ' 1', '0x1']

export function optionRequests(namespace) {
  const maps = `/api/v1/namespaces/${namespace}/configmaps`, mine = 'labelSelector=tier%3Dverbs'
  const body = { metadata: { name: 'verbs-made' }, data: { a: 'b' } }
  const writeOptions = [
    'dryRun=', 'dryRun=All', 'dryRun=all', 'dryRun=All&dryRun=All', 'dryRun=All&dryRun=None', 'dryRun=x', 'dryRun=All&fieldManager=', 'dryRun=All&fieldManager=a%0Ab', `dryRun=All&fieldManager=${'x'.repeat(129)}`,
    'dryRun=All&fieldManager=é', 'dryRun=All&fieldValidation=Strict', 'dryRun=All&fieldValidation=strict', 'dryRun=All&fieldValidation=', 'dryRun=All&fieldValidation=Warn&fieldValidation=Strict', 'dryRun=All&force=true', 'dryRun=All&pretty=true',
    'dryRun=All&pretty=1', 'dryRun=All&pretty=false', 'dryRun=All&unknown=1', 'dryRun=x&fieldManager=a%0Ab&fieldValidation=x', 'dryRun=All&timeout=1s', 'dryRun=All&timeout=x', 'dryRun=All&timeout=-1s', 'dryRun=All&timeout=100h',
  ]
  return [
    ...booleans.map(value => ({ path: `${maps}?watch=${value}&timeoutSeconds=1&${mine}`, title: 'watch' })),
    ...booleans.map(value => ({ path: `${maps}?watch=true&timeoutSeconds=1&allowWatchBookmarks=${value}&${mine}`, title: 'bookmarks' })),
    ...numbers.map(value => ({ path: `${maps}?limit=${encodeURIComponent(value)}&${mine}`, title: 'limit' })),
    ...numbers.filter(value => !['', '0', '-1', '99999999999999999999'].includes(value)).map(value => ({ path: `${maps}?watch=true&timeoutSeconds=${encodeURIComponent(value)}&${mine}`, title: 'timeout' })),
    ...numbers.map(value => ({ path: `${maps}?timeoutSeconds=${encodeURIComponent(value)}&${mine}`, title: 'timeout of a list' })),
    ...['', 'true', '1', 'false', '0', 'x'].flatMap(value => [maps, `${maps}/verbs-one`, '/version', '/api', `${maps}/absent`].map(path => ({ path: `${path}?pretty=${value}&${mine}`, title: 'pretty' }))),
    ...['', 'x', 'None', 'none', 'Object', 'Metadata'].map(value => ({ path: `${maps}?includeObject=${value}&${mine}`, headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }, title: 'include' })),
    ...['exact=true', 'export=true', 'limit=1&limit=2', 'unknown=1', 'shardSelector=x', 'watch=true&limit=1&timeoutSeconds=1', 'continue=', 'continue=x', 'continue=x&limit=x', 'sendInitialEvents=', 'sendInitialEvents=false', 'gracePeriodSeconds=x',
      'labelSelector=%zz', 'a;b', '&&&', '=', '?limit=1', 'limit=%31', 'limit=1#x'].map(query => ({ path: `${maps}?${query}`, headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' }, title: 'query' })),
    ...writeOptions.flatMap(query => [
      { method: 'POST', path: `${maps}?${query}`, body, title: 'create' },
      { method: 'PUT', path: `${maps}/verbs-one?${query}`, body: { metadata: { name: 'verbs-one', labels: { tier: 'verbs' } }, data: { a: '1' } }, title: 'update' },
      { method: 'PATCH', path: `${maps}/verbs-one?${query}`, body: { data: { x: '1' } }, headers: { 'content-type': 'application/merge-patch+json' }, title: 'patch' },
      { method: 'PATCH', path: `${maps}/verbs-one?${query}`, body: { apiVersion: 'v1', kind: 'ConfigMap' }, headers: { 'content-type': 'application/apply-patch+yaml' }, title: 'apply' },
      { method: 'DELETE', path: `${maps}/verbs-one?${query}`, title: 'delete' },
      { method: 'DELETE', path: `${maps}?${query}&${mine}`, title: 'deletecollection' },
      { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/verbs-one/eviction?${query}`, body: { metadata: { name: 'verbs-one' } }, title: 'evict' },
      { method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts/verbs-one/token?${query}`, body: { spec: { expirationSeconds: 1 } }, title: 'token' },
      { method: 'PUT', path: `/apis/apps/v1/namespaces/${namespace}/deployments/verbs-one/scale?${query}`, body: { metadata: { name: 'verbs-one' }, spec: { replicas: 0 } }, title: 'scale' },
    ]).filter(({ path }) => path.includes('dryRun=All') || path.includes('dryRun=x') || path.includes('dryRun=all')),
  ]
}

const versions = ['', '0', '1', '5', '-1', 'x', '1.5', '99999999999', '18446744073709551615', '18446744073709551616', '00', '01', '+1', '0x1']
const matches = ['', 'Exact', 'NotOlderThan', 'exact', 'x']
const initials = ['', 'true', 'false', '1', 'x']

/** Which state is asked for, on each verb that reads. A version in the future makes a real server wait 3 s before it refuses. */
export function versionRequests(namespace) {
  const maps = `/api/v1/namespaces/${namespace}/configmaps`, mine = 'labelSelector=tier%3Dverbs'
  const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', bare = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
  return [
    ...versions.flatMap(version => [
      { path: `${maps}/verbs-one?resourceVersion=${version}`, title: 'get at' },
      { path: `${maps}/absent?resourceVersion=${version}`, title: 'get at' },
      ...matches.flatMap(match => ['', '&limit=1'].map(limit => ({ path: `${maps}?${mine}&resourceVersion=${version}&resourceVersionMatch=${match}${limit}`, headers: { accept }, title: 'list at' }))),
      ...matches.map(match => ({ path: `${maps}?${mine}&watch=true&timeoutSeconds=1&resourceVersion=${version}&resourceVersionMatch=${match}`, headers: { accept: bare }, title: 'watch at' })),
      ...matches.slice(0, 4).map(match => ({ method: 'DELETE', path: `${maps}?${mine}&dryRun=All&resourceVersion=${version}&resourceVersionMatch=${match}`, title: 'deletecollection at' })),
      { method: 'DELETE', path: `${maps}/verbs-one?dryRun=All&resourceVersion=${version}`, title: 'delete at' },
      { path: `/api/v1/watch/namespaces/${namespace}/configmaps?${mine}&timeoutSeconds=1&resourceVersion=${version}`, headers: { accept: bare }, title: 'watch path at' },
    ]),
    ...initials.flatMap(initial => ['', 'NotOlderThan', 'Exact'].flatMap(match => ['', 'true'].flatMap(bookmarks => ['', '0', '1', 'x', '99999999999'].flatMap(version => ['true', 'false'].map(watch => (
      { path: `${maps}?${mine}&watch=${watch}&timeoutSeconds=1&sendInitialEvents=${initial}&resourceVersionMatch=${match}&allowWatchBookmarks=${bookmarks}&resourceVersion=${version}`, headers: { accept: bare.replace('Metadata;', watch === 'true' ? 'Metadata;' : 'MetadataList;') }, title: 'initial' })))))),
  ]
}
