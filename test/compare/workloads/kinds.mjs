// The other kinds of the core and beside it.

const object = (apiVersion, kind, resource, name, rest, metadata = {}, more = {}) =>
  ({ name, resource, object: { apiVersion, kind, metadata: { name, ...metadata }, ...rest }, ...more })
const service = (name, spec) => object('v1', 'Service', 'services', name, { spec })
const port = { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' }
const hpa = (name, spec) => object('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', name,
  { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, maxReplicas: 5, ...spec } })
const metric = { name: 'reqs', selector: { matchLabels: { a: 'b' } } }
const target = { apiVersion: 'v1', kind: 'Pod', namespace: undefined, name: 'p', uid: 'u', resourceVersion: '1', fieldPath: 'spec' }
const cluster = { cluster: true }

export const services = [
  service('clusterip', { type: 'ClusterIP', selector: { app: 'web' }, ports: [port, { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353 }], sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 100 } }, internalTrafficPolicy: 'Local', publishNotReadyAddresses: true, ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack', trafficDistribution: 'PreferSameZone' }),
  service('min', { clusterIP: '10.96.77.1', clusterIPs: ['10.96.77.1'], ports: [{ port: 80 }] }),
  service('headless', { clusterIP: 'None', clusterIPs: ['None'], selector: { app: 'web' }, ports: [{ port: 80 }] }),
  service('headless-bare', { clusterIP: 'None' }),
  service('nodeport', { type: 'NodePort', clusterIP: '10.96.77.2', selector: { app: 'web' }, ports: [{ ...port, nodePort: 30999 }], externalTrafficPolicy: 'Local', externalIPs: ['1.2.3.4'] }),
  service('balancer', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ ...port, protocol: 'SCTP' }], externalTrafficPolicy: 'Local', loadBalancerIP: '5.6.7.8',
    loadBalancerSourceRanges: ['10.0.0.0/8'], allocateLoadBalancerNodePorts: false, loadBalancerClass: 'example.com/lb' }),
  service('external', { type: 'ExternalName', externalName: 'db.example.com' }),
]

export const autoscalers = [
  hpa('hpa', { minReplicas: 2, metrics: [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    { type: 'ContainerResource', containerResource: { name: 'memory', container: 'app', target: { type: 'AverageValue', averageValue: '1Gi' } } },
    { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '10' } } },
    { type: 'Object', object: { describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' }, metric, target: { type: 'Value', value: '10k' } } },
    { type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '30' } } }],
  behavior: { scaleUp: { stabilizationWindowSeconds: 10, selectPolicy: 'Max', tolerance: '0.2', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }] },
    scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Disabled', policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] } } }),
  hpa('hpa-min', {}),
  hpa('hpa-half', { behavior: { scaleDown: { stabilizationWindowSeconds: 5 } } }),
  object('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa-one', { spec: { minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } } }),
]

