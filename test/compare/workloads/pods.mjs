// Pods that use every field there is, a few at a time: what the mutations start from.

const app = { name: 'app', image: 'nginx:1.27' }

const pod = (name, spec, metadata = {}) => ({
  name, resource: 'pods', path: 'pods',
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { schedulerName: 'nobody', containers: [app], ...spec } },
})

/** One volume of every type. */
export const volumes = [
  { name: 'host', hostPath: { path: '/data', type: 'DirectoryOrCreate' } },
  { name: 'empty', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
  { name: 'plain', emptyDir: {} },
  { name: 'secret', secret: { secretName: 'some', items: [{ key: 'a', path: 'b/c', mode: 256 }], defaultMode: 420, optional: true } },
  { name: 'config', configMap: { name: 'some', items: [{ key: 'a', path: 'b' }], optional: true } },
  { name: 'down', downwardAPI: { defaultMode: 292, items: [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'key', fieldRef: { fieldPath: "metadata.annotations['a/b']" }, mode: 292 },
    { path: 'cpu', resourceFieldRef: { containerName: 'app', resource: 'limits.cpu', divisor: '1m' } }] } },
  { name: 'projected', projected: { defaultMode: 288, sources: [
    { secret: { name: 's', items: [{ key: 'k', path: 'p' }], optional: true } }, { configMap: { name: 'c', items: [{ key: 'k', path: 'q' }] } },
    { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
    { serviceAccountToken: { path: 'token', audience: 'api', expirationSeconds: 3600 } }] } },
  { name: 'claim', persistentVolumeClaim: { claimName: 'data', readOnly: true } },
  { name: 'ephemeral', ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: {
    accessModes: ['ReadWriteOnce'], storageClassName: 'fast', volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } } } } } },
  { name: 'nfs', nfs: { server: 'nfs.example', path: '/export', readOnly: true } },
  { name: 'csi', csi: { driver: 'inline.example.com', fsType: 'ext4', readOnly: true, volumeAttributes: { a: 'b' }, nodePublishSecretRef: { name: 's' } } },
  { name: 'iscsi', iscsi: { targetPortal: '10.0.2.15:3260', portals: ['10.0.2.16:3260'], iqn: 'iqn.2001-04.com.example:storage.disk1', lun: 1,
    iscsiInterface: 'default', fsType: 'ext4', readOnly: true, chapAuthDiscovery: true, chapAuthSession: true, secretRef: { name: 's' }, initiatorName: 'iqn.1994-05.com.redhat:node1' } },
  { name: 'fc', fc: { targetWWNs: ['50060e801049cfd1'], lun: 0, fsType: 'ext4', readOnly: true } },
  { name: 'image', image: { reference: 'registry.example/art:1', pullPolicy: 'IfNotPresent' } },
]

/** What most clusters no longer mount, and still store. */
export const oldVolumes = [
  { name: 'gce', gcePersistentDisk: { pdName: 'disk', fsType: 'ext4', partition: 1, readOnly: true } },
  { name: 'aws', awsElasticBlockStore: { volumeID: 'vol-1', fsType: 'ext4', partition: 1, readOnly: true } },
  { name: 'git', gitRepo: { repository: 'https://git.example/a.git', revision: 'abc', directory: 'sub' } },
  { name: 'gluster', glusterfs: { endpoints: 'ep', path: 'vol', readOnly: true } },
  { name: 'rbd', rbd: { monitors: ['10.0.0.1:6789'], image: 'foo', fsType: 'ext4', pool: 'kube', user: 'admin', keyring: '/k', readOnly: true, secretRef: { name: 's' } } },
  { name: 'flex', flexVolume: { driver: 'example.com/lvm', fsType: 'ext4', readOnly: true, options: { a: 'b' }, secretRef: { name: 's' } } },
  { name: 'cinder', cinder: { volumeID: 'v', fsType: 'ext4', readOnly: true, secretRef: { name: 's' } } },
  { name: 'ceph', cephfs: { monitors: ['10.0.0.1:6789'], path: '/p', user: 'admin', secretFile: '/f', readOnly: true, secretRef: { name: 's' } } },
  { name: 'flocker', flocker: { datasetName: 'd' } },
  { name: 'azfile', azureFile: { secretName: 's', shareName: 'share', readOnly: true } },
  { name: 'vsphere', vsphereVolume: { volumePath: '[d] v/v', fsType: 'ext4', storagePolicyName: 'p', storagePolicyID: 'i' } },
  { name: 'quobyte', quobyte: { registry: 'a:1', volume: 'v', readOnly: true, user: 'u', group: 'g', tenant: 't' } },
  { name: 'azdisk', azureDisk: { diskName: 'd', diskURI: 'https://blob.example/d', cachingMode: 'ReadOnly', fsType: 'ext4', readOnly: true, kind: 'Shared' } },
  { name: 'photon', photonPersistentDisk: { pdID: 'p', fsType: 'ext4' } },
  { name: 'portworx', portworxVolume: { volumeID: 'v', fsType: 'ext4', readOnly: true } },
  { name: 'scale', scaleIO: { gateway: 'https://g', system: 's', secretRef: { name: 's' }, sslEnabled: true, protectionDomain: 'p', storagePool: 'q', storageMode: 'ThickProvisioned', volumeName: 'v', fsType: 'xfs', readOnly: true } },
  { name: 'storageos', storageos: { volumeName: 'v', volumeNamespace: 'n', fsType: 'ext4', readOnly: true, secretRef: { name: 's' } } },
]

