import type { LifecycleHandler, Probe, SELinuxOptions } from '../../../api/schema/generated/types.ts'
import { type Check, type CheckedPod, type Finding, inUserNamespace, named, plural, quote, setters, sorted } from './check.ts'

const defaultCapabilities = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD',
  'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'])

/** Safe kernel settings, with the version that first took them for safe. */
const safeSysctls = new Map(Object.entries({
  'kernel.shm_rmid_forced': 0, 'net.ipv4.ip_local_port_range': 0, 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0, 'net.ipv4.ip_local_reserved_ports': 27, 'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29, 'net.ipv4.tcp_keepalive_intvl': 29, 'net.ipv4.tcp_keepalive_probes': 29, 'net.ipv4.tcp_rmem': 32, 'net.ipv4.tcp_wmem': 32,
}))

export const isSafeProfile = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost'

/** Prevents known escalations of privilege. */
export const baselineChecks: readonly Check[] = [
  { id: 'appArmorProfile', since: 0, find: appArmor },
  {
    id: 'capabilities_baseline', since: 0, find({ containers }) {
      const added = (container: typeof containers[number]) =>
        (container.securityContext?.capabilities?.add ?? []).filter(capability => !defaultCapabilities.has(capability))
      const bad = containers.filter(container => added(container).length > 0)
      return bad.length === 0 ? undefined : {
        reason: 'non-default capabilities',
        detail: `${named(bad)} must not include ${quote(sorted(bad.flatMap(added)))} in securityContext.capabilities.add`,
      }
    },
  },
  {
    id: 'hostNamespaces', since: 0, find({ spec }) {
      const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(name => spec[name]).map(name => `${name}=true`)
      return shared.length === 0 ? undefined : { reason: 'host namespaces', detail: shared.join(', ') }
    },
  },
  {
    id: 'hostPathVolumes', since: 0, find({ spec }) {
      const bad = (spec.volumes ?? []).filter(volume => volume.hostPath).map(volume => volume.name)
      return bad.length === 0 ? undefined
        : { reason: 'hostPath volumes', detail: `${plural(bad.length, 'volume')} ${quote(bad)}` }
    },
  },
  {
    id: 'hostPorts', since: 0, find({ containers }) {
      const taken = (container: typeof containers[number]) =>
        (container.ports ?? []).filter(port => port.hostPort).map(port => String(port.hostPort))
      const bad = containers.filter(container => taken(container).length > 0), ports = sorted(bad.flatMap(taken))
      return bad.length === 0 ? undefined : {
        reason: 'hostPort',
        detail: `${named(bad)} ${plural(bad.length, 'uses', 'use')} ${plural(ports.length, 'hostPort')} ${ports.join(', ')}`,
      }
    },
  },
  { id: 'hostProbesAndHostLifecycle', since: 34, find: hosts },
  {
    id: 'privileged', since: 0, find({ containers }) {
      const bad = containers.filter(container => container.securityContext?.privileged)
      return bad.length === 0 ? undefined
        : { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` }
    },
  },
  { id: 'procMount', since: 0, find: pod => (inUserNamespace(pod) ? undefined : procMount(pod)) },
  { id: 'seLinuxOptions', since: 0, find: seLinux },
  { id: 'seccompProfile_baseline', since: 0, find: pod => (pod.version < 19 ? seccompAnnotations(pod) : seccomp(pod)) },
  {
    id: 'sysctls', since: 0, find({ spec, version }) {
      const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name)
        .filter(name => (safeSysctls.get(name) ?? Infinity) > version)
      return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
    },
  },
  {
    id: 'windowsHostProcess', since: 0, find({ spec, containers }) {
      const byPod = spec.securityContext?.windowsOptions?.hostProcess === true
      const bad = containers.filter(container => container.securityContext?.windowsOptions?.hostProcess)
      return !byPod && bad.length === 0 ? undefined
        : { reason: 'hostProcess', detail: `${setters(byPod, bad)} must not set securityContext.windowsOptions.hostProcess=true` }
    },
  },
]

function appArmor({ metadata, spec, containers }: CheckedPod): Finding | undefined {
  const badType = (context: { appArmorProfile?: { type?: string } } | undefined) => {
    const profile = context?.appArmorProfile
    return profile && !isSafeProfile(profile.type) ? profile.type ?? '' : undefined
  }
  const byPod = badType(spec.securityContext)
  const bad = containers.filter(container => badType(container.securityContext) !== undefined)
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key, value]) =>
    key.startsWith('container.apparmor.security.beta.kubernetes.io/') && value !== '' && value !== 'runtime/default'
      && !value.startsWith('localhost/'))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`).sort()
  const types = [...(byPod === undefined ? [] : [byPod]), ...bad.map(container => badType(container.securityContext)!)]
  const values = [...sorted(types), ...annotations]
  if (values.length === 0) return undefined
  const byAnnotation = annotations.length > 0 ? plural(annotations.length, 'annotation') : ''
  const who = [setters(byPod !== undefined, bad), byAnnotation].filter(text => text !== '').join(' and ')
  return {
    reason: plural(values.length, 'forbidden AppArmor profile'),
    detail: `${who} must not set AppArmor profile type to ${quote(values)}`,
  }
}

function hosts({ containers }: CheckedPod): Finding | undefined {
  const ofHandler = (handler: Probe | LifecycleHandler | undefined) =>
    [handler?.httpGet?.host, handler?.tcpSocket?.host].filter(host => !!host) as string[]
  const named = (container: typeof containers[number]) => [
    container.livenessProbe, container.readinessProbe, container.startupProbe, container.lifecycle?.postStart, container.lifecycle?.preStop].flatMap(ofHandler)
  const bad = sorted(containers.filter(container => named(container).length > 0).map(({ name }) => name))
  const found = sorted(containers.flatMap(named))
  return bad.length === 0 ? undefined : {
    reason: 'probe or lifecycle host',
    detail: `${plural(bad.length, 'container')} ${quote(bad)} ${plural(bad.length, 'uses', 'use')} `
      + `${plural(found.length, 'probe or lifecycle host')} ${quote(found)}`,
  }
}

export function procMount({ containers }: CheckedPod): Finding | undefined {
  const bad = containers.filter(({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default')
  const types = sorted(bad.map(container => container.securityContext!.procMount!))
  return bad.length === 0 ? undefined
    : { reason: 'procMount', detail: `${named(bad)} must not set securityContext.procMount to ${quote(types)}` }
}

function seLinux({ spec, containers, version }: CheckedPod): Finding | undefined {
  const allowed = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t',
    ...(version >= 31 ? ['container_engine_t'] : [])])
  const isBad = (options: SELinuxOptions | undefined): options is SELinuxOptions =>
    options !== undefined && (!allowed.has(options.type ?? '') || !!options.user || !!options.role)
  const ofPod = spec.securityContext?.seLinuxOptions
  const bad = containers.filter(container => isBad(container.securityContext?.seLinuxOptions))
  const found = [ofPod, ...bad.map(container => container.securityContext?.seLinuxOptions)].filter(isBad)
  if (found.length === 0) return undefined
  const types = sorted(found.map(({ type = '' }) => type).filter(type => !allowed.has(type)))
  const wrong = [
    ...(types.length > 0 ? [`${plural(types.length, 'type')} ${quote(types)}`] : []),
    ...(found.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(found.some(({ role }) => role) ? ['role may not be set'] : []),
  ]
  return {
    reason: 'seLinuxOptions',
    detail: `${setters(isBad(ofPod), bad)} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}`,
  }
}

/** Before there was a field. */
function seccompAnnotations({ metadata, containers }: CheckedPod): Finding | undefined {
  const keys = ['seccomp.security.alpha.kubernetes.io/pod',
    ...containers.map(({ name }) => `container.seccomp.security.alpha.kubernetes.io/${name}`)]
  const bad = sorted(keys.flatMap(key => {
    const value = metadata.annotations?.[key]
    return value === undefined || value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')
      ? [] : [`${key}=${JSON.stringify(value)}`]
  }))
  return bad.length === 0 ? undefined
    : { reason: 'seccompProfile', detail: `forbidden ${plural(bad.length, 'annotation')} ${bad.join(', ')}` }
}

/** Profiles that are said and wrong. */
export function seccomp({ spec, containers }: CheckedPod): Finding | undefined {
  const badType = (context: { seccompProfile?: { type?: string } } | undefined) => {
    const profile = context?.seccompProfile
    return profile && !isSafeProfile(profile.type) ? profile.type ?? '' : undefined
  }
  const byPod = badType(spec.securityContext)
  const bad = containers.filter(container => badType(container.securityContext) !== undefined)
  if (byPod === undefined && bad.length === 0) return undefined
  const values = sorted([...(byPod === undefined ? [] : [byPod]), ...bad.map(container => badType(container.securityContext)!)])
  return {
    reason: 'seccompProfile',
    detail: `${setters(byPod !== undefined, bad)} must not set securityContext.seccompProfile.type to ${quote(values)}`,
  }
}
