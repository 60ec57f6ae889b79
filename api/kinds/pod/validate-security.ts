import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { PodSpec, SecurityContext } from '../../schema/generated/types.ts'
import { rangeComplaint } from '../validation/names.ts'
import { containersWithPath } from './containers-with-path.ts'
import { goSecurityContext } from './go-pod-spec.ts'
import { validateAppArmorProfile, validateSeccompProfile } from './validate-profiles.ts'
import { validateWindowsOptions } from './validate-windows.ts'

/** Security contexts and the namespaces of the node (core/validation, 1.36). */

const maxId = 2147483647

const validateId = (id: number | undefined, path: string): FieldError[] =>
  (id === undefined || (id >= 0 && id <= maxId) ? [] : [invalid(path, id, rangeComplaint(0, maxId))])

const procMounts = ['Default', 'Unmasked']

/** `hostUsers`: whether the pod has the users of its node, which is so unless it says otherwise. */
export function validateSecurityContext(
  context: Readonly<SecurityContext> | undefined, path: string, hostUsers: boolean,
): FieldError[] {
  if (!context) return []
  const { procMount, allowPrivilegeEscalation, privileged, capabilities } = context
  const errors = [...validateId(context.runAsUser, `${path}.runAsUser`), ...validateId(context.runAsGroup, `${path}.runAsGroup`)]
  if (procMount !== undefined) {
    if (!procMounts.includes(procMount)) errors.push(notSupported(`${path}.procMount`, procMount, procMounts))
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'))
    }
  }
  errors.push(...validateSeccompProfile(context.seccompProfile, `${path}.seccompProfile`))
  if (allowPrivilegeEscalation === false) {
    const printed = goSecurityContext(context)
    if (privileged) errors.push(invalid(path, printed, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
    for (const capability of capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue
      errors.push(invalid(path, printed, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'))
    }
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`),
  ]
}

/** The pod's own context; some of its fields stand in the spec itself. */
export function validatePodSecurityContext(spec: Readonly<PodSpec>, path: string): FieldError[] {
  const { securityContext: context, shareProcessNamespace } = spec
  if (!context) return []
  return [
    ...validateId(context.fsGroup, `${path}.fsGroup`),
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((group, i) => validateId(group, `${path}.supplementalGroups[${i}]`)),
    ...(shareProcessNamespace && spec.hostPID
      ? [invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')] : []),
    ...validateSysctls(spec, `${path}.sysctls`),
    ...among(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`),
    ...validateSeccompProfile(context.seccompProfile, `${path}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`),
    ...among(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`),
    // MountOption comes with a feature gate that is off (SELinuxMount).
    ...among(context.seLinuxChangePolicy, ['Recursive'], `${path}.seLinuxChangePolicy`),
  ]
}

const among = (value: string | undefined, supported: readonly string[], path: string): FieldError[] =>
  (value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)])

const sysctlFormat = String.raw`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`
const longestSysctl = 253
const sysctlPattern = new RegExp(sysctlFormat)
const ipcSysctls = new Set(['kernel.sem'])

/** The namespace of the kernel that a sysctl belongs to (component-helpers, node/util/sysctl). */
function namespaceOf(name: string): 'ipc' | 'net' | undefined {
  const firstSeparator = /[./]/.exec(name)?.[0]
  // With a slash as the first separator, dots and slashes change places.
  const dotted = firstSeparator === '/' ? name.replace(/[./]/g, separator => (separator === '/' ? '.' : '/')) : name
  if (ipcSysctls.has(dotted) || dotted.startsWith('kernel.shm') || dotted.startsWith('kernel.msg')
    || dotted.startsWith('fs.mqueue.')) {
    return 'ipc'
  }
  return dotted.startsWith('net.') ? 'net' : undefined
}

function validateSysctls({ securityContext, hostNetwork, hostIPC }: Readonly<PodSpec>, path: string): FieldError[] {
  const names = new Set<string>()
  return (securityContext?.sysctls ?? []).flatMap(({ name = '' }, i) => {
    const at = `${path}[${i}].name`, errors: FieldError[] = []
    if (name === '') errors.push(required(at))
    else if (name.length > longestSysctl || !sysctlPattern.test(name)) {
      errors.push(invalid(at, name, `must have at most ${longestSysctl} characters and match regex ${sysctlFormat}`))
    } else if (names.has(name)) {
      errors.push(duplicate(at, name))
    }
    names.add(name)
    const namespace = namespaceOf(name)
    if (hostNetwork && namespace === 'net') errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"))
    else if (hostIPC && namespace === 'ipc') errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"))
    return errors
  })
}

/** A pod with users of its own can't share other namespaces with its node. */
export function validateHostUsers(spec: Readonly<PodSpec>, path: string): FieldError[] {
  if (spec.hostUsers !== false) return []
  const detail = 'when `hostUsers` is false'
  return [
    ...(spec.hostNetwork ? [forbidden(`${path}.hostNetwork`, detail)] : []),
    ...(spec.hostPID ? [forbidden(`${path}.HostPID`, detail)] : []),
    ...(spec.hostIPC ? [forbidden(`${path}.HostIPC`, detail)] : []),
    ...containersWithPath(spec, path).flatMap(({ container, path: at }) =>
      (container.volumeDevices?.length ? [forbidden(`${at}.volumeDevices`, detail)] : [])),
  ]
}
