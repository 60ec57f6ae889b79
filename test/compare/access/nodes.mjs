// What kubelets may: the node authorizer over what their pods need, and NodeRestriction (the real one must have it on).
import { ask } from '../pair.mjs'
import { as, attempt, combinations, compareRequest, namespaces, prepare } from './asking.mjs'

const home = 'access-n', core = `/api/v1/namespaces/${home}`
const node = name => as(`system:node:${name}`, { groups: ['system:nodes'] })
const merge = { 'content-type': 'application/merge-patch+json' }, strategic = { 'content-type': 'application/strategic-merge-patch+json' }

export async function nodes(pair, report) {
  const gone = await namespaces(pair, home)
  for (const name of ['access-n1', 'access-n2']) await prepare(pair, { method: 'POST', path: '/api/v1/nodes', body: { metadata: { name, labels: { 'topology.kubernetes.io/zone': 'z1', 'topology.kubernetes.io/region': 'r1' } } } })
  for (const name of ['one', 'two']) await prepare(pair, { method: 'POST', path: `${core}/serviceaccounts`, body: { metadata: { name } } })
  for (const [plural, names] of Object.entries({ secrets: ['vol', 'env', 'from', 'pull', 'projected', 'csi', 'other', 'ephemeral'], configmaps: ['vol', 'env', 'from', 'projected', 'other'] })) {
    for (const name of names) await prepare(pair, { method: 'POST', path: `${core}/${plural}`, body: { metadata: { name } } })
  }
  await prepare(pair, { method: 'POST', path: '/api/v1/persistentvolumes', body: { metadata: { name: 'access-n-pv' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: { driver: 'access.csi', volumeHandle: 'h', nodePublishSecretRef: { name: 'csi', namespace: home } }, claimRef: { namespace: home, name: 'claim' }, storageClassName: 'none' } } })
  for (const name of ['claim', 'unused']) await prepare(pair, { method: 'POST', path: `${core}/persistentvolumeclaims`, body: { metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'none', ...name === 'claim' ? { volumeName: 'access-n-pv' } : {} } } })
  const spec = { serviceAccountName: 'one', nodeName: 'access-n1', imagePullSecrets: [{ name: 'pull' }],
    containers: [{ name: 'c', image: 'x', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }, { name: 'B', valueFrom: { configMapKeyRef: { name: 'env', key: 'k' } } }], envFrom: [{ secretRef: { name: 'from' } }, { configMapRef: { name: 'from' } }] }],
    volumes: [{ name: 'a', secret: { secretName: 'vol' } }, { name: 'b', configMap: { name: 'vol' } }, { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'projected' } }, { serviceAccountToken: { path: 't', audience: 'vault' } }] } }, { name: 'd', persistentVolumeClaim: { claimName: 'claim' } }] }
  const bound = await prepare(pair, { method: 'POST', path: `${core}/pods`, body: { metadata: { name: 'bound', labels: { a: 'b' } }, spec } })
  await compareRequest(pair, report, { path: `${core}/pods/bound` }, { title: 'labels of a pod on its node', shape: ({ metadata }) => metadata.labels })
  await prepare(pair, { method: 'POST', path: `${core}/pods`, body: { metadata: { name: 'elsewhere' }, spec: { ...spec, nodeName: 'access-n2', volumes: [], containers: [{ name: 'c', image: 'x' }], imagePullSecrets: [], serviceAccountName: 'two' } } })
  for (const name of ['pending', 'later']) await prepare(pair, { method: 'POST', path: `${core}/pods`, body: { metadata: { name }, spec: { ...spec, nodeName: undefined, schedulerName: 'nobody', serviceAccountName: 'two' } } })
  await prepare(pair, { method: 'POST', path: '/apis/storage.k8s.io/v1/volumeattachments', body: { metadata: { name: 'access-n-va' }, spec: { attacher: 'access.csi', nodeName: 'access-n1', source: { persistentVolumeName: 'access-n-pv' } } } })
  await prepare(pair, { method: 'POST', path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', body: { metadata: { name: 'access-n2' } } })

  const short = answer => (answer.kind === 'Status' ? answer : { kind: answer.kind, name: answer.metadata?.name })
  const kubelet = (name, request, title) => compareRequest(pair, report, { ...request, headers: { ...node(name), ...request.headers } }, { title: `${name}: ${title ?? `${request.method ?? 'GET'} ${request.path}`}`, shape: short })
  const objects = [
    ...['vol', 'env', 'from', 'pull', 'projected', 'csi', 'other', 'none'].map(name => `${core}/secrets/${name}`), ...['vol', 'env', 'from', 'projected', 'other', 'none'].map(name => `${core}/configmaps/${name}`),
    ...['claim', 'unused', 'none'].map(name => `${core}/persistentvolumeclaims/${name}`), '/api/v1/persistentvolumes/access-n-pv', '/api/v1/persistentvolumes/none', ...['bound', 'elsewhere', 'pending', 'none'].map(name => `${core}/pods/${name}`), ...['one', 'two', 'default'].map(name => `${core}/serviceaccounts/${name}`),
    '/api/v1/nodes/access-n1', '/api/v1/nodes/access-n2', '/api/v1/nodes', `${core}/pods`, '/api/v1/pods?fieldSelector=spec.nodeName%3Daccess-n1', '/api/v1/pods?fieldSelector=spec.nodeName%3Daccess-n2', '/api/v1/services', `${core}/secrets`, `${core}/secrets?fieldSelector=metadata.name%3Dvol`, `${core}/configmaps?fieldSelector=metadata.name%3Dvol`,
    '/apis/storage.k8s.io/v1/volumeattachments/access-n-va', '/apis/storage.k8s.io/v1/csinodes/access-n1', '/apis/storage.k8s.io/v1/csinodes/access-n2', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/access-n2', '/apis/coordination.k8s.io/v1/namespaces/default/leases/access-n1', '/apis/node.k8s.io/v1/runtimeclasses', '/apis/storage.k8s.io/v1/csidrivers', '/apis/resource.k8s.io/v1/resourceslices', '/apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.nodeName%3Daccess-n1', '/apis/certificates.k8s.io/v1/certificatesigningrequests/x',
  ]
  for (const [name, path] of combinations(['access-n1', 'access-n2', 'access-n3'], objects)) await kubelet(name, { path })
  for (const name of ['access-n1', 'access-n2']) {
    const at = `${core}/persistentvolumeclaims/claim/status?dryRun=All`
    for (const [title, request] of [
      ['secret written', { method: 'PUT', path: `${core}/secrets/vol?dryRun=All`, body: { metadata: { name: 'vol' } } }], ['config deleted', { method: 'DELETE', path: `${core}/configmaps/vol?dryRun=All` }],
      ['claim status', { method: 'PATCH', path: at, headers: merge, body: { status: { capacity: { storage: '2Gi' }, conditions: [] } } }], ['claim phase', { method: 'PATCH', path: at, headers: merge, body: { status: { phase: 'Lost' } } }], ['claim labels', { method: 'PATCH', path: at, headers: merge, body: { metadata: { labels: { a: 'b' } } } }],
      ['claim patched', { method: 'PATCH', path: `${core}/persistentvolumeclaims/claim?dryRun=All`, headers: merge, body: {} }],
      ['lease', { method: 'POST', path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?dryRun=All', body: { metadata: { name: 'access-n1' } } }], ['lease elsewhere', { method: 'POST', path: `/apis/coordination.k8s.io/v1/namespaces/${home}/leases?dryRun=All`, body: { metadata: { name: 'access-n1' } } }], ['lease changed', { method: 'PATCH', path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/access-n2?dryRun=All', headers: merge, body: { spec: { leaseDurationSeconds: 40 } } }],
      ['csi node', { method: 'POST', path: '/apis/storage.k8s.io/v1/csinodes?dryRun=All', body: { metadata: { name: 'access-n1' }, spec: { drivers: [] } } }], ['slice', { method: 'POST', path: '/apis/resource.k8s.io/v1/resourceslices?dryRun=All', body: { metadata: { name: 'access-n1-s' }, spec: { driver: 'd', nodeName: 'access-n1', pool: { name: 'p', resourceSliceCount: 1 } } } }],
      ['event', { method: 'POST', path: `${core}/events?dryRun=All`, body: { metadata: { name: 'e' }, involvedObject: { kind: 'Pod', name: 'bound', namespace: home }, reason: 'R', message: 'm' } }], ['pod deleted', { method: 'DELETE', path: `${core}/pods/bound?dryRun=All` }], ['pending pod deleted', { method: 'DELETE', path: `${core}/pods/pending?dryRun=All` }], ['no pod deleted', { method: 'DELETE', path: `${core}/pods/none` }],
      ['pod evicted', { method: 'POST', path: `${core}/pods/bound/eviction?dryRun=All`, body: { metadata: { name: 'bound' }, apiVersion: 'policy/v1', kind: 'Eviction' } }], ['no pod evicted', { method: 'POST', path: `${core}/pods/none/eviction`, body: { metadata: { name: 'none' }, apiVersion: 'policy/v1', kind: 'Eviction' } }], ['pod bound', { method: 'POST', path: `${core}/pods/pending/binding`, body: { metadata: { name: 'pending' }, target: { kind: 'Node', name: 'access-n1' } } }],
      ['pod status', { method: 'PATCH', path: `${core}/pods/bound/status?dryRun=All`, headers: strategic, body: { status: { phase: 'Running' } } }], ['pod status labels', { method: 'PATCH', path: `${core}/pods/bound/status?dryRun=All`, headers: strategic, body: { metadata: { labels: { x: 'y' } } } }], ['pod patched', { method: 'PATCH', path: `${core}/pods/bound?dryRun=All`, headers: merge, body: { metadata: { labels: { x: 'y' } } } }],
      ['pod claims', { method: 'PATCH', path: `${core}/pods/bound/status?dryRun=All`, headers: merge, body: { status: { resourceClaimStatuses: [{ name: 'r', resourceClaimName: 'x' }] } } }], ['ephemeral containers', { method: 'PATCH', path: `${core}/pods/bound/ephemeralcontainers?dryRun=All`, headers: strategic, body: { spec: { ephemeralContainers: [{ name: 'e', image: 'x' }] } } }],
      ...Object.entries({ labels: { labels: { a: 'b' } }, zone: { labels: { 'topology.kubernetes.io/zone': 'z2' } }, 'kubelet label': { labels: { 'kubelet.kubernetes.io/x': 'y', 'x.node.kubernetes.io/y': 'z' } }, 'other label': { labels: { 'kubernetes.io/role': 'x', 'node-role.kubernetes.io/master': '', 'foo.k8s.io/a': 'b' } }, 'restricted label': { labels: { 'node-restriction.kubernetes.io/x': 'y', 'a.node-restriction.kubernetes.io/x': 'y' } }, annotation: { annotations: { a: 'b' } }, owners: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'x', uid: 'y' }] } })
        .flatMap(([what, metadata]) => [[`node ${what}`, { method: 'PATCH', path: '/api/v1/nodes/access-n1?dryRun=All', headers: merge, body: { metadata } }], [`node ${what} by status`, { method: 'PATCH', path: '/api/v1/nodes/access-n1/status?dryRun=All', headers: merge, body: { metadata } }], [`new node ${what}`, { method: 'POST', path: '/api/v1/nodes?dryRun=All', body: { metadata: { name: 'access-n3', ...metadata } } }]]),
      ['node taints', { method: 'PATCH', path: '/api/v1/nodes/access-n1?dryRun=All', headers: merge, body: { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } } }], ['node cordoned', { method: 'PATCH', path: '/api/v1/nodes/access-n1?dryRun=All', headers: merge, body: { spec: { unschedulable: true } } }], ['node deleted', { method: 'DELETE', path: '/api/v1/nodes/access-n1?dryRun=All' }], ['node status', { method: 'PATCH', path: '/api/v1/nodes/access-n1/status?dryRun=All', headers: merge, body: { status: { capacity: { cpu: '3' } } } }],
    ]) await kubelet(name, request, title)
  }
  for (const name of ['access-n3', 'access-n4']) await kubelet(name, { method: 'POST', path: '/api/v1/nodes?dryRun=All', body: { metadata: { name: 'access-n3', labels: { 'kubernetes.io/hostname': 'x', 'kubernetes.io/foo': 'y' } }, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } } }, 'a node')

  await tokens(pair, report, bound)
  await mirrors(pair, report)
  await compareRequest(pair, report, { method: 'POST', path: `${core}/pods?dryRun=All`, headers: as('system:node:', { groups: ['system:nodes'] }), body: {} }, { title: 'a kubelet without a name' })
  await compareRequest(pair, report, { method: 'POST', path: `${core}/pods/later/binding`, body: { metadata: { name: 'later' }, target: { kind: 'Node', name: 'access-n2' } } })
  await compareRequest(pair, report, { path: `${core}/pods/later` }, { title: 'labels of a pod that was bound', shape: ({ metadata }) => metadata.labels })
  for (const path of ['/api/v1/nodes/access-n1', '/api/v1/nodes/access-n2', '/api/v1/persistentvolumes/access-n-pv', '/apis/storage.k8s.io/v1/volumeattachments/access-n-va', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/access-n2']) await attempt(pair, { method: 'DELETE', path })
  await gone()
}

async function tokens(pair, report, bound) {
  for (const name of ['access-n1', 'access-n2']) {
    for (const [title, account, boundObjectRef, audiences] of [
      ['its pod', 'one', true], ['for vault', 'one', true, ['vault']], ['for others', 'one', true, ['other']], ['for two', 'one', true, ['vault', 'other']], ['unbound', 'one'], ['without a uid', 'one', { uid: undefined }], ['a wrong uid', 'one', { uid: 'x' }], ['no pod', 'one', { name: 'none' }], ['a secret', 'one', { kind: 'Secret', name: 'vol' }], ['another account', 'two', true], ['the default account', 'default', true],
    ]) {
      const sides = await Promise.all(['real', 'ours'].map(side => ask(pair[side], { method: 'POST', path: `${core}/serviceaccounts/${account}/token`, headers: node(name), body: {
        spec: { ...audiences ? { audiences } : {}, ...boundObjectRef ? { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound', uid: bound[side].metadata.uid, ...boundObjectRef === true ? {} : boundObjectRef } } : {} } } })))
      const [theirs, own] = sides.map(({ status, text }) => `${status} ${status < 300 ? 'a token' : JSON.parse(text).message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')}`)
      report(`${name}: token of ${title}`, theirs === own ? [] : [`- ${theirs}`, `+ ${own}`])
    }
  }
}

async function mirrors(pair, report) {
  const uids = await prepare(pair, { path: '/api/v1/nodes/access-n1' })
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'access-n1', controller: true }
  const mirror = { 'kubernetes.io/config.mirror': 'x' }, containers = [{ name: 'c', image: 'x' }]
  const volumes = { none: undefined, emptyDir: {}, hostPath: { path: '/x' }, csi: { driver: 'd' }, persistentVolumeClaim: { claimName: 'x' }, configMap: { name: 'x' }, projected: { sources: [{ downwardAPI: { items: [] } }] }, 'projected config': { sources: [{ configMap: { name: 'x' } }] } }
  const pods = {
    'not a mirror': { annotations: {} }, 'no owner': { ownerReferences: [] }, 'two owners': { ownerReferences: [owner, owner] }, 'another owner': { ownerReferences: [{ ...owner, name: 'access-n2' }] }, 'no controller': { ownerReferences: [{ ...owner, controller: false }] }, blocking: { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] }, 'a wrong uid': { ownerReferences: [{ ...owner, uid: 'x' }] },
    elsewhere: { spec: { nodeName: 'access-n2' } }, nowhere: { spec: { nodeName: undefined } }, 'with env': { spec: { containers: [{ ...containers[0], envFrom: [{ configMapRef: { name: 'x' } }] }] } },
    ...Object.fromEntries(Object.entries(volumes).map(([name, source]) => [`with ${name}`, { spec: source ? { volumes: [{ name: 'v', [name.split(' ')[0]]: source }] } : {} }])),
  }
  for (const [title, { annotations = mirror, ownerReferences = [owner], spec = {} }] of Object.entries(pods)) {
    const ask1 = side => ({ method: 'POST', path: `${core}/pods?dryRun=All`, headers: node('access-n1'), body: { metadata: { name: 'm', annotations, ownerReferences: ownerReferences.map(each => ({ uid: uids[side].metadata.uid, ...each })) }, spec: { nodeName: 'access-n1', containers, ...spec } } })
    const [theirs, own] = (await Promise.all(['real', 'ours'].map(side => ask(pair[side], ask1(side))))).map(({ status, text }) => `${status} ${status < 300 ? 'a pod' : JSON.parse(text).message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')}`)
    report(`mirror pod ${title}`, theirs === own ? [] : [`- ${theirs}`, `+ ${own}`])
  }
}
