// Quotas: what is counted by which, what is refused in whose words, what is used afterwards, and that no crowd gets past them.
import { ask, differences } from '../pair.mjs'
import { attempt, compareRequest, namespaces, prepare, until } from './asking.mjs'

const home = 'access-q', core = `/api/v1/namespaces/${home}`, apps = `/apis/apps/v1/namespaces/${home}`
const container = (requests, limits) => ({ name: 'c', image: 'x', resources: { ...requests ? { requests } : {}, ...limits ? { limits } : {} } })
const pod = (name, spec = {}, requests, limits) => ['pods', { metadata: { name }, spec: { schedulerName: 'none', containers: [container(requests, limits)], ...spec } }]
const service = (name, spec) => ['services', { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } }]
const claim = (name, storage, storageClassName) => ['persistentvolumeclaims', { metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } } }]
const scope = (scopeName, operator, values) => ({ scopeName, operator, ...values ? { values } : {} })

const cases = {
  pods: [{ hard: { pods: '2' } }, [pod('a'), pod('b'), pod('c')]],
  compute: [{ hard: { 'requests.cpu': '1', 'requests.memory': '1Gi', 'limits.cpu': '2', 'limits.memory': '2Gi' } }, [pod('a'), pod('b', {}, { cpu: '1' }), pod('c', {}, { cpu: '500m', memory: '100Mi' }, { cpu: '1', memory: '1Gi' }), pod('d', {}, { cpu: '600m', memory: '1Gi' }, { cpu: '2', memory: '2Gi' }), pod('e', {}, { cpu: '100m', memory: '1Mi' }, { cpu: '100m', memory: '1Mi' })]],
  'cpu and memory': [{ hard: { cpu: '500m', memory: '64Mi' } }, [pod('a'), pod('b', {}, { cpu: '400m', memory: '32Mi' }), pod('c', {}, { cpu: '200m', memory: '64Mi' })]],
  'init containers': [{ hard: { 'requests.cpu': '1' } }, [pod('a', { initContainers: [{ ...container({ cpu: '2' }), name: 'i' }] }, { cpu: '1m' }), pod('b', { initContainers: [{ ...container({ cpu: '600m' }), name: 'i' }] }, { cpu: '500m' }), pod('c', { initContainers: [{ ...container({ cpu: '300m' }), name: 'i', restartPolicy: 'Always' }] }, { cpu: '200m' })]],
  'pod level': [{ hard: { 'requests.cpu': '1', 'limits.memory': '1Gi' } }, [pod('a', { resources: { requests: { cpu: '900m' }, limits: { memory: '512Mi' } } }), pod('b', { resources: { requests: { cpu: '200m' }, limits: { memory: '1Mi' } } })]],
  'ephemeral storage': [{ hard: { 'requests.ephemeral-storage': '1Gi', 'limits.ephemeral-storage': '2Gi' } }, [pod('a'), pod('b', {}, { 'ephemeral-storage': '512Mi' }, { 'ephemeral-storage': '1Gi' }), pod('c', {}, { 'ephemeral-storage': '600Mi' }, { 'ephemeral-storage': '600Mi' })]],
  extended: [{ hard: { 'requests.example.com/gpu': '2', 'requests.hugepages-2Mi': '4Mi', 'hugepages-1Gi': '1Gi' } }, [pod('a', {}, undefined, { 'example.com/gpu': '1' }), pod('b', {}, undefined, { 'example.com/gpu': '2' }), pod('c', {}, undefined, { 'hugepages-2Mi': '8Mi', memory: '1Mi' })]],
  counts: [{ hard: { 'count/pods': '1', 'count/configmaps': '2', 'count/deployments.apps': '1', 'count/jobs.batch': '0', 'count/secrets': '1', 'count/services': '1', 'count/things.example.com': '1', 'count/roles.rbac.authorization.k8s.io': '0' } }, [pod('a'), pod('b'), ['configmaps', { metadata: { name: 'a' } }], ['configmaps', { metadata: { name: 'b' } }], ['secrets', { metadata: { name: 'a' } }], ['secrets', { metadata: { name: 'b' } }], service('a'), service('b')]],
  objects: [{ hard: { configmaps: '2', secrets: '1', replicationcontrollers: '0', resourcequotas: '1', persistentvolumeclaims: '1', services: '1' } }, [['configmaps', { metadata: { name: 'a' } }], ['configmaps', { metadata: { name: 'b' } }], ['secrets', { metadata: { name: 'a' } }], ['secrets', { metadata: { name: 'b' } }], ['replicationcontrollers', { metadata: { name: 'a' }, spec: { selector: { a: 'b' }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container()] } } } }], ['resourcequotas', { metadata: { name: 'b' } }], claim('a', '1Gi'), claim('b', '1Gi'), service('a'), service('b')]],
  services: [{ hard: { services: '4', 'services.nodeports': '2', 'services.loadbalancers': '1' } }, [service('a', { type: 'NodePort' }), service('b', { type: 'NodePort', ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }] }), service('c', { type: 'LoadBalancer' }), service('d', { type: 'LoadBalancer' }), service('e', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }), service('f', { type: 'ExternalName', externalName: 'x.y', ports: [] })]],
  storage: [{ hard: { 'requests.storage': '10Gi', persistentvolumeclaims: '3', 'gold.storageclass.storage.k8s.io/requests.storage': '2Gi', 'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1' } }, [claim('a', '1Gi', 'gold'), claim('b', '2Gi', 'gold'), claim('c', '3Gi', ''), claim('d', '20Gi', '')]],
  'best effort': [{ hard: { pods: '1' }, scopes: ['BestEffort'] }, [pod('a'), pod('b'), pod('c', {}, { cpu: '1' })]], 'not best effort': [{ hard: { pods: '1', 'requests.cpu': '1' }, scopes: ['NotBestEffort'] }, [pod('a'), pod('b', {}, { cpu: '1' }), pod('c', {}, { memory: '1Mi' })]],
  terminating: [{ hard: { pods: '1' }, scopes: ['Terminating'] }, [pod('a', { activeDeadlineSeconds: 10 }), pod('b', { activeDeadlineSeconds: 10 }), pod('c')]], 'not terminating': [{ hard: { pods: '1' }, scopes: ['NotTerminating'] }, [pod('a'), pod('b'), pod('c', { activeDeadlineSeconds: 10 })]],
  'by class': [{ hard: { pods: '1' }, scopeSelector: { matchExpressions: [scope('PriorityClass', 'In', ['system-node-critical', 'access-high'])] } }, [pod('a', { priorityClassName: 'access-high' }), pod('b', { priorityClassName: 'access-high' }), pod('c')]],
  'without a class': [{ hard: { pods: '1' }, scopeSelector: { matchExpressions: [scope('PriorityClass', 'DoesNotExist')] } }, [pod('a'), pod('b'), pod('c', { priorityClassName: 'access-high' })]], 'with a class': [{ hard: { pods: '1' }, scopeSelector: { matchExpressions: [scope('PriorityClass', 'Exists')] } }, [pod('a', { priorityClassName: 'access-high' }), pod('b', { priorityClassName: 'access-high' })]], 'not of classes': [{ hard: { pods: '1' }, scopeSelector: { matchExpressions: [scope('PriorityClass', 'NotIn', ['access-high'])] } }, [pod('a'), pod('b'), pod('c', { priorityClassName: 'access-high' })]],
  affinity: [{ hard: { pods: '0' }, scopeSelector: { matchExpressions: [scope('CrossNamespacePodAffinity', 'Exists')] } }, [pod('a', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x', namespaces: ['y'], labelSelector: {} }] } } }), pod('b', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x', labelSelector: {} }] } } })]],
  'two scopes': [{ hard: { pods: '1' }, scopes: ['NotTerminating', 'NotBestEffort'] }, [pod('a', {}, { cpu: '1' }), pod('b', {}, { cpu: '1' }), pod('c')]], 'attributes class': [{ hard: { persistentvolumeclaims: '1' }, scopeSelector: { matchExpressions: [scope('VolumeAttributesClass', 'In', ['x'])] } }, [['persistentvolumeclaims', { metadata: { name: 'a' }, spec: { volumeAttributesClassName: 'x', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }], claim('b', '1Gi')]],
  nothing: [{ hard: {} }, [pod('a')]], zero: [{ hard: { pods: '0', services: '0', 'count/configmaps': '0' } }, [pod('a'), service('a'), ['configmaps', { metadata: { name: 'a' } }]]],
}

