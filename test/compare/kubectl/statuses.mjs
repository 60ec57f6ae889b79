// Objects whose status is written by hand, so that columns and descriptions meet every state: pods that nobody schedules, and kinds
// whose controllers leave such a status alone.
const waiting = (reason, more = {}) => ({ waiting: { reason, message: `because ${reason}` }, ...more })
const ended = (exitCode, reason, more = {}) => ({ terminated: {
  exitCode, ...reason ? { reason } : {}, startedAt: '2024-01-01T00:00:00Z', finishedAt: '2024-01-01T00:01:00Z', containerID: 'x://1', ...more } })
const runs = { running: { startedAt: '2024-01-01T00:00:00Z' } }
const container = (name, state, { ready = false, restarts = 0, last, started } = {}) => ({
  name, image: 'nginx:1', imageID: 'x', containerID: 'x://2', ready, restartCount: restarts, state, lastState: last ?? {},
  ...started === undefined ? {} : { started },
})
const condition = (type, status, reason, message) => ({ type, status, ...reason ? { reason } : {}, ...message ? { message } : {}, lastTransitionTime: '2024-01-01T00:00:00Z' })

const one = (state, options) => ({ containerStatuses: [container('a', state, options)] })
const init = (...states) => ({ initContainerStatuses: states.map(([state, options], i) => container(`i${i + 1}`, state, options)) })

