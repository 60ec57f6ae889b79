import type { Kind } from '../../api/kind.ts'

/** The smallest object of a kind that a real API server takes, and one change to it that is no change of labels. */
export interface KindExample {
  /** All but kind, apiVersion and the name. */
  object: Record<string, any>
  /** As a merge patch; kinds whose content never changes have none. */
  change?: Record<string, any>
  /** Kinds whose names say something: the name that a test's word becomes, and what else follows from it. */
  name?(word: string): string
  follow?(name: string): Record<string, any>
}

const labels = { app: 'web' }
const podSpec = { containers: [{ name: 'web', image: 'nginx' }] }
const template = { metadata: { labels }, spec: podSpec }
const jobTemplate = { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } }
const selector = { matchLabels: labels }
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const webhook = {
  name: 'a.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { url: 'https://127.0.0.1:1/' },
}
const matchConstraints = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'],
  resources: ['pods'] }] }
const regarding = { kind: 'Pod', name: 'web', namespace: 'contract', apiVersion: 'v1' }
const device = { devices: { requests: [{ name: 'one', exactly: { deviceClassName: 'gpu' } }] } }
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
const moreRules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]
const subjects = [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }]
/** A number below 250 that follows from a word: for names that are addresses. */
const numberOf = (word: string): number => [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 250, 7)

/** A certificate request (PEM, PKCS #10) of the user `ann`. */
const request = [
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISU1IQUNBUUF3RGpFTU1Bb0dBMVVFQXd3RFlXNXVNRmt3RXdZSEtvWkl6aj',
  'BDQVFZSUtvWkl6ajBEQVFjRApRZ0FFcUFwMm1WOHpaRUZMWlNGcUFvRWg2dVBjdzFPNGM3N04xOWFVTHdseFNyK0p0MXNEaGcwWFRhWlhqQVVl',
  'ClVMM011SzBpMmVVenVyZUNCYkRVeUN4amphQUFNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURjV0dpM1lrZkMKWHpZd2NlUC9SakEvSE40dU',
  '1RQUljb3V0WVI3elV4Tk5NQUlnZUR0V0J5K1gyNEptVllMVlVYVUVZckJ0VzhsdwpwajdBR3JGU2VlNWgyM0E9Ci0tLS0tRU5EIENFUlRJRklD',
  'QVRFIFJFUVVFU1QtLS0tLQo=',
].join('')