/** A container with all that a container may have. */
export const fullContainer = {
  name: 'app', image: 'nginx:1.27', command: ['sh', '-c'], args: ['sleep $(N)'], workingDir: '/srv',
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, { name: 'dns', containerPort: 53, protocol: 'UDP', hostPort: 5353, hostIP: '127.0.0.1' }],
  envFrom: [{ prefix: 'CM_', configMapRef: { name: 'env', optional: true } }, { secretRef: { name: 'env' } }],
  env: [
    { name: 'PLAIN', value: 'x' }, { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } } },
    { name: 'CM', valueFrom: { configMapKeyRef: { name: 'c', key: 'k', optional: true } } }, { name: 'SEC', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'FILE', valueFrom: { fileKeyRef: { volumeName: 'scratch', path: 'env', key: 'K', optional: true } } }],
  resources: { requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '1Gi', 'example.com/gpu': '1' },
    limits: { cpu: '200m', memory: '128Mi', 'ephemeral-storage': '2Gi', 'example.com/gpu': '1' } },
  resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'memory', restartPolicy: 'RestartContainer' }],
  volumeMounts: [
    { name: 'scratch', mountPath: '/tmp', readOnly: false, subPath: 'sub', mountPropagation: 'None' },
    { name: 'scratch', mountPath: '/tmp2', subPathExpr: '$(POD)' }, { name: 'scratch', mountPath: '/tmp3', readOnly: true, recursiveReadOnly: 'IfPossible' }],
  volumeDevices: [{ name: 'block', devicePath: '/dev/xvda' }],
  livenessProbe: { httpGet: { path: '/live', port: 'http', host: 'h', scheme: 'HTTPS', httpHeaders: [{ name: 'X-A', value: 'b' }] },
    initialDelaySeconds: 1, timeoutSeconds: 2, periodSeconds: 3, successThreshold: 1, failureThreshold: 4, terminationGracePeriodSeconds: 5 },
  readinessProbe: { tcpSocket: { port: 8080, host: 'h' }, successThreshold: 2 },
  startupProbe: { grpc: { port: 9090, service: 's' } },
  lifecycle: { postStart: { exec: { command: ['true'] } }, preStop: { sleep: { seconds: 3 } } },
  terminationMessagePath: '/dev/log', terminationMessagePolicy: 'FallbackToLogsOnError', imagePullPolicy: 'Always',
  securityContext: {
    capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] }, privileged: false, seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0' },
    runAsUser: 1000, runAsGroup: 1000, runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, procMount: 'Default',
    seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' }, appArmorProfile: { type: 'RuntimeDefault' } },
  stdin: true, stdinOnce: true, tty: true,
}

export const fullSpec = {
  restartPolicy: 'Always', terminationGracePeriodSeconds: 20, dnsPolicy: 'None', nodeSelector: { disk: 'ssd' }, serviceAccountName: 'default',
  automountServiceAccountToken: false, shareProcessNamespace: true, hostname: 'host', subdomain: 'sub', schedulerName: 'nobody', enableServiceLinks: false,
  setHostnameAsFQDN: true, os: { name: 'linux' }, priorityClassName: 'system-node-critical', preemptionPolicy: 'PreemptLowerPriority',
  imagePullSecrets: [{ name: 'pull' }], hostAliases: [{ ip: '10.1.2.3', hostnames: ['a.example', 'b'] }],
  dnsConfig: { nameservers: ['10.0.0.10'], searches: ['example.com', 'x_y.example.'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] },
  readinessGates: [{ conditionType: 'example.com/ready' }],
  securityContext: {
    seLinuxOptions: { level: 's0:c1' }, runAsUser: 1, runAsGroup: 2, runAsNonRoot: true, supplementalGroups: [3, 4], supplementalGroupsPolicy: 'Merge',
    fsGroup: 5, fsGroupChangePolicy: 'OnRootMismatch', sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
    seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'Localhost', localhostProfile: 'p' }, seLinuxChangePolicy: 'Recursive' },
  tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute', tolerationSeconds: 60 }, { operator: 'Exists' }, { key: 'n', operator: 'Exists', effect: 'NoSchedule' }],
  volumes: [{ name: 'scratch', emptyDir: {} }, { name: 'block', persistentVolumeClaim: { claimName: 'block' } }],
}