/** Pods: their status, what their spec has besides containers `a` (and init containers), and whether they are being deleted. */
const pods = {
  pulling: [{ phase: 'Pending', ...one(waiting('ContainerCreating')) }],
  'no-pull': [{ phase: 'Pending', ...one(waiting('ImagePullBackOff')) }],
  looping: [{ phase: 'Running', ...one(waiting('CrashLoopBackOff'), { restarts: 7, last: ended(1, 'Error') }) }],
  running: [{ phase: 'Running', podIP: '10.9.8.7', podIPs: [{ ip: '10.9.8.7' }], hostIP: '192.168.1.1', startTime: '2024-01-01T00:00:00Z',
    conditions: [condition('Ready', 'True'), condition('PodScheduled', 'True')], ...one(runs, { ready: true, restarts: 1, last: ended(137, 'OOMKilled'), started: true }) }],
  'not-ready': [{ phase: 'Running', conditions: [condition('Ready', 'False', 'ContainersNotReady', 'containers with unready status: [a]')], ...one(runs) }],
  done: [{ phase: 'Succeeded', conditions: [condition('Ready', 'False', 'PodCompleted')], ...one(ended(0, 'Completed')) }],
  failed: [{ phase: 'Failed', ...one(ended(2, 'Error')) }],
  bare: [{ phase: 'Failed', ...one(ended(3)) }],
  signalled: [{ phase: 'Failed', ...one(ended(0, '', { signal: 9 })) }],
  evicted: [{ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }],
  lost: [{ phase: 'Unknown', reason: 'NodeLost', ...one(runs) }],
  unknown: [{ phase: 'Unknown' }],
  shutdown: [{ phase: 'Failed', reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.', ...one(ended(143, 'Error')) }],
  deadline: [{ phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline', startTime: '2024-01-01T00:00:00Z' }],
  'init-0': [{ phase: 'Pending', ...init([runs], [waiting('PodInitializing')]), ...one(waiting('PodInitializing')) }, 2],
  'init-1': [{ phase: 'Pending', ...init([ended(0, 'Completed'), { ready: true }], [waiting('PodInitializing')]), ...one(waiting('PodInitializing')) }, 2],
  'init-fail': [{ phase: 'Pending', ...init([ended(1, 'Error'), { restarts: 2 }], [waiting('PodInitializing')]) }, 2],
  'init-code': [{ phase: 'Failed', ...init([ended(5)], [waiting('PodInitializing')]) }, 2],
  'init-loop': [{ phase: 'Pending', ...init([ended(0, 'Completed'), { ready: true }], [waiting('CrashLoopBackOff'), { restarts: 4, last: ended(1, 'Error') }]) }, 2],
  'init-signal': [{ phase: 'Failed', ...init([ended(0, '', { signal: 6 })]) }, 1],
  'init-pull': [{ phase: 'Pending', ...init([waiting('ErrImagePull')]) }, 1],
  sidecar: [{ phase: 'Running', conditions: [condition('Ready', 'True')], ...init([runs, { ready: true, started: true, restarts: 3 }], [ended(0, 'Completed')]),
    ...one(runs, { ready: true }) }, 2, { sidecar: true }],
  'sidecar-starting': [{ phase: 'Pending', ...init([runs, { started: false }], [waiting('PodInitializing')]), ...one(waiting('PodInitializing')) }, 2, { sidecar: true }],
  going: [{ phase: 'Running', ...one(runs, { ready: true }) }, 0, { deleted: true }],
  'going-lost': [{ phase: 'Running', reason: 'NodeLost', ...one(runs, { ready: true }) }, 0, { deleted: true }],
  'going-done': [{ phase: 'Succeeded', ...one(ended(0, 'Completed')) }, 0, { deleted: true }],
  gates: [{ phase: 'Running', conditions: [condition('Ready', 'False', 'ReadinessGatesNotReady'), condition('x.y/a', 'True'), condition('x.y/b', 'False')],
    ...one(runs, { ready: true }) }, 0, { spec: { readinessGates: [{ conditionType: 'x.y/a' }, { conditionType: 'x.y/b' }, { conditionType: 'x.y/c' }] } }],
  nominated: [{ phase: 'Pending', nominatedNodeName: 'mimikube-m02' }],
  disrupted: [{ phase: 'Failed', reason: 'Preempting', conditions: [condition('DisruptionTarget', 'True', 'PreemptionByScheduler', 'preempted')], ...one(ended(137, 'Error')) }],
  resizing: [{ phase: 'Running', resize: 'InProgress', observedGeneration: 1, qosClass: 'Burstable', conditions: [condition('PodResizePending', 'True', 'Deferred', 'later')],
    containerStatuses: [{ ...container('a', runs, { ready: true }), allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } }] }],
  debugged: [{ phase: 'Running', ...one(runs, { ready: true }), ephemeralContainerStatuses: [container('dbg', ended(0, 'Completed'))] }],
  twoips: [{ phase: 'Running', podIP: '10.0.0.9', podIPs: [{ ip: '10.0.0.9' }, { ip: 'fd00::9' }], hostIP: '192.168.1.1', hostIPs: [{ ip: '192.168.1.1' }, { ip: 'fd00::1' }], ...one(runs) }],
}

const podOf = (name, inits = 0, { sidecar, deleted, spec = {} } = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, ...deleted ? { finalizers: ['example.com/hold'] } : {} },
  spec: {
    nodeSelector: { no: 'such' }, containers: [{ name: 'a', image: 'nginx:1' }], ...spec,
    ...inits ? { initContainers: Array.from({ length: inits }, (_, i) => ({ name: `i${i + 1}`, image: 'b:1', ...sidecar && i === 0 ? { restartPolicy: 'Always' } : {} })) } : {},
  },
})

/** Other kinds: the object, and the status it gets. */
const others = [
  [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'lb' }, spec: { type: 'LoadBalancer', selector: { a: 'b' }, ports: [{ port: 80, nodePort: 31998 }] } },
    { loadBalancer: { ingress: [{ ip: '1.2.3.4', ports: [{ port: 80, protocol: 'TCP' }] }, { hostname: 'a.example.com' }, { ip: '5.6.7.8', ipMode: 'VIP' }] }, conditions: [{ ...condition('x.y/z', 'True', 'R'), message: 'm' }] }],
  [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'lb-long' }, spec: { type: 'LoadBalancer', externalIPs: ['9.9.9.9'], ports: [{ port: 80, nodePort: 31997 }] } },
    { loadBalancer: { ingress: [{ hostname: 'a-very-long-name-of-a-load-balancer.elb.example.com' }] } }],
  [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'ing' }, spec: { defaultBackend: { service: { name: 'lb', port: { number: 80 } } }, tls: [{}] } },
    { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'b.example.com', ports: [{ port: 1, protocol: 'TCP', error: 'x.y/z' }] }] } }],
  [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'claim' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none-such', resources: { requests: { storage: '1Gi' } } } },
    { phase: 'Pending', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, conditions: [{ ...condition('Resizing', 'True'), lastProbeTime: '2024-01-01T00:00:00Z' },
      condition('FileSystemResizePending', 'True', 'Why', 'waiting')], allocatedResources: { storage: '3Gi' }, allocatedResourceStatuses: { storage: 'NodeResizePending' },
    currentVolumeAttributesClassName: 'silver', modifyVolumeStatus: { targetVolumeAttributesClassName: 'gold', status: 'Pending' } }],
  [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'pdb' }, spec: { maxUnavailable: '10%', selector: { matchLabels: { no: 'such' } } } },
    { disruptionsAllowed: 3, currentHealthy: 4, desiredHealthy: 5, expectedPods: 6, disruptedPods: { x: '2024-01-01T00:00:00Z' }, conditions: [{ ...condition('X', 'True', 'R'), message: 'm' }] }],
  [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: {} }, { hard: { pods: '1' }, used: { pods: '1' } }],
  [{ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'rc' }, spec: { replicas: 0, selector: { a: 'b' }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b' }] } } } },
    { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'no')], replicas: 0 }],
  [{ apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'rclaim' }, spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'x' } }] } } },
    { allocation: { devices: { results: [{ request: 'r', driver: 'd.example.com', pool: 'p', device: 'dev' }] } }, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] }],
  [{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'ctl-status-csr' }, spec: { signerName: 'example.com/none', usages: ['client auth'],
    request: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIS01IRUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEEwSUFCTDB2Q1pkZApNUT09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=' } },
  { conditions: [{ ...condition('Failed', 'True', 'R'), message: 'm' }] }],
  [{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'ctl-status-pv' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'none-such', hostPath: { path: '/x' }, claimRef: { name: 'x', namespace: 'y', uid: 'z' }, persistentVolumeReclaimPolicy: 'Retain' } },
    { phase: 'Released', reason: 'Why', message: 'text' }],
]

