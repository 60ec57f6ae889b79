// What is written through subresources: statuses with every field, scales, ephemeral containers, resizes, bindings.

const time = '2024-01-01T00:00:00Z', later = '2024-01-01T00:10:00Z'
const condition = (type, more) => ({ type, status: 'True', lastTransitionTime: time, reason: 'Because', message: 'm', ...more })
const terminated = { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: later, containerID: 'containerd://a', signal: 0, message: 'm' }
const counts = { replicas: 3, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 1, observedGeneration: 1 }

/** A status for an object of the fixtures, by its name. */
export const statuses = {
  minimal: { phase: 'Running', observedGeneration: 1, message: 'm', reason: 'R', nominatedNodeName: 'node', hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.1' }], podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }, { ip: 'fd00::1' }],
    startTime: time, qosClass: 'BestEffort', conditions: [condition('Ready', { lastProbeTime: time, observedGeneration: 1 }), condition('Initialized')],
    containerStatuses: [{ name: 'app', image: 'a', imageID: 'b', containerID: 'c', ready: true, started: true, restartCount: 1, state: { running: { startedAt: time } }, lastState: { terminated },
      allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } }, volumeMounts: [{ name: 'v', mountPath: '/m', readOnly: true, recursiveReadOnly: 'Disabled' }], user: { linux: { uid: 1, gid: 2, supplementalGroups: [3] } },
      }], allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } }, resize: 'Proposed' },
  sidecars: { phase: 'Pending', initContainerStatuses: [{ name: 'setup', image: 'a', imageID: 'b', ready: true, restartCount: 0, state: { terminated } }, { name: 'proxy', image: 'a', imageID: 'b', ready: false, restartCount: 0, state: { waiting: { reason: 'W' } } }],
    containerStatuses: [{ name: 'app', image: 'a', imageID: 'b', ready: false, restartCount: 0, state: { waiting: { reason: 'W' } } }] },
  volumes: { phase: 'Pending', containerStatuses: [{ name: 'app', image: 'a', imageID: 'b', ready: false, restartCount: 0, allocatedResourcesStatus: [{ name: 'cpu', resources: [{ resourceID: 'a', health: 'Healthy' }] }] }] },
  claims: { phase: 'Pending', resourceClaimStatuses: [{ name: 'gpu' }, { name: 'tpu', resourceClaimName: 'made' }] },
  rc: { ...counts, conditions: [condition('ReplicaFailure')] },
  deploy: { observedGeneration: 1, replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1, unavailableReplicas: 2, terminatingReplicas: 1, collisionCount: 1, conditions: [condition('Available', { lastUpdateTime: time })] },
  rs: { ...counts, terminatingReplicas: 1, conditions: [condition('ReplicaFailure')] },
  ds: { currentNumberScheduled: 2, numberMisscheduled: 1, desiredNumberScheduled: 3, numberReady: 2, observedGeneration: 1, updatedNumberScheduled: 1, numberAvailable: 1, numberUnavailable: 2, collisionCount: 1, conditions: [condition('X')] },
  sts: { observedGeneration: 1, replicas: 3, readyReplicas: 2, currentReplicas: 1, updatedReplicas: 2, currentRevision: 'a', updateRevision: 'b', collisionCount: 2, availableReplicas: 1, conditions: [condition('X')] },
  job: { startTime: time, active: 1, ready: 1, succeeded: 1, failed: 1, terminating: 1, completedIndexes: '1', failedIndexes: '2', uncountedTerminatedPods: { succeeded: ['a'], failed: ['b'] }, conditions: [condition('Suspended', { status: 'False', lastProbeTime: time })] },
  'job-min': { startTime: time, completionTime: later, succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {}, conditions: [condition('SuccessCriteriaMet', { lastProbeTime: time }), condition('Complete', { lastProbeTime: time })] },
  'job-manual': { startTime: time, failed: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {}, conditions: [condition('FailureTarget'), condition('Failed')] },
  cron: { active: [{ kind: 'Job', name: 'a', namespace: 'b', apiVersion: 'batch/v1', uid: 'u' }], lastScheduleTime: time, lastSuccessfulTime: later },
  balancer: { loadBalancer: { ingress: [{ ip: '5.6.7.8', ipMode: 'VIP', ports: [{ port: 80, protocol: 'TCP', error: 'E' }] }, { hostname: 'a.example' }] }, conditions: [condition('X', { observedGeneration: 1 })] },
  clusterip: { conditions: [condition('X'), condition('example.com/Y')] },
  hpa: { observedGeneration: 1, lastScaleTime: time, currentReplicas: 2, desiredReplicas: 3, conditions: [condition('AbleToScale')], currentMetrics: [
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 5, averageValue: '1' } } }, { type: 'External', external: { metric: { name: 'm' }, current: { value: '3' } } }] },
  'hpa-one': { observedGeneration: 1, currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 5, lastScaleTime: time },
  quota: { hard: { pods: '5', 'requests.cpu': '4' }, used: { pods: '3', 'requests.cpu': '400m' } },
  pdb: { observedGeneration: 1, disruptedPods: { a: time }, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 3, conditions: [condition('DisruptionAllowed', { observedGeneration: 1 })] },
  'workloads-extra': { phase: 'Active', conditions: [condition('NamespaceDeletionContentFailure')] },
  'workloads-node': { capacity: { cpu: '4', memory: '8Gi' }, allocatable: { cpu: '4' }, phase: 'Running', addresses: [{ type: 'InternalIP', address: '10.0.0.1' }, { type: 'Hostname', address: 'h' }],
    conditions: [condition('Ready', { lastHeartbeatTime: time })], images: [{ names: ['a'], sizeBytes: 3 }], nodeInfo: { kubeletVersion: 'v1.36.0', swap: { capacity: 5 } }, volumesInUse: ['v'], volumesAttached: [{ name: 'v', devicePath: '/d' }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } }, runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: true } }], features: { supplementalGroupsPolicy: true }, declaredFeatures: ['A'] },
}