const term = (topologyKey, more = {}) => ({
  topologyKey, labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] }, ...more })
const nodeTerm = {
  matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }, { key: 'gpu', operator: 'Exists' }, { key: 'cores', operator: 'Gt', values: ['4'] }],
  matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }

export const affinity = {
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodeTerm] },
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference: nodeTerm }] },
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('zone', { namespaces: ['a'], namespaceSelector: { matchLabels: { x: 'y' } }, matchLabelKeys: ['rev'], mismatchLabelKeys: ['old'] })],
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term('zone') }] },
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('kubernetes.io/hostname')],
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term('zone', { namespaceSelector: {} }) }] },
}

export const topologySpreadConstraints = [
  { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, minDomains: 2,
    nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore', matchLabelKeys: ['rev'] },
  { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }]

export const pods = [
  pod('full', { ...fullSpec, containers: [fullContainer] }, { labels: { app: 'web', rev: '1' }, annotations: { a: 'b' }, finalizers: ['example.com/f'] }),
  pod('minimal', {}),
  pod('volumes', { volumes, containers: [{ ...app, volumeMounts: [{ name: 'secret', mountPath: '/s' }, { name: 'image', mountPath: '/i', subPath: 'x' }], resources: { limits: { cpu: 1 } } }] }),
  pod('old-volumes', { volumes: oldVolumes }),
  pod('scheduling', { affinity, topologySpreadConstraints, schedulingGates: [{ name: 'example.com/gate' }] }, { labels: { app: 'web', rev: '1', old: 'x' } }),
  pod('sidecars', {
    restartPolicy: 'OnFailure', activeDeadlineSeconds: 100, automountServiceAccountToken: false,
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
    initContainers: [
      { name: 'setup', image: 'busybox', restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [3, 4] } }] },
      { name: 'proxy', image: 'busybox:latest', restartPolicy: 'Always', startupProbe: { exec: { command: ['true'] } }, ports: [{ containerPort: 1 }],
        lifecycle: { preStop: { httpGet: { port: 1, path: '/stop' } } } }],
    containers: [{ ...app, restartPolicy: 'Never', restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'NotIn', values: [0] } }],
      lifecycle: { postStart: { tcpSocket: { port: 80 } }, stopSignal: 'SIGUSR1' } }, { name: 'second', image: 'a.example/b@sha256:' + 'a'.repeat(64) }] }),
  pod('host', {
    hostNetwork: true, hostPID: true, dnsPolicy: 'ClusterFirstWithHostNet', automountServiceAccountToken: false,
    containers: [{ ...app, ports: [{ containerPort: 80 }, { containerPort: 90, hostPort: 90 }], securityContext: { privileged: true } }] }),
  pod('users', { hostUsers: false, hostnameOverride: 'over.example', overhead: undefined, automountServiceAccountToken: false, nodeName: undefined,
    securityContext: { runAsUser: 5 },
    containers: [{ ...app, securityContext: { procMount: 'Unmasked' } }] }),
  pod('windows', { os: { name: 'windows' }, automountServiceAccountToken: false, hostNetwork: true,
    securityContext: { windowsOptions: { gmsaCredentialSpecName: 'spec', gmsaCredentialSpec: 'x', runAsUserName: 'u', hostProcess: true } },
    containers: [{ ...app, securityContext: { windowsOptions: { runAsUserName: 'NT AUTHORITY\\SYSTEM' } } }] }),
  pod('claims', { resourceClaims: [{ name: 'gpu', resourceClaimName: 'mine' }, { name: 'tpu', resourceClaimTemplateName: 'tmpl' }],
    automountServiceAccountToken: false, containers: [{ ...app, resources: { claims: [{ name: 'gpu', request: 'one' }, { name: 'tpu' }] } }] }),
]