const write = (type, name, status) => `$ kubectl patch ${type} ${name} --subresource=status --type=merge -p '${JSON.stringify({ status }).replaceAll("'", "'\\''")}'`
const typeOf = ({ apiVersion, kind }) => apiVersion === 'v1' ? kind : `${kind}.${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}`

/** A scenario of pods in every state, and one of other kinds. */
export function statusScenarios() {
  const names = Object.keys(pods)
  const text = (objects, steps) => ['== file all.yaml', ...objects.flatMap(object => [JSON.stringify(object), '---']), '', '$ kubectl create -f all.yaml; sleep 2', '', ...steps.flatMap(step => [step, ''])].join('\n')
  return [
    { name: 'ctl-s-pods', text: text(names.map(name => podOf(name, pods[name][1], pods[name][2])), [
      ...names.map(name => write('pod', name, pods[name][0])),
      ...names.filter(name => pods[name][2]?.deleted).map(name => `$ kubectl delete pod ${name} --wait=false`),
      ...names.flatMap(name => [`$ kubectl get pod ${name} -o wide`, `$ kubectl describe pod ${name} | sed '/^Events/,$d'`]),
      '$ kubectl get pods', "$ kubectl get pods --field-selector=status.phase=Running -o name", "$ kubectl get pods --sort-by='{.status.containerStatuses[0].restartCount}'",
      '$ kubectl get pods --sort-by=.status.phase -o name', "$ kubectl get pods -o jsonpath='{range .items[?(@.status.phase==\"Failed\")]}{.metadata.name} {.status.reason}{\"\\n\"}{end}'",
      ...names.map(name => `$ kubectl logs ${name} --tail=1`),
      ...names.filter(name => pods[name][2]?.deleted).map(name => `$ kubectl patch pod ${name} -p '{"metadata":{"finalizers":null}}'`),
    ]) },
    { name: 'ctl-s-others', text: text(others.map(([object]) => object), [
      ...others.map(([object, status]) => write(typeOf(object), object.metadata.name, status)),
      ...others.flatMap(([object]) => [
        `$ kubectl get ${typeOf(object)} ${object.metadata.name}`, `$ kubectl get ${typeOf(object)} ${object.metadata.name} -o wide`,
        `$ kubectl describe ${typeOf(object)} ${object.metadata.name} | sed '/^Events/,$d'`, `$ kubectl get ${typeOf(object)} ${object.metadata.name} -o yaml`,
      ]),
      '$ kubectl delete -f all.yaml --ignore-not-found --timeout=20s',
    ]) },
  ]
}