export const kindExamples: Record<string, KindExample> = {
  'v1 ConfigMap': { object: { data: { a: '1' } }, change: { data: { a: '2' } } },
  'v1 Endpoints': {
    object: { subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80 }] }] },
    change: { subsets: [{ addresses: [{ ip: '10.1.1.2' }], ports: [{ port: 80 }] }] },
  },
  'v1 Event': { object: { involvedObject: regarding, reason: 'Seen', message: 'a', type: 'Normal' },
    change: { message: 'b', count: 2 } },
  'v1 LimitRange': {
    object: { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } },
    change: { spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } },
  },
  'v1 Namespace': { object: {} },
  'v1 Node': { object: {}, change: { spec: { unschedulable: true } } },
  'v1 PersistentVolumeClaim': { object: { spec: claim } },
  'v1 PersistentVolume': {
    object: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } } },
    change: { spec: { persistentVolumeReclaimPolicy: 'Delete' } },
  },
  'v1 Pod': { object: { spec: podSpec }, change: { spec: { activeDeadlineSeconds: 60 } } },
  'v1 PodTemplate': { object: { template }, change: { template: { metadata: { annotations: { a: 'b' } } } } },
  'v1 ReplicationController': { object: { spec: { selector: labels, template, replicas: 1 } },
    change: { spec: { replicas: 2 } } },
  'v1 ResourceQuota': { object: { spec: { hard: { pods: '100' } } }, change: { spec: { hard: { pods: '200' } } } },
  'v1 Secret': { object: { data: { a: 'YQ==' } }, change: { data: { a: 'Yg==' } } },
  'v1 ServiceAccount': { object: {}, change: { automountServiceAccountToken: false } },
  'v1 Service': { object: { spec: { ports: [{ port: 80 }] } }, change: { spec: { sessionAffinity: 'ClientIP' } } },
  'apiregistration.k8s.io/v1 APIService': {
    object: { spec: { groupPriorityMinimum: 100, versionPriority: 10, insecureSkipTLSVerify: true,
      service: { namespace: 'contract', name: 'a' } } },
    change: { spec: { versionPriority: 20 } },
    name: word => `v1.${word}.example.com`, follow: name => ({ spec: { version: 'v1', group: name.slice(3) } }),
  },
  'apps/v1 ControllerRevision': { object: { revision: 1, data: { a: 1 } }, change: { revision: 2 } },
  'apps/v1 DaemonSet': { object: { spec: { selector, template } }, change: { spec: { minReadySeconds: 5 } } },
  'apps/v1 Deployment': { object: { spec: { selector, template } }, change: { spec: { replicas: 3 } } },
  'apps/v1 ReplicaSet': { object: { spec: { selector, template } }, change: { spec: { replicas: 3 } } },
  'apps/v1 StatefulSet': { object: { spec: { selector, template, serviceName: 'web' } }, change: { spec: { replicas: 3 } } },
  'events.k8s.io/v1 Event': {
    object: {
      eventTime: '2026-01-02T03:04:05.000006Z', reportingController: 'example.com/test', reportingInstance: 'one', action: 'Look',
      reason: 'Seen', type: 'Normal', regarding,
    },
    change: { series: { count: 2, lastObservedTime: '2026-01-02T03:04:06.000006Z' } },
  },
  'autoscaling/v2 HorizontalPodAutoscaler': { object: { spec: { scaleTargetRef, maxReplicas: 2 } },
    change: { spec: { maxReplicas: 4 } } },
  'autoscaling/v1 HorizontalPodAutoscaler': { object: { spec: { scaleTargetRef, maxReplicas: 2 } },
    change: { spec: { maxReplicas: 4 } } },
  'batch/v1 CronJob': { object: { spec: { schedule: '0 * * * *', jobTemplate } }, change: { spec: { suspend: true } } },
  'batch/v1 Job': { object: jobTemplate, change: { spec: { parallelism: 2 } } },
  'certificates.k8s.io/v1 CertificateSigningRequest': {
    object: { spec: { request, signerName: 'example.com/signer', usages: ['client auth'] } },
  },
  'networking.k8s.io/v1 IngressClass': {
    object: { spec: { controller: 'example.com/one' } },
    change: { spec: { parameters: { kind: 'ConfigMap', name: 'a', scope: 'Cluster' } } },
  },
  'networking.k8s.io/v1 Ingress': {
    object: { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
    change: { spec: { defaultBackend: { service: { name: 'web', port: { number: 81 } } } } },
  },
  'networking.k8s.io/v1 IPAddress': {
    object: { spec: { parentRef: { resource: 'services', namespace: 'contract', name: 'web' } } },
    name: word => `10.97.0.${numberOf(word)}`,
  },
  'networking.k8s.io/v1 NetworkPolicy': { object: { spec: { podSelector: {} } }, change: { spec: { podSelector: selector } } },
  'networking.k8s.io/v1 ServiceCIDR': { object: { spec: { cidrs: ['10.97.0.0/24'] } } },
  'policy/v1 PodDisruptionBudget': { object: { spec: { selector, minAvailable: 1 } }, change: { spec: { minAvailable: 2 } } },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': {
    object: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects },
    change: { subjects: null },
  },
  'rbac.authorization.k8s.io/v1 ClusterRole': { object: { rules }, change: { rules: moreRules } },
  'rbac.authorization.k8s.io/v1 RoleBinding': {
    object: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects },
    change: { subjects: null },
  },
  'rbac.authorization.k8s.io/v1 Role': { object: { rules }, change: { rules: moreRules } },
  'storage.k8s.io/v1 CSIDriver': { object: { spec: {} }, change: { spec: { requiresRepublish: true } } },
  'storage.k8s.io/v1 CSINode': {
    object: { spec: { drivers: [] } },
    change: { spec: { drivers: [{ name: 'csi.example.com', nodeID: 'one', topologyKeys: null }] } },
  },
  'storage.k8s.io/v1 CSIStorageCapacity': { object: { storageClassName: 'fast' }, change: { capacity: '1Gi' } },
  'storage.k8s.io/v1 StorageClass': { object: { provisioner: 'example.com/disk' }, change: { allowVolumeExpansion: true } },
  'storage.k8s.io/v1 VolumeAttachment': {
    object: { spec: { attacher: 'csi.example.com', nodeName: 'one', source: { persistentVolumeName: 'pv' } } },
  },
  'storage.k8s.io/v1 VolumeAttributesClass': { object: { driverName: 'csi.example.com', parameters: { iops: '1' } } },
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy': {
    object: {
      spec: {
        matchConstraints, reinvocationPolicy: 'Never', failurePolicy: 'Ignore',
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }],
      },
    },
    change: { spec: { reinvocationPolicy: 'IfNeeded' } },
  },
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding': { object: { spec: { policyName: 'a.example.com' } },
    change: { spec: { policyName: 'b.example.com' } } },
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': { object: { webhooks: [webhook] },
    change: { webhooks: [{ ...webhook, timeoutSeconds: 5 }] } },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': {
    object: { spec: { matchConstraints, validations: [{ expression: 'true' }] } }, change: { spec: { failurePolicy: 'Ignore' } },
  },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': {
    object: { spec: { policyName: 'a.example.com', validationActions: ['Deny'] } },
    change: { spec: { validationActions: ['Warn'] } },
  },
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': { object: { webhooks: [webhook] },
    change: { webhooks: [{ ...webhook, timeoutSeconds: 5 }] } },
  'apiextensions.k8s.io/v1 CustomResourceDefinition': {
    object: {
      spec: {
        scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true,
          schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    },
    change: { spec: { names: { shortNames: ['th'] } } },
    name: word => `${word}s.example.com`,
    follow: name => ({ spec: { group: 'example.com', names: { plural: name.split('.')[0], kind: name.split('.')[0] } } }),
  },
  'scheduling.k8s.io/v1 PriorityClass': { object: { value: 5 }, change: { description: 'first' } },
  'coordination.k8s.io/v1 Lease': { object: { spec: { holderIdentity: 'one' } }, change: { spec: { holderIdentity: 'two' } } },
  'node.k8s.io/v1 RuntimeClass': { object: { handler: 'runc' }, change: { scheduling: { nodeSelector: { a: 'b' } } } },
  'discovery.k8s.io/v1 EndpointSlice': {
    object: { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.1.1'] }], ports: [{ port: 80 }] },
    change: { endpoints: [{ addresses: ['10.1.1.2'] }] },
  },
  'resource.k8s.io/v1 DeviceClass': { object: { spec: {} }, change: { spec: { extendedResourceName: 'example.com/gpu' } } },
  'resource.k8s.io/v1 ResourceClaim': { object: { spec: device } },
  'resource.k8s.io/v1 ResourceClaimTemplate': { object: { spec: { spec: device } } },
  'resource.k8s.io/v1 ResourceSlice': {
    object: {
      spec: {
        driver: 'gpu.example.com', nodeName: 'one', pool: { name: 'one', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'gpu-0' }],
      },
    },
  },
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': {
    object: { spec: { priorityLevelConfiguration: { name: 'global-default' }, matchingPrecedence: 100 } },
    change: { spec: { matchingPrecedence: 200 } },
  },
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': {
    object: { spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } },
    change: { spec: { limited: { nominalConcurrencyShares: 5 } } },
  },
}

/** An object of a kind under a name that follows from a word, ready to be sent. */
export function exampleOf(kind: Kind<any>, word: string, metadata: Record<string, unknown> = {}): any {
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version
  const { object, name: nameOf, follow } = kindExamples[`${apiVersion} ${kind.kind}`]
  const name = nameOf?.(word) ?? word
  const followed = follow?.(name) ?? {}
  const { spec } = object
  return {
    apiVersion, kind: kind.kind, ...structuredClone(object),
    ...spec || followed.spec ? { spec: { ...structuredClone(spec), ...followed.spec } } : {},
    metadata: { name, ...kind.namespaced ? { namespace: 'contract' } : {}, ...followed.metadata, ...metadata },
  }
}
