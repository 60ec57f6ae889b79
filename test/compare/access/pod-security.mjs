// Pod security: each check of both levels with all sorts of values, warnings of workloads, and labels of namespaces.
import { attempt, compareRequest, namespaces, prepare } from './asking.mjs'

const levels = ['privileged', 'baseline', 'restricted'], label = mode => `pod-security.kubernetes.io/${mode}`
const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
const container = more => ({ name: 'c', image: 'nginx', securityContext: restricted, ...more })
const secured = context => ({ containers: [container({ securityContext: { ...restricted, ...context } })] })
const inPod = securityContext => ({ securityContext })
const volume = (...sources) => ({ volumes: sources.map((source, i) => ({ name: `v${i}`, ...source })) })
const handler = host => ({ httpGet: { port: 80, host } })

const specs = {
  plain: {}, bare: { containers: [{ name: 'c', image: 'nginx' }] }, 'two bare': { containers: [{ name: 'c', image: 'nginx' }, { name: 'd', image: 'nginx' }], initContainers: [{ name: 'i', image: 'x' }] },
  'host network': { hostNetwork: true }, 'host pid and ipc': { hostPID: true, hostIPC: true }, 'all of the host': { hostNetwork: true, hostPID: true, hostIPC: true }, 'host users': { hostUsers: false, containers: [container({ securityContext: { ...restricted, procMount: 'Unmasked' } })] },
  'host port': { containers: [container({ ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 81, hostPort: 81 }] })] }, 'host ports of two': { containers: [container({ ports: [{ containerPort: 80, hostPort: 80 }] }), container({ name: 'd', ports: [{ containerPort: 82, hostPort: 82 }, { containerPort: 83 }] })] },
  privileged: secured({ privileged: true, allowPrivilegeEscalation: true }), 'privileged init': { initContainers: [container({ name: 'i', securityContext: { privileged: true } })] }, unprivileged: secured({ privileged: false }),
  ...Object.fromEntries([['NET_BIND_SERVICE'], ['SYS_ADMIN'], ['NET_RAW', 'CHOWN'], ['SYS_TIME', 'NET_ADMIN', 'KILL'], ['ALL'], ['CAP_CHOWN']].map(add => [`adding ${add}`, secured({ capabilities: { drop: ['ALL'], add } })])),
  'dropping some': secured({ capabilities: { drop: ['NET_RAW'] } }), 'dropping none': secured({ capabilities: {} }), 'without capabilities': secured({ capabilities: undefined }),
  'host path': volume({ hostPath: { path: '/x' } }), 'two host paths': volume({ hostPath: { path: '/x' } }, { emptyDir: {} }, { hostPath: { path: '/y' } }),
  ...Object.fromEntries(Object.entries({ nfs: { server: 's', path: '/p' }, iscsi: { targetPortal: 't:1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 }, configMap: { name: 'x' }, secret: { secretName: 'x' }, emptyDir: {}, downwardAPI: { items: [] }, projected: { sources: [] }, persistentVolumeClaim: { claimName: 'x' }, csi: { driver: 'd' }, ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } }, awsElasticBlockStore: { volumeID: 'x' }, gcePersistentDisk: { pdName: 'x' }, cephfs: { monitors: ['a'] }, rbd: { monitors: ['a'], image: 'i' }, azureDisk: { diskName: 'd', diskURI: 'https://x/y/z/a' }, azureFile: { secretName: 's', shareName: 's' }, fc: { wwids: ['x'] }, flexVolume: { driver: 'a/b' }, cinder: { volumeID: 'x' }, gitRepo: { repository: 'r' }, glusterfs: { endpoints: 'e', path: 'p' }, vsphereVolume: { volumePath: 'p' }, portworxVolume: { volumeID: 'x' }, scaleIO: { gateway: 'g', system: 's', secretRef: { name: 's' }, volumeName: 'v', storagePool: 'p', protectionDomain: 'd' }, storageos: { volumeName: 'v' }, image: { reference: 'r' } })
    .map(([name, source]) => [`a volume of ${name}`, volume({ [name]: source })])),
  'three volumes': volume({ nfs: { server: 's', path: '/p' } }, { iscsi: { targetPortal: 't:1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } }, { nfs: { server: 's', path: '/q' } }),
  ...Object.fromEntries(['RuntimeDefault', 'Localhost', 'Unconfined'].flatMap(type => { const profile = { type, ...type === 'Localhost' ? { localhostProfile: 'x' } : {} }; return [[`seccomp ${type}`, secured({ seccompProfile: profile })], [`seccomp of the pod ${type}`, { ...secured({ seccompProfile: undefined }), ...inPod({ seccompProfile: profile }) }], [`apparmor ${type}`, secured({ appArmorProfile: profile })], [`apparmor of the pod ${type}`, inPod({ appArmorProfile: profile })], [`both seccomp ${type}`, { ...secured({ seccompProfile: profile }), ...inPod({ seccompProfile: profile }) }]] })),
  'without seccomp': secured({ seccompProfile: undefined }), 'seccomp of one of two': { containers: [container(), container({ name: 'd', securityContext: { ...restricted, seccompProfile: undefined } })] },
  ...Object.fromEntries([{ type: 'container_t' }, { type: 'container_kvm_t' }, { type: 'container_init_t' }, { type: 'container_engine_t' }, { type: 'spc_t' }, { user: 'u' }, { role: 'r' }, { level: 's0' }, { user: 'u', role: 'r', type: 't' }].flatMap(seLinuxOptions => [[`selinux ${JSON.stringify(seLinuxOptions)}`, secured({ seLinuxOptions })], [`selinux of the pod ${JSON.stringify(seLinuxOptions)}`, inPod({ seLinuxOptions })]])),
  'selinux of both': { ...secured({ seLinuxOptions: { type: 'a', user: 'u' } }), ...inPod({ seLinuxOptions: { type: 'b', role: 'r' } }) },
  'proc mount': secured({ procMount: 'Unmasked' }), 'default proc mount': secured({ procMount: 'Default' }),
  ...Object.fromEntries(['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem', 'kernel.msgmax', 'net.core.somaxconn', 'net/ipv4/tcp_fin_timeout'].map(name => [`sysctl ${name}`, inPod({ sysctls: [{ name, value: '1' }] })])),
  'two sysctls': inPod({ sysctls: [{ name: 'kernel.msgmax', value: '1' }, { name: 'net.core.somaxconn', value: '1' }] }),
  'escalation allowed': secured({ allowPrivilegeEscalation: true }), 'escalation not said': secured({ allowPrivilegeEscalation: undefined }),
  'as root': secured({ runAsUser: 0 }), 'as root by the pod': inPod({ runAsUser: 0 }), 'as somebody': secured({ runAsUser: 1000 }), 'perhaps root': secured({ runAsNonRoot: undefined }), 'root allowed': secured({ runAsNonRoot: false }), 'root allowed by the pod': { ...secured({ runAsNonRoot: undefined }), ...inPod({ runAsNonRoot: false }) }, 'no root by the pod': { ...secured({ runAsNonRoot: undefined }), ...inPod({ runAsNonRoot: true }) }, 'both say otherwise': { ...secured({ runAsNonRoot: false }), ...inPod({ runAsNonRoot: true }) },
  'probes with a host': { containers: [container({ livenessProbe: handler('x'), readinessProbe: handler('127.0.0.1'), startupProbe: { tcpSocket: { port: 1, host: 'y' } } })] }, 'probes without a host': { containers: [container({ livenessProbe: handler(undefined), readinessProbe: handler('localhost') })] }, 'hooks with a host': { containers: [container({ lifecycle: { preStop: handler('10.0.0.1'), postStart: { tcpSocket: { host: '10.0.0.2', port: 1 } } } })] },
  windows: { os: { name: 'windows' }, containers: [{ name: 'c', image: 'x' }], ...inPod({ windowsOptions: { hostProcess: true }, runAsNonRoot: true }), hostNetwork: true }, 'windows plainly': { os: { name: 'windows' }, containers: [{ name: 'c', image: 'x' }], ...inPod({ runAsNonRoot: true }) }, 'windows in a container': secured({ windowsOptions: { hostProcess: true } }),
  'everything at once': { hostNetwork: true, hostPID: true, ...volume({ hostPath: { path: '/x' } }, { nfs: { server: 's', path: '/p' } }), ...inPod({ sysctls: [{ name: 'kernel.msgmax', value: '1' }], seLinuxOptions: { user: 'u' }, runAsUser: 0, runAsNonRoot: false }), containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 1, hostPort: 1 }], securityContext: { privileged: true, procMount: 'Unmasked', capabilities: { add: ['SYS_ADMIN'] }, seccompProfile: { type: 'Unconfined' } } }, { name: 'b', image: 'x' }] },
}
const annotated = {
  'seccomp by annotation': { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }, 'apparmor unconfined': { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }, 'apparmor default': { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' }, 'apparmor local': { 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/x' }, 'apparmor odd': { 'container.apparmor.security.beta.kubernetes.io/c': 'odd' },
}

export async function podSecurity(pair, report) {
  const named = { ...Object.fromEntries(levels.slice(1).flatMap(level => [[`access-ps-${level}`, { enforce: level }], [`access-ps-warn-${level}`, { warn: level, audit: level }]])), 'access-ps-old': { enforce: 'restricted', 'enforce-version': 'v1.22', warn: 'baseline', 'warn-version': 'v1.24' }, 'access-ps-free': {} }
  const gone = await namespaces(pair, ...Object.entries(named).map(([name, modes]) => ({ name, labels: Object.fromEntries(Object.entries(modes).map(([mode, value]) => [label(mode), value])) })))
  const pod = (spec, annotations) => ({ metadata: { name: 'p', ...annotations ? { annotations } : {} }, spec: { containers: [container()], ...spec } })
  const verdict = answer => (answer.kind === 'Status' ? answer : answer.kind)
  for (const namespace of Object.keys(named).slice(0, 5)) {
    for (const [title, spec] of Object.entries(specs)) await compareRequest(pair, report, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`, body: pod(spec) }, { title: `${namespace}: ${title}`, shape: verdict })
    for (const [title, annotations] of Object.entries(annotated)) await compareRequest(pair, report, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`, body: pod({}, annotations) }, { title: `${namespace}: ${title}`, shape: verdict })
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx', securityContext: { privileged: true } }], hostNetwork: true } }
    const selector = { matchLabels: { a: 'b' } }, workloads = {
      'apps/v1/deployments': { selector, template }, 'apps/v1/replicasets': { selector, template }, 'apps/v1/daemonsets': { selector, template }, 'apps/v1/statefulsets': { selector, template, serviceName: 's' }, 'v1/replicationcontrollers': { selector: { a: 'b' }, template }, 'v1/podtemplates': undefined,
      'batch/v1/jobs': { template: { spec: { ...template.spec, restartPolicy: 'Never' } } }, 'batch/v1/cronjobs': { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } } },
    }
    for (const [where, spec] of Object.entries(workloads)) {
      const at = where.split('/'), plural = at.pop(), path = `/${at.length > 1 ? 'apis' : 'api'}/${at.join('/')}/namespaces/${namespace}/${plural}`
      await compareRequest(pair, report, { method: 'POST', path: `${path}?dryRun=All`, body: { metadata: { name: 'w' }, ...spec ? { spec } : { template } } }, { title: `${namespace}: ${plural}`, shape: verdict })
      await compareRequest(pair, report, { method: 'POST', path, body: { metadata: { name: 'w' }, ...spec ? { spec: { ...spec, ...'replicas' in spec || plural === 'deployments' ? { replicas: 0 } : {} } } : { template } } }, { title: `${namespace}: ${plural} stored`, shape: verdict })
      await compareRequest(pair, report, { method: 'PATCH', path: `${path}/w?dryRun=All`, headers: { 'content-type': 'application/merge-patch+json' }, body: { metadata: { labels: { x: 'y' } } } }, { title: `${namespace}: ${plural} labelled`, shape: verdict })
      await attempt(pair, { method: 'DELETE', path: `${path}/w` })
    }
  }
  for (const [namespace, running] of [['access-ps-free', 'bare'], ['access-ps-old', 'plain']]) {
    await prepare(pair, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body: { ...pod(specs[running]), metadata: { name: 'runs' } } })
    const patch = (title, path, body) => compareRequest(pair, report, { method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body }, { title: `${namespace}: ${title}`, shape: verdict })
    await patch('labelled', `/api/v1/namespaces/${namespace}/pods/runs`, { metadata: { labels: { a: 'b' } } })
    await patch('another image', `/api/v1/namespaces/${namespace}/pods/runs?dryRun=All`, { spec: { containers: [{ ...pod(specs[running]).spec.containers[0], image: 'nginx:2' }] } })
    await compareRequest(pair, report, { method: 'PATCH', path: `/api/v1/namespaces/${namespace}/pods/runs/ephemeralcontainers?dryRun=All`, headers: { 'content-type': 'application/strategic-merge-patch+json' }, body: { spec: { ephemeralContainers: [{ name: 'e', image: 'x', securityContext: { privileged: true } }] } } }, { title: `${namespace}: ephemeral`, shape: verdict })
  }
  for (const [name, root] of [['one', specs.bare], ['two', specs['host network']], ['three', specs['host network']], ['four', specs.privileged]]) await prepare(pair, { method: 'POST', path: '/api/v1/namespaces/access-ps-free/pods', body: { ...pod(root), metadata: { name } } })
  for (const [mode, value] of [['enforce', 'baseline'], ['enforce', 'restricted'], ['enforce', 'privileged'], ['enforce', 'odd'], ['enforce', ''], ['warn', 'restricted'], ['warn', 'odd'], ['audit', 'x'], ['enforce-version', 'v1.24'], ['enforce-version', 'latest'], ['enforce-version', '1.24'], ['enforce-version', 'v1.99'], ['enforce-version', 'v2.0'], ['warn-version', 'x']]) {
    for (const dry of ['?dryRun=All', '']) {
      await compareRequest(pair, report, { method: 'PATCH', path: `/api/v1/namespaces/access-ps-free${dry}`, headers: { 'content-type': 'application/merge-patch+json' }, body: { metadata: { labels: { [label(mode)]: value } } } }, { title: `namespace ${mode}=${value}${dry}`, shape: verdict })
    }
    await compareRequest(pair, report, { method: 'POST', path: '/api/v1/namespaces?dryRun=All', body: { metadata: { name: 'access-ps-new', labels: { [label(mode)]: value } } } }, { title: `new namespace ${mode}=${value}`, shape: verdict })
  }
  await gone()
}