/** Objects that have a scale. */
export const scaled = ['deploy', 'rs', 'sts', 'rc']
export const scaleOf = (name, namespace) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, namespace }, spec: { replicas: 2 } })

const debug = {
  name: 'debug', image: 'busybox', command: ['sh'], args: ['a'], workingDir: '/w', env: [{ name: 'A', value: 'b' }], envFrom: [{ configMapRef: { name: 'c' } }], imagePullPolicy: 'Always', stdin: true, stdinOnce: true, tty: true,
  terminationMessagePath: '/t', terminationMessagePolicy: 'File', targetContainerName: 'app', securityContext: { runAsUser: 1, capabilities: { add: ['SYS_PTRACE'] } }, volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }] }

/** Pods as they are sent to subresources that keep the rest as it is: `[pod, subresource, change]`. */
export const podWrites = [
  ['full', 'ephemeralcontainers', pod => ({ ...pod, spec: { ...pod.spec, ephemeralContainers: [debug, { name: 'second', image: 'b' }] } })],
  ['full', 'resize', pod => ({ ...pod, spec: { ...pod.spec, containers: pod.spec.containers.map(container => ({ ...container, resources: { requests: { cpu: '150m', memory: '64Mi', 'ephemeral-storage': '1Gi', 'example.com/gpu': '1' }, limits: container.resources.limits } })) } })],
  ['sidecars', 'resize', pod => ({ ...pod, spec: { ...pod.spec, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '3', memory: '2Gi' } } } })],
]

export const bindingOf = (name, namespace) => ({ apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, labels: { a: 'b' }, annotations: { c: 'd' } },
  target: { apiVersion: 'v1', kind: 'Node', name: 'workloads-none' } })
export const evictionOf = (name, namespace) => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace },
  deleteOptions: { gracePeriodSeconds: 3, propagationPolicy: 'Background', preconditions: { uid: undefined } } })
