// Field selectors that kinds know or don't, label selectors in every spelling.
const fields = [
  'metadata.name=verbs-one', 'metadata.name!=verbs-one', 'metadata.name==verbs-one', 'metadata.namespace=verbs-all', 'metadata.namespace=other', 'metadata.uid=x', 'metadata.labels=a', 'name=x',
  'status.phase=Pending', 'spec.nodeName=', 'spec.host=', 'spec.restartPolicy=Always', 'spec.schedulerName=default-scheduler', 'spec.serviceAccountName=default',
  'spec.hostNetwork=false', 'status.podIP=', 'status.podIPs=', 'status.nominatedNodeName=', 'spec.unschedulable=false', 'spec.unschedulable=true', 'status.replicas=0', 'type=Opaque',
  'type=Normal', 'reason=Seen', 'involvedObject.kind=Pod', 'involvedObject.name=web', 'involvedObject.uid=', 'involvedObject.apiVersion=v1', 'involvedObject.resourceVersion=', 'involvedObject.fieldPath=', 'involvedObject.namespace=contract', 'regarding.kind=Pod', 'regarding.name=web',
  'reportingComponent=', 'reportingController=example.com/test', 'source=', 'status.successful=0', 'spec.signerName=example.com/signer', 'spec.ipFamily=', 'spec.parentRef.name=x', 'spec.clusterIP=None', 'spec.type=ClusterIP', 'spec.nodeName=one', 'spec.driver=gpu.example.com',
  'spec.attacher=x', 'status.succeeded=1', 'secrets=x', 'spec.replicas=0',
]

/** Every field that any kind selects by, asked of this one. */
export function fieldSelectors({ collection, kind }) {
  const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
  const mine = kind === 'Node' ? '' : '&labelSelector=tier%3Dverbs'
  return fields.map(field => ({ path: `${collection}?fieldSelector=${encodeURIComponent(field)}${mine}`, headers: { accept }, title: 'field' }))
}

const labels = [
  'app', '!app', '! app', 'app=one', 'app==one', 'app!=one', 'app = one', ' app=one ', 'app in (one,two)', 'app in (one, two)', 'app in(one)', 'app in ()', 'app in (,one)', 'app in (one,)', 'app notin (one)',
  'app notin ()', 'app notin', 'app in', 'app in one', 'app in (one', 'app in one)', 'app,tier', 'app,', ',app', ',', 'app,,tier', 'app=', 'app==', 'app!=', '=one', '!', '!!app', 'app=one,tier in (verbs),!x', 'app>1', 'app<1', 'n>5', 'n<-5',
  'n>5.5', 'app>', '>1', 'app=one two', 'app one', 'a b c', 'app in (one) tier', 'app===one', 'app=!one', 'app=-one', 'app=one-', 'app=one/two', `app=${'x'.repeat(64)}`, `${'x'.repeat(64)}=one`, 'Example.com/app', 'example.com/app', 'example.com/app=one', 'example.com/', '/app', 'a/b/c', 'app@=x', 'app=ö', 'ä=x', 'app="one"', "app='one'", 'in', 'notin', 'in in (in)', 'notin notin (in)',
  'app in (one,two,one)', 'app!=one,app!=two', 'app!in(one)', '()', '(', ')', 'app)', '(app)', 'app in ((one))', 'app in (one)(two)', 'app=(one)', 'app=one;tier=x', 'app\t=\tone', 'app=one\n', 'app exists', '!app in (x)', '!app=x', 'app in (a b)', 'app=in', 'x=y=z', 'gt>1', 'app not in (x)', 'app NOTIN (x)', 'app IN (one)',
]
const fieldTexts = ['', ',', '=', 'a', 'a=', '=b', 'metadata.name', 'metadata.name=', 'metadata.name==', 'metadata.name!=', 'metadata.name=a=b', 'metadata.name=a,', ',metadata.name=verbs-one', 'metadata.name=verbs-one,metadata.name=verbs-two',
  'metadata.name=verbs-one,metadata.namespace=verbs-all', 'metadata.name in (a)', 'metadata.name=a\\,b', 'metadata.name=a\\=b', 'metadata.name=a\\b', 'metadata.name=a\\', ' metadata.name=verbs-one', 'metadata.name =verbs-one', 'metadata.name= verbs-one', '!metadata.name', 'metadata.name>a', 'Metadata.Name=a', 'metadata.name=A_B', 'metadata.name=../x', 'metadata.name=%2F', 'metadata.name===x']

export function labelSelectors(namespace) {
  const maps = `/api/v1/namespaces/${namespace}/configmaps`, accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
  const read = (path, title) => ({ path, headers: { accept }, title })
  return [
    ...labels.flatMap(label => [read(`${maps}?labelSelector=${encodeURIComponent(label)}`, 'label')]),
    ...labels.slice(0, 20).map(label => ({ method: 'DELETE', path: `${maps}?dryRun=All&labelSelector=${encodeURIComponent(label)}`, title: 'label delete' })),
    ...labels.map(label => read(`${maps}?watch=true&timeoutSeconds=1&labelSelector=${encodeURIComponent(label)}`, 'label watch')),
    ...fieldTexts.flatMap(field => [
      read(`${maps}?fieldSelector=${encodeURIComponent(field)}`, 'field text'),
      read(`${maps}?watch=true&timeoutSeconds=1&fieldSelector=${encodeURIComponent(field)}`, 'field watch'),
      read(`${maps}/verbs-one?watch=true&timeoutSeconds=1&fieldSelector=${encodeURIComponent(field)}`, 'field get'),
      read(`/api/v1/watch/namespaces/${namespace}/configmaps/verbs-one?timeoutSeconds=1&fieldSelector=${encodeURIComponent(field)}`, 'field watch path'),
      { method: 'DELETE', path: `${maps}?dryRun=All&fieldSelector=${encodeURIComponent(field)}`, title: 'field delete' },
    ]),
    read(`${maps}?labelSelector=app%3Done&labelSelector=app%3Dtwo`, 'twice'), read(`${maps}?fieldSelector=metadata.name%3Dverbs-one&fieldSelector=metadata.name%3Dverbs-two`, 'twice'),
    read(`${maps}?labelselector=app%3Done`, 'case'),
  ]
}
