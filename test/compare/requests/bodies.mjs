// Bodies that can't be taken: syntax, kinds, names, media types, sizes.
const json = 'application/json', yaml = 'application/yaml', protobuf = 'application/vnd.kubernetes.protobuf'

const texts = [
  '', ' ', 'null', 'true', '1', '"x"', '[]', '{}', '{', '}', '{"a"', '{"a":}', '{"a":1,}', '{"kind"}', '[1,2', '{"metadata":{"name":"verbs-x"}', '{"metadata":{"name":"verbs-x"}} x', '{"metadata":{"name":"verbs-x"}}{"a":1}',
  "{'a':1}", '{"a":01}', '{"a":1e999}', '{"a":"\u0001"}', '{"a":"\\x"}', '{"a":"\\ud800"}', '{"a":nul}', '{"a":tru', '\ufeff{}', '{"metadata":null}', '{"metadata":[]}', '{"metadata":"x"}', '{"metadata":{"name":1}}', '{"metadata":{"name":null}}',
  '{"metadata":{"name":"verbs-x","labels":{"a":1}}}', '{"metadata":{"name":"verbs-x","labels":["a"]}}', '{"metadata":{"name":"verbs-x","creationTimestamp":"x"}}', '{"metadata":{"name":"verbs-x","creationTimestamp":1}}', '{"metadata":{"name":"verbs-x","generation":"x"}}',
  '{"metadata":{"name":"verbs-x","generation":1.5}}', '{"metadata":{"name":"verbs-x","finalizers":"x"}}', '{"metadata":{"name":"verbs-x","ownerReferences":{}}}', '{"metadata":{"name":"verbs-x","name":"verbs-y"}}', '{"metadata":{"name":"verbs-x"},"metadata":{"name":"verbs-y"}}',
  '{"Metadata":{"name":"verbs-x"}}', '{"metadata":{"Name":"verbs-x"}}', '{"metadata":{"name":"verbs-x","nope":1}}', '{"metadata":{"name":"verbs-x"},"nope":1}', '{"metadata":{"name":"verbs-x"},"nope":1,"more":{"x":[]}}', '{"kind":1}', '{"apiVersion":1}', '{"kind":null,"apiVersion":null,"metadata":{"name":"verbs-x"}}',
  '{"kind":"","apiVersion":"","metadata":{"name":"verbs-x"}}', '{"kind":"Foo"}', '{"kind":"Pod","apiVersion":"v1"}', '{"kind":"Pod"}', '{"apiVersion":"v2"}', '{"apiVersion":"apps/v1"}', '{"apiVersion":"apps/v1","kind":"Deployment"}', '{"apiVersion":"a/b/c","kind":"X"}', '{"kind":"Status","apiVersion":"v1"}', '{"kind":"List","apiVersion":"v1"}',
  '{"kind":"ConfigMapList","apiVersion":"v1"}', '{"kind":"DeleteOptions","apiVersion":"v1"}', '{"apiVersion":"v1","kind":"configmap"}', '{"metadata":{"name":"verbs-x","namespace":"other"}}', '{"metadata":{"name":"verbs-x","namespace":""}}', '{"metadata":{}}', '{"metadata":{"name":""}}', '{"metadata":{"generateName":"verbs-g-"}}',
  '{"metadata":{"name":"verbs-x","resourceVersion":"1"}}', '{"metadata":{"name":"verbs-x","resourceVersion":"0"}}', '{"metadata":{"name":"verbs-x","resourceVersion":"x"}}', '{"metadata":{"name":"verbs-x","uid":"x"}}', '{"metadata":{"name":"verbs-x","deletionTimestamp":"2020-01-01T00:00:00Z"}}', '{"metadata":{"name":"verbs-x","selfLink":"x","deletionGracePeriodSeconds":5}}',
]
const yamls = ['a', 'a: b', 'a: b: c', '- a', 'a: [', 'a: {', '\tkind: x', 'kind: ConfigMap\n\tapiVersion: v1', 'metadata:\n name: verbs-x\n  labels: x', 'metadata: {name: verbs-x}\nmetadata: {name: verbs-y}', '---\nmetadata: {name: verbs-x}', 'metadata: {name: verbs-x}\n---\nmetadata: {name: verbs-y}', 'metadata: &a {name: verbs-x}\nx: *a',
  'x: *b', '%x', '"a', "'a", 'metadata: {name: 1}', 'metadata: {name: verbs-x, labels: {a: 1}}', 'metadata: {name: verbs-x, labels: {a: yes}}', 'metadata: {name: verbs-x}\ndata: {a: on}', 'metadata: {name: verbs-x}\ndata: {1: a}', 'metadata: {name: verbs-x}\ndata: {true: a}', 'metadata: !!str x', '? a\n: b', '!foo x', '', '#c', 'null', '~',
  'metadata: {name: verbs-x}\ndata: {a: !!binary YQ==}', 'metadata: {name: verbs-x}\ndata:\n  a: |\n   x', 'metadata: {name: verbs-x}\n<<: {data: {a: b}}', '@x', '`x', 'a: b\n c', 'a:\n- b\n c: d']

