import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { PodSpec, WindowsSecurityContextOptions } from '../../schema/generated/types.ts'
import { byteLength, isDns1123Subdomain } from '../validation/names.ts'
import { complain } from '../validation/values.ts'
import { containersWithPath } from './containers-with-path.ts'

/** What a pod says about its operating system, and Windows containers (core/validation, 1.36). */

const specKiB = 64
const longestDomain = 256
const longestUser = 104
const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const dnsName = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

export function validateWindowsOptions(options: Readonly<WindowsSecurityContextOptions> | undefined, path: string): FieldError[] {
  if (!options) return []
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options
  const ofSpec = `${path}.gmsaCredentialSpec`
  return [
    ...(name === undefined ? [] : complain(`${path}.gmsaCredentialSpecName`, name, isDns1123Subdomain(name))),
    ...(spec === undefined ? [] : spec === '' ? [invalid(ofSpec, spec, 'gmsaCredentialSpec cannot be an empty string')]
      : byteLength(spec) > specKiB * 1024 ? [invalid(ofSpec, spec, `gmsaCredentialSpec size must be under ${specKiB} KiB`)] : []),
    ...(user === undefined ? [] : userComplaints(user)
      .map(complaint => invalid(`${path}.runAsUserName`, user, `runAsUserName${complaint}`))),
  ]
}

function userComplaints(name: string): string[] {
  if (name === '') return [' cannot be an empty string']
  if (/\p{Cc}/u.test(name)) return [' cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return [' cannot contain more than one backslash']
  const [domain, user] = parts.length === 2 ? parts : [undefined, parts[0]]
  const complaints: string[] = []
  if (domain !== undefined && byteLength(domain) >= longestDomain) {
    complaints.push(`'s Domain length must be under ${longestDomain} characters`)
  }
  if (domain !== undefined && !netBiosName.test(domain) && !dnsName.test(domain)) {
    complaints.push("'s Domain doesn't match the NetBios nor the DNS format")
  }
  if (user === '') complaints.push("'s User cannot be empty")
  else if (byteLength(user) > longestUser) complaints.push(`'s User length must not be longer than ${longestUser} characters`)
  if (/^[. ]+$/.test(user)) complaints.push("'s User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) complaints.push("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
  return complaints
}

/** Containers that run on the node itself do so all together, and with its network. */
export function validateHostProcesses(spec: Readonly<PodSpec>, path: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess, containers = containersWithPath(spec, path),
    errors: FieldError[] = []
  const hostProcesses = containers.filter(({ container, path: at }) => {
    const own = container.securityContext?.windowsOptions?.hostProcess
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      errors.push(invalid(`${at}.securityContext.windowsOptions.hostProcess`, own,
        `pod hostProcess value must be identical if both are specified, was ${ofPod}`))
    }
    return own ?? ofPod
  })
  if (hostProcesses.length === 0) return errors
  if (hostProcesses.length !== containers.length) {
    errors.push(invalid(path, '',
      'If pod contains any hostProcess containers then all containers must be HostProcess containers'))
  }
  if (!spec.hostNetwork) {
    errors.push(invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'))
  }
  return errors
}

const systems = ['linux', 'windows']

export function validateOs(spec: Readonly<PodSpec>, path: string): FieldError[] {
  if (!spec.os) return []
  const name = spec.os.name ?? ''
  if (name === '') return [required(`${path}.os.name`)]
  if (!systems.includes(name)) return [notSupported(`${path}.os`, name, systems)]
  return name === 'linux' ? validateLinux(spec, path) : validateWindows(spec, path)
}

function validateLinux(spec: Readonly<PodSpec>, path: string): FieldError[] {
  const places = [{ context: spec.securityContext, at: path },
    ...containersWithPath(spec, path).map(({ container, path: at }) => ({ context: container.securityContext, at }))]
  return places.flatMap(({ context, at }) => (context?.windowsOptions
    ? [forbidden(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod')] : []))
}

/** In upstream's order; those of the spec itself stand in the security context internally. */
const podFieldsOfLinux = ['securityContext.appArmorProfile', 'securityContext.seLinuxOptions', 'hostUsers', 'hostPID', 'hostIPC',
  'securityContext.seccompProfile', 'securityContext.fsGroup', 'securityContext.fsGroupChangePolicy', 'securityContext.sysctls',
  'shareProcessNamespace', 'securityContext.runAsUser', 'securityContext.runAsGroup', 'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy', 'securityContext.seLinuxChangePolicy']
const containerFieldsOfLinux = ['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const
const notForWindows = 'cannot be set for a windows pod'

function validateWindows(spec: Readonly<PodSpec>, path: string): FieldError[] {
  const context: Readonly<Record<string, unknown>> = { ...spec.securityContext }, own: Readonly<Record<string,
    unknown>> = { ...spec }
  const isSet = (field: string) => {
    const [first, second] = field.split('.'), value = second === undefined ? own[first] : context[second]
    return first === 'hostPID' || first === 'hostIPC' ? value === true : value !== undefined
      && !(Array.isArray(value) && value.length === 0)
  }
  return [
    ...podFieldsOfLinux.filter(isSet).map(field => forbidden(`${path}.${field}`, notForWindows)),
    ...containersWithPath(spec, path).flatMap(({ container, path: at }) => containerFieldsOfLinux
      .filter(field => container.securityContext?.[field] !== undefined)
      .map(field => forbidden(`${at}.securityContext.${field}`, notForWindows))),
  ]
}