/** Which of two quotas refuses is decided by the order of a Go map. */
const ofEither = ({ message, ...answer }) => ({ ...answer, message: message.replace(/ quota: .*$/, '') })

export async function quota(pair, report) {
  await prepare(pair, { method: 'POST', path: '/apis/scheduling.k8s.io/v1/priorityclasses', body: { metadata: { name: 'access-high' }, value: 100 } })
  const gone = []
  const used = async (title, path, want) => {
    let seen
    await until(async () => {
      seen = await Promise.all([pair.real, pair.ours].map(async side => JSON.parse((await ask(side, { path })).text).status ?? {}))
      return differences(...seen).length === 0 && (!want || JSON.stringify(seen[0].used) === JSON.stringify(want))
    }, 12)
    report(`used ${title}`, differences(...seen))
  }
  for (const [title, [spec, objects]] of Object.entries(cases)) {
    const namespace = `${home}-${title.replaceAll(' ', '-')}`, at = `/api/v1/namespaces/${namespace}`
    gone.push(await namespaces(pair, namespace))
    await compareRequest(pair, report, { method: 'POST', path: `${at}/resourcequotas`, body: { metadata: { name: 'q' }, spec } }, { title: `quota ${title}`, shape: answer => answer.spec ?? answer })
    await used(`${title} at first`, `${at}/resourcequotas/q`)
    for (const [plural, body] of objects) {
      await compareRequest(pair, report, { method: 'POST', path: `${at}/${plural}`, body }, { title: `${title}: ${plural} ${body.metadata.name}`, shape: answer => (answer.kind === 'Status' ? answer : answer.kind) })
    }
    await used(`${title} when made`, `${at}/resourcequotas/q`)
    for (const [plural, body] of objects.slice(0, 2)) await attempt(pair, { method: 'DELETE', path: `${at}/${plural}/${body.metadata.name}?gracePeriodSeconds=0` })
    await used(`${title} when deleted`, `${at}/resourcequotas/q`)
  }

  gone.push(await namespaces(pair, home))
  await prepare(pair, { method: 'POST', path: `${core}/resourcequotas`, body: { metadata: { name: 'q' }, spec: { hard: { pods: '7', 'requests.cpu': '1', 'services.nodeports': '1', 'requests.storage': '5Gi', 'count/deployments.apps': '1' } } } })
  await prepare(pair, { method: 'POST', path: `${core}/resourcequotas`, body: { metadata: { name: 'other' }, spec: { hard: { pods: '5', 'limits.cpu': '100' } } } })
  for (const name of ['q', 'other']) await used(name, `${core}/resourcequotas/${name}`)
  const crowd = await Promise.all([pair.real, pair.ours].map(async side => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_none, i) => ask(side, { method: 'POST', path: `${core}/pods`, body: pod(`p${i}`, {}, { cpu: '10m' }, { cpu: '10m' })[1] })))
    return { made: answers.filter(({ status }) => status === 201).length, statuses: [...new Set(answers.map(({ status }) => status))].sort() }
  }))
  report('fifty at once', crowd[1].made === 5 ? [] : [`- ${JSON.stringify(crowd[0])} + ${JSON.stringify(crowd[1])}`])
  for (const name of ['q', 'other']) await used(`${name} by fifty`, `${core}/resourcequotas/${name}`)
  await compareRequest(pair, report, { method: 'POST', path: `${core}/pods`, body: pod('more', {}, { cpu: '2' }, { cpu: '2' })[1] }, { title: 'over two quotas', shape: ofEither })
  await compareRequest(pair, report, { method: 'POST', path: `${core}/pods`, body: pod('bare')[1] }, { title: 'without what two quotas want', shape: ofEither })
  const merge = { 'content-type': 'application/merge-patch+json' }, update = (title, path, body) => compareRequest(pair, report, { method: 'PATCH', path, headers: merge, body }, { title, shape: answer => (answer.kind === 'Status' ? answer : answer.kind) })
  for (const [plural, body] of [service('s'), claim('c', '1Gi', '')]) await prepare(pair, { method: 'POST', path: `${core}/${plural}`, body })
  await update('a service becomes a node port', `${core}/services/s`, { spec: { type: 'NodePort' } })
  await update('a second node port', `${core}/services/s`, { spec: { ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }] } })
  await update('a service without ports', `${core}/services/s`, { spec: { type: 'ClusterIP' } })
  await update('a claim grows', `${core}/persistentvolumeclaims/c`, { spec: { resources: { requests: { storage: '10Gi' } } } })
  await used('after updates', `${core}/resourcequotas/q`)
  const deployment = name => ({ metadata: { name }, spec: { replicas: 0, selector: { matchLabels: { a: name } }, template: { metadata: { labels: { a: name } }, spec: { containers: [container()] } } } })
  for (const name of ['a', 'b']) await compareRequest(pair, report, { method: 'POST', path: `${apps}/deployments`, body: deployment(name) }, { title: `deployment ${name}`, shape: answer => (answer.kind === 'Status' ? answer : answer.kind) })
  await update('the quota shrinks', `${core}/resourcequotas/q`, { spec: { hard: { pods: '1' } } })
  await used('of a smaller quota', `${core}/resourcequotas/q`)
  await update('the scopes of the quota', `${core}/resourcequotas/q`, { spec: { scopes: ['BestEffort'] } })
  await update('its status', `${core}/resourcequotas/q/status`, { status: { used: { pods: '0' } } })
  await attempt(pair, { method: 'DELETE', path: `${core}/pods?gracePeriodSeconds=0` })
  for (const name of ['q', 'other']) await used(`${name} when all are gone`, `${core}/resourcequotas/${name}`)
  for (const done of gone) await done()
  await attempt(pair, { method: 'DELETE', path: '/apis/scheduling.k8s.io/v1/priorityclasses/access-high' })
}
