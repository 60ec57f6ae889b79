// The other plug-ins: namespaces that end or are missing, priorities, tolerations, default classes, taints, protection, runtime classes.
import { ask } from '../pair.mjs'
import { as, attempt, compareRequest, namespaces, prepare, until } from './asking.mjs'

const home = 'access-p', core = `/api/v1/namespaces/${home}`, merge = { 'content-type': 'application/merge-patch+json' }
const containers = [{ name: 'c', image: 'x' }]
const pod = (spec = {}, metadata = {}) => ({ metadata: { name: 'p', ...metadata }, spec: { containers, ...spec } })

export async function plugins(pair, report) {
  const gone = await namespaces(pair, home, 'access-p-ends')
  const send = (title, request, shape = answer => answer) => compareRequest(pair, report, request, { title, shape: answer => (answer.kind === 'Status' ? answer : shape(answer)) })
  const create = (title, plural, body, shape, headers = {}) => send(title, { method: 'POST', path: plural.startsWith('/') ? plural : `${core}/${plural}?dryRun=All`, body, headers }, shape)

  await lifecycle(pair, report, send)
  // Priorities.
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses', classOf = (name, value, more) => ({ metadata: { name: `access-${name}` }, value, ...more })
  for (const [title, body] of Object.entries({ low: classOf('low', 5), high: classOf('high', 1000, { preemptionPolicy: 'Never' }), 'too high': classOf('top', 2_000_000_000), system: { metadata: { name: 'system-mine' }, value: 5 }, negative: classOf('less', -5), 'of a policy': classOf('odd', 5, { preemptionPolicy: 'Odd' }) })) await create(`class ${title}`, classes, body, ({ value, preemptionPolicy, globalDefault }) => ({ value, preemptionPolicy, globalDefault }))
  const priority = ({ spec: { priority: value, priorityClassName, preemptionPolicy } }) => ({ value, priorityClassName, preemptionPolicy })
  const priorities = { none: {}, low: { priorityClassName: 'access-low' }, high: { priorityClassName: 'access-high' }, missing: { priorityClassName: 'access-none' }, node: { priorityClassName: 'system-node-critical' }, cluster: { priorityClassName: 'system-cluster-critical' }, value: { priority: 7 }, zero: { priority: 0 }, right: { priorityClassName: 'access-low', priority: 5 }, wrong: { priorityClassName: 'access-low', priority: 6 }, policy: { preemptionPolicy: 'Never' }, 'wrong policy': { priorityClassName: 'access-high', preemptionPolicy: 'PreemptLowerPriority' }, 'right policy': { priorityClassName: 'access-high', preemptionPolicy: 'Never' } }
  for (const [title, spec] of Object.entries(priorities)) await create(`priority ${title}`, 'pods', pod(spec), priority)
  await create('class for all', classes, classOf('all', 50, { globalDefault: true }), ({ globalDefault }) => globalDefault)
  await create('a second class for all', classes, classOf('all2', 51, { globalDefault: true }), ({ globalDefault }) => globalDefault)
  for (const side of [pair.real, pair.ours]) await until(async () => JSON.parse((await ask(side, { method: 'POST', path: `${core}/pods?dryRun=All`, body: pod() })).text).spec?.priority === 50, 5)
  for (const title of ['none', 'low', 'value', 'zero', 'policy']) await create(`priority ${title} with one for all`, 'pods', pod(priorities[title]), priority)
  for (const body of [{ value: 6 }, { globalDefault: true }, { description: 'x' }, { preemptionPolicy: 'Never' }, { globalDefault: false }]) await send(`class changed ${JSON.stringify(body)}`, { method: 'PATCH', path: `${classes}/access-low?dryRun=All`, headers: merge, body }, ({ value }) => value)
  await send('a second one becomes for all', { method: 'PATCH', path: `${classes}/access-high?dryRun=All`, headers: merge, body: { globalDefault: true } }, ({ value }) => value)
  for (const name of ['low', 'high', 'less', 'all', 'odd', 'all2']) await attempt(pair, { method: 'DELETE', path: `${classes}/access-${name}` })

  // Tolerations.
  const toleration = more => ({ tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', ...more }] }), tolerations = ({ spec }) => spec.tolerations
  for (const [title, spec] of Object.entries({ none: {}, 'not ready': toleration({ effect: 'NoExecute' }), 'for a while': toleration({ effect: 'NoExecute', tolerationSeconds: 5 }), 'not schedule': toleration({ effect: 'NoSchedule' }), 'any effect': toleration({}), 'any key': { tolerations: [{ operator: 'Exists' }] }, 'any key of an effect': { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] }, other: { tolerations: [{ key: 'a', operator: 'Equal', value: 'b' }] }, unreachable: { tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 }] }, gpu: { containers: [{ name: 'c', image: 'x', resources: { limits: { 'example.com/gpu': '1' } } }] } })) await create(`tolerations ${title}`, 'pods', pod(spec), tolerations)

  await storage(pair, send, create)
  // Ingress classes.
  const ingress = (spec, annotations) => ({ metadata: { name: 'i', annotations }, spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } }, ...spec } })
  const ingresses = `/apis/networking.k8s.io/v1/namespaces/${home}/ingresses?dryRun=All`, ingressClass = ({ spec, metadata }) => ({ name: spec.ingressClassName, annotations: metadata.annotations })
  for (const round of ['no default', 'one default', 'two defaults']) {
    if (round !== 'no default') await prepare(pair, { method: 'POST', path: '/apis/networking.k8s.io/v1/ingressclasses', body: { metadata: { name: `access-${round.slice(0, 3)}`, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'a.com/b' } } })
    await until(() => false, 1)
    for (const [title, args] of Object.entries({ plain: [], named: [{ ingressClassName: 'other' }], empty: [{ ingressClassName: '' }], annotated: [{}, { 'kubernetes.io/ingress.class': 'x' }] })) await create(`ingress ${title}, ${round}`, ingresses, ingress(...args), ingressClass)
  }
  for (const name of ['one', 'two']) await attempt(pair, { method: 'DELETE', path: `/apis/networking.k8s.io/v1/ingressclasses/access-${name}` })

  // Taints of new nodes, and what they may not say.
  const taints = ({ spec }) => spec.taints
  for (const [title, spec] of Object.entries({ plain: {}, tainted: { taints: [{ key: 'a', effect: 'NoSchedule' }] }, 'not ready': { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] }, 'not ready to run': { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }, cordoned: { unschedulable: true } })) await create(`node ${title}`, '/api/v1/nodes?dryRun=All', { metadata: { name: 'access-p-node' }, spec }, taints)

  // Runtime classes.
  const runtimes = '/apis/node.k8s.io/v1/runtimeclasses', runtime = ({ spec, metadata }) => ({ overhead: spec.overhead, selector: spec.nodeSelector, tolerations: spec.tolerations, name: spec.runtimeClassName, annotations: metadata.annotations })
  for (const [name, more] of Object.entries({ plain: {}, heavy: { overhead: { podFixed: { cpu: '100m', memory: '64Mi' } } }, placed: { scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 't', operator: 'Exists' }] } }, both: { overhead: { podFixed: { cpu: '1' } }, scheduling: { nodeSelector: { a: 'b' } } } })) await prepare(pair, { method: 'POST', path: runtimes, body: { metadata: { name: `access-${name}` }, handler: 'h', ...more } })
  await until(() => false, 1)
  for (const name of ['plain', 'heavy', 'placed', 'both', 'none']) {
    for (const [title, spec] of Object.entries({ plain: {}, 'with its overhead': { overhead: { cpu: '100m', memory: '64Mi' } }, 'with another overhead': { overhead: { cpu: '5m' } }, selecting: { nodeSelector: { c: 'd' } }, 'selecting the same': { nodeSelector: { a: 'b' } }, 'selecting another': { nodeSelector: { a: 'c' } }, tolerating: { tolerations: [{ key: 't', operator: 'Exists' }] }, 'tolerating more': { tolerations: [{ key: 'u', operator: 'Exists' }] } })) await create(`runtime ${name} ${title}`, 'pods', pod({ runtimeClassName: `access-${name}`, ...spec }), runtime)
  }
  await create('overhead without a class', 'pods', pod({ overhead: { cpu: '1' } }), runtime)
  for (const name of ['plain', 'heavy', 'placed', 'both']) await attempt(pair, { method: 'DELETE', path: `${runtimes}/access-${name}` })

  // What is off unless asked for.
  await create('an owner that blocks', 'pods', pod({}, { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'y', blockOwnerDeletion: true }] }), ({ metadata }) => metadata.ownerReferences)
  await create('external addresses', 'services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }], externalIPs: ['1.2.3.4'] } }, ({ spec }) => spec.externalIPs)
  await gone()
}