export const kinds = [
  ...services, ...autoscalers,
  object('v1', 'Endpoints', 'endpoints', 'ep', { subsets: [{ addresses: [{ ip: '10.1.1.1', hostname: 'a', nodeName: 'n', targetRef: { kind: 'Pod', name: 'p', namespace: 'x' } }],
    notReadyAddresses: [{ ip: '10.1.1.2' }], ports: [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'http' }, { name: 'b', port: 81 }] }] }),
  object('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', 'slice', { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.1.1'], hostname: 'a', nodeName: 'n', zone: 'z',
    conditions: { ready: true, serving: true, terminating: false }, hints: { forZones: [{ name: 'z' }], forNodes: [{ name: 'n' }] }, deprecatedTopology: { a: 'b' },
    targetRef: { kind: 'Pod', name: 'p', namespace: 'x' } }, { addresses: ['10.1.1.2'] }], ports: [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'http' }, {name: 'x'}] },
  { labels: { 'kubernetes.io/service-name': 's' } }),
  object('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', 'slice-fqdn', { addressType: 'FQDN', endpoints: [{ addresses: ['a.example.com'] }], ports: [{ port: 5 }] }),
  object('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', 'slice-six', { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }], ports: [] }),
  object('v1', 'ConfigMap', 'configmaps', 'cm', { data: { 'a.txt': 'x', B_c: 'y' }, binaryData: { bin: 'AAEC' } }),
  object('v1', 'ConfigMap', 'configmaps', 'cm-fixed', { data: { a: 'x' }, immutable: true }),
  object('v1', 'Secret', 'secrets', 'opaque', { data: { a: 'eA==' }, stringData: { b: 'y' } }),
  object('v1', 'Secret', 'secrets', 'fixed', { type: 'example.com/x', data: { a: 'eA==' }, immutable: true }),
  object('v1', 'Secret', 'secrets', 'tls', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' } }),
  object('v1', 'Secret', 'secrets', 'basic', { type: 'kubernetes.io/basic-auth', stringData: { username: 'u', password: 'p' } }),
  object('v1', 'Secret', 'secrets', 'ssh', { type: 'kubernetes.io/ssh-auth', stringData: { 'ssh-privatekey': 'k' } }),
  object('v1', 'Secret', 'secrets', 'docker', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{"auths":{}}' } }),
  object('v1', 'Secret', 'secrets', 'dockercfg', { type: 'kubernetes.io/dockercfg', stringData: { '.dockercfg': '{}' } }),
  object('v1', 'Secret', 'secrets', 'bootstrap-token-abcdef', { type: 'bootstrap.kubernetes.io/token', stringData: { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef' } }),
  object('v1', 'ServiceAccount', 'serviceaccounts', 'sa', { secrets: [{ name: 's' }], imagePullSecrets: [{ name: 'p' }], automountServiceAccountToken: false }),
  object('v1', 'LimitRange', 'limitranges', 'limits', { spec: { limits: [
    { type: 'Container', max: { cpu: '2', memory: '2Gi' }, min: { cpu: '10m', memory: '1Mi' }, default: { cpu: '1' }, defaultRequest: { cpu: '100m' }, maxLimitRequestRatio: { cpu: '10' } },
    { type: 'Pod', max: { cpu: '4' }, min: { cpu: '10m' }, maxLimitRequestRatio: { cpu: '5' } }, { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } }] } }),
  object('v1', 'ResourceQuota', 'resourcequotas', 'quota', { spec: { hard: { pods: '1000', 'requests.cpu': '4000', 'limits.memory': '80Ti', 'count/deployments.apps': '100', 'requests.example.com/gpu': '3' },
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } } }),
  object('v1', 'ResourceQuota', 'resourcequotas', 'quota-scopes', { spec: { hard: { pods: '1000' }, scopes: ['BestEffort', 'NotTerminating'] } }),
  object('v1', 'Event', 'events', 'event', { involvedObject: { ...target, namespace: 'NAMESPACE' }, reason: 'R', message: 'm', source: { component: 'c', host: 'h' }, firstTimestamp: '2024-01-01T00:00:00Z',
    lastTimestamp: '2024-01-01T00:00:00Z', count: 2, type: 'Normal' }),
  object('events.k8s.io/v1', 'Event', 'events', 'event-new', { regarding: { ...target, namespace: 'NAMESPACE' }, related: { kind: 'Node', name: 'n' }, eventTime: '2024-01-01T00:00:00.000000Z', series: { count: 3, lastObservedTime: '2024-01-01T00:00:00.000000Z' },
    reportingController: 'example.com/c', reportingInstance: 'i', action: 'Do', reason: 'R', note: 'n', type: 'Warning' }),
  object('v1', 'Event', 'events', 'event-new-core', { involvedObject: { ...target, namespace: 'NAMESPACE' }, eventTime: '2024-01-01T00:00:00.000000Z', reportingComponent: 'example.com/c', reportingInstance: 'i', action: 'Do', reason: 'R', message: 'n', type: 'Warning' }),
  object('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', { spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' } }),
  object('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb-max', { spec: { maxUnavailable: '30%', selector: {} } }),
  object('coordination.k8s.io/v1', 'Lease', 'leases', 'lease', { spec: { holderIdentity: 'me', leaseDurationSeconds: 15, acquireTime: '2024-01-01T00:00:00.000000Z', renewTime: '2024-01-01T00:00:01.000000Z', leaseTransitions: 2 } }),
  object('coordination.k8s.io/v1', 'Lease', 'leases', 'lease-min', {}),
  object('v1', 'Namespace', 'namespaces', 'workloads-extra', { spec: { finalizers: ['kubernetes', 'example.com/f'] } }, { labels: { a: 'b' } }, cluster),
  object('v1', 'Node', 'nodes', 'workloads-node', { spec: { podCIDR: '10.9.0.0/24', podCIDRs: ['10.9.0.0/24'], providerID: 'x://1', unschedulable: true,
    taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }, { key: 'c', effect: 'NoExecute', timeAdded: '2024-01-01T00:00:00Z' }] },
  status: { capacity: { cpu: '4', memory: '8Gi', 'example.com/gpu': '1' }, allocatable: { cpu: '4' }, addresses: [{ type: 'InternalIP', address: '10.0.0.1' }, { type: 'Hostname', address: 'h' }],
    conditions: [{ type: 'Ready', status: 'True', reason: 'R', message: 'm' }], images: [{ names: ['a'], sizeBytes: 3 }], nodeInfo: { kubeletVersion: 'v1.36.0' }, daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } } }, { labels: { a: 'b' } }, cluster),
  object('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', 'workloads-high', { value: 1000, description: 'd', preemptionPolicy: 'Never' }, {}, cluster),
]
