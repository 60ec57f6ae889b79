// The forms of an answer: tables, bare metadata, YAML, protobuf, and media types that are refused.
const json = 'application/json', protobuf = 'application/vnd.kubernetes.protobuf'
const form = (as, { version = 'v1', group = 'meta.k8s.io', type = json } = {}) => `${type};as=${as};v=${version};g=${group}`

/** What every kind is asked for: its table in both widths and all contents, its metadata, YAML; as object, list and watch. */
export function negotiated({ collection, object, kind }, mine) {
  const table = form('Table')
  const get = (path, accept, title) => ({ path, headers: { accept }, title })
  const watched = `${collection}?watch=true&timeoutSeconds=1&${mine}`
  return [
    ...['None', 'Metadata', 'Object'].map(include => get(`${collection}?${mine}&includeObject=${include}`, table)),
    get(object, table), get(`${object}?includeObject=Object`, table), get(`${collection}?${mine}`, form('Table', { version: 'v1beta1' })),
    get(watched, table),
    get(`${collection}?${mine}`, form('PartialObjectMetadataList')), get(`${collection}?labelSelector=none%3Dx`, form('PartialObjectMetadataList')),
    get(`${collection}?labelSelector=none%3Dx`, table), get(`${collection}?labelSelector=none%3Dx`, json),
    get(object, form('PartialObjectMetadata')), get(watched, form('PartialObjectMetadata')),
    get(object, form('PartialObjectMetadataList')), get(`${collection}?${mine}`, form('PartialObjectMetadata')), get(watched, form('PartialObjectMetadataList')),
    ...kind === 'Node' ? [] : [get(object, 'application/yaml'), get(`${collection}?${mine}`, 'application/yaml'), get(object, json), get(`${collection}?${mine}`, json)],
    { path: object, headers: { accept: 'text/plain' } }, { path: `${collection}?${mine}`, headers: { accept: 'text/plain' } },
    get(object, form('Table', { type: protobuf })), get(`${collection}?${mine}`, form('Table', { type: protobuf })),
    get(watched, form('Table', { type: protobuf })), get(object, form('Scale')), get(watched, 'application/yaml'),
    get(`${collection}/verbs-absent`, table), get(`${collection}/verbs-absent`, 'application/yaml'), get(`${collection}/verbs-absent`, 'text/plain'),
  ]
}

const wanted = [
  '', protobuf, `${protobuf},application/json`, 'application/json,application/yaml', '*/*', 'application/*', 'text/*', 'application/json', 'APPLICATION/JSON', 'application/json;charset=utf-8', 'application/json; charset=utf-8',
  'application/json;pretty=1', 'application/json;q=0', 'application/json;q=0.1,application/yaml;q=0.9', 'application/yaml;q=0.1,application/json;q=0.9',
  'application/yaml;q=0,application/json', 'text/html,application/json', 'text/html;q=1,*/*;q=0.1', 'text/html', 'application/xml', 'application/cbor',
  'application/cbor-seq', 'application/cbor,application/json', 'application/cbor;q=0.9,application/json;q=0.8', protobufOr(json), 'application/json;stream=watch',
  'application/json;stream=foo', 'application/yaml;stream=watch', 'application/json;as=Table', 'application/json;as=Table;v=v1', 'application/json;as=Table;g=meta.k8s.io',
  'application/json;as=Table;v=v2;g=meta.k8s.io', 'application/json;as=Table;v=v1;g=apps', 'application/json;as=Nothing;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json', 'application/json;as=Nothing;v=v1;g=meta.k8s.io,application/json',
  'application/json;v=v1', 'application/json;g=meta.k8s.io;v=v1', 'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'application/yaml;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/yaml;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=meta.k8s.io;q=0.1,application/json;q=0.2', 'application/json;as=table;v=v1;g=meta.k8s.io',
  'application/json, ', ',', ';', 'json', '/', 'application/', 'application/json;', 'application/json;;', 'a/b;c', 'application/json;export=1',
  'application/vnd.kubernetes.protobuf;type=x', 'application/merge-patch+json', 'application/json;profile=background', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1alpha1',
]
function protobufOr(type) { return `application/nothing,${type}` }

/** Accept headers of all sorts on an object, a list, a watch, a refusal and a write. */
export function accepts(namespace) {
  const maps = `/api/v1/namespaces/${namespace}/configmaps`
  return wanted.flatMap(accept => [
    { path: `${maps}/verbs-one` }, { path: `${maps}?labelSelector=tier` }, { path: `${maps}?watch=true&timeoutSeconds=1&labelSelector=tier` }, { path: `${maps}/absent` },
    { path: `${maps}?limit=x` }, { method: 'DELETE', path: `${maps}/verbs-one?dryRun=All` }, { path: '/version' }, { path: '/api' }, { path: '/apis' }, { path: '/api/v1' },
    { path: '/nothing' }, { path: '/api/v1/nothing' }, { method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts/verbs-one/token`, body: { spec: { expirationSeconds: 1 } } },
    { path: `/apis/apps/v1/namespaces/${namespace}/deployments/verbs-one/scale` },
  ].map(request => ({ ...request, title: 'accept', headers: { accept } })))
}