async function lifecycle(pair, report, send) {
  const body = { metadata: { name: 'x' } }
  for (const namespace of ['access-p-none', 'default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    await send(`config map in ${namespace}`, { method: 'POST', path: `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, body }, ({ kind }) => kind)
    if (namespace !== 'access-p-none') await send(`delete ${namespace}`, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}?dryRun=All` })
  }
  await send('delete a missing one', { method: 'DELETE', path: '/api/v1/namespaces/access-p-none' })
  for (const [plural, group, more] of [['pods', '', { spec: { containers } }], ['deployments', 'apps/v1', { spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers } } } }], ['roles', 'rbac.authorization.k8s.io/v1', {}], ['leases', 'coordination.k8s.io/v1', {}], ['serviceaccounts', '', {}], ['events', '', { involvedObject: { namespace: 'access-p-none' } }]]) {
    const path = `${group ? `/apis/${group}` : '/api/v1'}/namespaces/access-p-none/${plural}`
    await send(`${plural} in no namespace`, { method: 'POST', path, body: { ...body, ...more } })
    await send(`${plural} put in no namespace`, { method: 'PUT', path: `${path}/x`, body: { ...body, ...more } })
    await send(`${plural} applied in no namespace`, { method: 'PATCH', path: `${path}/x?fieldManager=me`, headers: { 'content-type': 'application/apply-patch+yaml' }, body: { apiVersion: group || 'v1', kind: { pods: 'Pod', deployments: 'Deployment', roles: 'Role', leases: 'Lease', serviceaccounts: 'ServiceAccount', events: 'Event' }[plural], ...body, ...more } })
    await send(`${plural} deleted in no namespace`, { method: 'DELETE', path: `${path}/x` })
    await send(`${plural} listed in no namespace`, { path }, ({ items }) => items.length)
  }
  await send('a review in no namespace', { method: 'POST', path: '/apis/authorization.k8s.io/v1/namespaces/access-p-none/localsubjectaccessreviews', body: { spec: { user: 'u', resourceAttributes: { namespace: 'access-p-none', verb: 'get', resource: 'pods' } } } }, ({ status }) => status)
  // A namespace that ends, held by a finalizer of something in it.
  await prepare(pair, { method: 'POST', path: '/api/v1/namespaces/access-p-ends/configmaps', body: { metadata: { name: 'held', finalizers: ['a.com/b'] } } })
  await prepare(pair, { method: 'DELETE', path: '/api/v1/namespaces/access-p-ends' })
  await until(() => false, 3)
  for (const [plural, group, more] of [['pods', '', { spec: { containers } }], ['configmaps', '', {}], ['roles', 'rbac.authorization.k8s.io/v1', {}], ['serviceaccounts', '', {}]]) {
    await send(`${plural} in a namespace that ends`, { method: 'POST', path: `${group ? `/apis/${group}` : '/api/v1'}/namespaces/access-p-ends/${plural}`, body: { ...body, ...more } })
  }
  await send('an update in a namespace that ends', { method: 'PATCH', path: '/api/v1/namespaces/access-p-ends/configmaps/held', headers: merge, body: { data: { a: 'b' } } }, ({ data }) => data)
  await send('a put in a namespace that ends', { method: 'PUT', path: '/apis/coordination.k8s.io/v1/namespaces/access-p-ends/leases/x', body })
  await send('a token in a namespace that ends', { method: 'POST', path: '/api/v1/namespaces/access-p-ends/serviceaccounts/default/token', body: {} })
  await send('a review in a namespace that ends', { method: 'POST', path: '/apis/authorization.k8s.io/v1/namespaces/access-p-ends/localsubjectaccessreviews', body: { spec: { user: 'u', resourceAttributes: { namespace: 'access-p-ends', verb: 'get', resource: 'pods' } } } }, ({ status }) => status)
  await send('delete it again', { method: 'DELETE', path: '/api/v1/namespaces/access-p-ends' }, ({ status }) => status.phase)
  await send('finish what holds it', { method: 'PATCH', path: '/api/v1/namespaces/access-p-ends/configmaps/held', headers: merge, body: { metadata: { finalizers: null } } }, ({ kind }) => kind)
  await send('delete default as somebody', { method: 'DELETE', path: '/api/v1/namespaces/default', headers: as('nobody') })
}

async function storage(pair, send, create) {
  const classes = '/apis/storage.k8s.io/v1/storageclasses', claim = (spec, annotations) => ({ metadata: { name: 'c', annotations }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } })
  const shown = ({ spec, metadata }) => ({ name: spec.storageClassName, finalizers: metadata.finalizers, annotations: metadata.annotations })
  const kinds = { plain: [], named: [{ storageClassName: 'other' }], empty: [{ storageClassName: '' }], annotated: [{}, { 'volume.beta.kubernetes.io/storage-class': 'x' }], block: [{ volumeMode: 'Block' }] }
  for (const round of ['no default', 'one default', 'two defaults']) {
    if (round !== 'no default') {
      await prepare(pair, { method: 'POST', path: classes, body: { metadata: { name: `access-${round.slice(0, 3)}`, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'a.com/b', allowVolumeExpansion: round === 'one default' } })
      await until(() => false, 1.2)
    }
    for (const [title, args] of Object.entries(kinds)) await create(`claim ${title}, ${round}`, 'persistentvolumeclaims', claim(...args), shown)
  }
  await create('a volume', '/api/v1/persistentvolumes?dryRun=All', { metadata: { name: 'access-p-pv' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } }, shown)
  // Claims that grow.
  for (const [name, storageClassName] of [['grows', 'access-one'], ['stays', 'access-two'], ['bare', '']]) {
    await prepare(pair, { method: 'POST', path: '/api/v1/persistentvolumes', body: { metadata: { name: `access-p-${name}` }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, storageClassName, claimRef: { namespace: home, name } } } })
    await prepare(pair, { method: 'POST', path: `${core}/persistentvolumeclaims`, body: { ...claim({ storageClassName, volumeName: `access-p-${name}` }), metadata: { name } } })
    for (const side of [pair.real, pair.ours]) await until(async () => JSON.parse((await ask(side, { path: `${core}/persistentvolumeclaims/${name}` })).text).status?.phase === 'Bound')
    for (const size of ['2Gi', '1Gi', '500Mi']) await send(`claim ${name} to ${size}`, { method: 'PATCH', path: `${core}/persistentvolumeclaims/${name}?dryRun=All`, headers: merge, body: { spec: { resources: { requests: { storage: size } } } } }, ({ spec }) => spec.resources)
  }
  await prepare(pair, { method: 'POST', path: `${core}/persistentvolumeclaims`, body: { ...claim({ storageClassName: 'access-one', volumeName: 'none' }), metadata: { name: 'unbound' } } })
  await send('an unbound claim', { method: 'PATCH', path: `${core}/persistentvolumeclaims/unbound?dryRun=All`, headers: merge, body: { spec: { resources: { requests: { storage: '2Gi' } } } } })
  for (const name of ['grows', 'stays', 'bare', 'unbound']) await attempt(pair, { method: 'DELETE', path: `${core}/persistentvolumeclaims/${name}` })
  for (const name of ['grows', 'stays', 'bare']) await attempt(pair, { method: 'DELETE', path: `/api/v1/persistentvolumes/access-p-${name}` })
  for (const name of ['one', 'two']) await attempt(pair, { method: 'DELETE', path: `${classes}/access-${name}` })
}