export function bodyRequests(namespace) {
  const maps = `/api/v1/namespaces/${namespace}/configmaps`
  // A body's options take the place of those in the query, the dry run too: nothing that is there is deleted here.
  const gone = `${maps}/absent`, noneOf = `${maps}?labelSelector=none%3Dx`
  const others = [maps, `/apis/apps/v1/namespaces/${namespace}/deployments`, '/apis/rbac.authorization.k8s.io/v1/clusterroles', `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`]
  const types = ['', 'text/plain', 'text/yaml', 'application/x-yaml', 'application/yaml;charset=utf-8', 'application/json;charset=utf-8', 'APPLICATION/JSON', 'application/*', '*/*', 'application/cbor', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json-patch+json', 'application/merge-patch+json',
    'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/apply-patch+cbor', 'application/json;stream=watch', protobuf, 'json', '/', ';', 'application/json;', 'application/vnd.kubernetes.protobuf;stream=watch', 'application/json, application/yaml', 'foo/bar; x']
  const good = { metadata: { name: 'verbs-one', labels: { tier: 'verbs' } }, data: { a: '1' } }
  const huge = JSON.stringify({ metadata: { name: 'verbs-x' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } })
  const large = JSON.stringify({ metadata: { name: 'verbs-x' }, data: { a: 'x'.repeat(1024 * 1024 + 1) } })
  const send = (method, path, body, type, title = 'body') => ({ method, path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All`, body, headers: type === undefined ? {} : { 'content-type': type }, title })
  return [
    ...texts.flatMap(text => [
      ...others.map(path => send('POST', path, text, json)), send('PUT', `${maps}/verbs-one`, text, json), send('POST', `${maps}?fieldValidation=Strict`, text, json), send('POST', `${maps}?fieldValidation=Ignore`, text, json),
      send('POST', maps, text, yaml), send('DELETE', gone, text, json), send('DELETE', noneOf, text, json),
      send('POST', `/api/v1/namespaces/${namespace}/pods/verbs-one/eviction`, text, json), send('POST', `/api/v1/namespaces/${namespace}/pods/verbs-one/binding`, text, json), send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/verbs-one/token`, text, json),
      send('PUT', `/apis/apps/v1/namespaces/${namespace}/deployments/verbs-one/scale`, text, json), send('PUT', `/apis/apps/v1/namespaces/${namespace}/deployments/verbs-one/status`, text, json),
      send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', text, json), send('POST', '/apis/authentication.k8s.io/v1/tokenreviews', text, json),
    ]),
    ...yamls.flatMap(text => [send('POST', maps, text, yaml), send('PUT', `${maps}/verbs-one`, text, yaml), send('DELETE', gone, text, yaml), send('POST', `${maps}?fieldValidation=Strict`, text, yaml)]),
    ...types.flatMap(type => [
      ...['POST'].map(method => send(method, maps, { ...good, metadata: { name: 'verbs-x' } }, type, 'type')), send('PUT', `${maps}/verbs-one`, good, type, 'type'), send('PATCH', `${maps}/verbs-one`, {}, type, 'type'),
      send('DELETE', gone, {}, type, 'type'), send('DELETE', noneOf, {}, type, 'type'), send('POST', `/api/v1/namespaces/${namespace}/pods/verbs-one/eviction`, {}, type, 'type'),
      send('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { spec: { namespace: 'x' } }, type, 'type'),
    ]),
    ...['', 'k8s\0', 'k8s', 'k8s\0\x01', 'k8s\0\xff\xff\xff', 'k8s\0\n\x02v1', 'x'].flatMap(text => [send('POST', maps, Buffer.from(text, 'latin1'), protobuf, 'protobuf'), send('DELETE', gone, Buffer.from(text, 'latin1'), protobuf, 'protobuf')]),
    send('POST', maps, huge, json, 'huge'), send('POST', maps, large, json, 'large'), send('PATCH', `${maps}/verbs-one`, huge, 'application/merge-patch+json', 'huge'), send('PATCH', `${maps}/verbs-one`, large, 'application/merge-patch+json', 'large'),
    send('DELETE', gone, huge, json, 'huge'), send('PUT', `${maps}/verbs-one`, good, 'application/json', 'put'), send('PUT', `${maps}/verbs-two`, good, json, 'other name'), send('PUT', `${maps}/absent`, { ...good, metadata: { name: 'absent' } }, json, 'absent'),
    send('PUT', `/api/v1/namespaces/other-verbs/configmaps/verbs-one`, good, json, 'no such namespace'), send('POST', `/api/v1/namespaces/other-verbs/configmaps`, good, json, 'no such namespace'),
    send('PUT', `${maps}/verbs-one`, { ...good, metadata: { name: 'verbs-one', resourceVersion: '1' } }, json, 'old'), send('PUT', `${maps}/verbs-one`, { ...good, metadata: { name: 'verbs-one', uid: 'x' } }, json, 'uid'), send('PUT', `${maps}/verbs-one`, { ...good, metadata: { name: 'verbs-one', namespace: 'other' } }, json, 'namespace'),
  ]
}
