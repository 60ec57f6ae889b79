import { duplicate, forbidden, invalid, notFound, raw, required, tooLong, type FieldError } from '../../field-error.ts'
import type { PodResourceClaim, PodSpec } from '../../schema/generated/types.ts'
import { validateLegacyIP } from '../validation/ip.ts'
import { isQualifiedName, validateLabels } from '../validation/labels.ts'
import {
  byteLength, isDns1123Label, isDns1123Subdomain, isDns1123SubdomainWithUnderscore, rangeComplaint,
} from '../validation/names.ts'
import { complain } from '../validation/values.ts'
import { containersWithPath } from './containers-with-path.ts'
import { goStruct } from './go-values.ts'
import { validateAffinity } from './validate-affinity.ts'
import { oneOf, validateContainers, validateEphemeralContainers, validateInitContainers } from './validate-containers.ts'
import { validateContainerResources, validatePodResources } from './validate-resources.ts'
import { validateSchedulingGates, validateTolerations, validateTopologySpread } from './validate-scheduling.ts'
import { validateHostUsers, validatePodSecurityContext } from './validate-security.ts'
import { validateVolumes } from './validate-volumes.ts'
import { validateHostProcesses, validateOs } from './validate-windows.ts'

/** A pod's spec, in a pod or in a template (core/validation ValidatePodSpec, 1.36). */

/** What is known beside the spec: templates have no name, and fewer rules. */
export interface PodSpecContext { isPod: boolean; podName?: string }

const maxInt32 = 2147483647

const complaintsAt = (check: (value: string) => string[], value: string | undefined, path: string): FieldError[] =>
  (value ? complain(path, value, check(value)) : [])

export function validatePodSpec(spec: Readonly<PodSpec>, path: string, { isPod, podName }: PodSpecContext): FieldError[] {
  const { errors: volumeErrors, valid } = validateVolumes(spec.volumes, podName, isPod, `${path}.volumes`)
  const context = { spec, volumes: valid }, deadline = spec.activeDeadlineSeconds
  const claims = (spec.resourceClaims ?? []).map(claim => claim.name).filter(Boolean)
  return [
    ...volumeErrors,
    ...validateResourceClaims(spec.resourceClaims, `${path}.resourceClaims`),
    ...validateContainers(context, `${path}.containers`),
    ...validateInitContainers(context, `${path}.initContainers`),
    ...validateEphemeralContainers(context, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, claims, `${path}.resources`),
    ...validateHostNetworkPorts(spec, isPod, `${path}.containers`),
    ...oneOf(spec.restartPolicy ?? '', ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`),
    ...oneOf(spec.dnsPolicy ?? '', ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDnsConfig(spec, `${path}.dnsConfig`),
    ...(spec.readinessGates ?? [])
      .flatMap(({ conditionType = '' }, i) =>
        complain(`${path}.readinessGates[${i}].conditionType`, conditionType, isQualifiedName(conditionType))),
    ...validateSchedulingGates(spec.schedulingGates, `${path}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateHostProcesses(spec, path),
    ...validateHostUsers(spec, path),
    ...validateHostnameOverride(spec, `${path}.hostnameOverride`),
    ...complaintsAt(isDns1123Subdomain, spec.serviceAccountName, `${path}.serviceAccountName`),
    ...complaintsAt(isDns1123Subdomain, spec.nodeName, `${path}.nodeName`),
    ...(deadline !== undefined && (deadline < 1 || deadline > maxInt32)
      ? [invalid(`${path}.activeDeadlineSeconds`, deadline, rangeComplaint(1, maxInt32))] : []),
    ...complaintsAt(isDns1123Label, spec.hostname, `${path}.hostname`),
    ...complaintsAt(isDns1123Label, spec.subdomain, `${path}.subdomain`),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...(spec.hostAliases ?? []).flatMap(({ ip = '', hostnames = [] }, i) => [
      ...validateLegacyIP(ip, `${path}.hostAliases[${i}].ip`),
      ...hostnames.flatMap((name, j) => complain(`${path}.hostAliases[${i}].hostnames[${j}]`, name, isDns1123Subdomain(name))),
    ]),
    ...complaintsAt(isDns1123Subdomain, spec.priorityClassName, `${path}.priorityClassName`),
    ...(spec.runtimeClassName === undefined ? []
      : complain(`${path}.runtimeClassName`, spec.runtimeClassName, isDns1123Subdomain(spec.runtimeClassName))),
    ...(spec.preemptionPolicy === undefined ? []
      : oneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`)),
    ...(spec.overhead ? validateContainerResources({ limits: spec.overhead }, [], `${path}.overhead`) : []),
    ...validateOs(spec, path),
    ...validateFileVariables(spec, path),
  ]
}

function validateResourceClaims(claims: readonly PodResourceClaim[] | undefined, path: string): FieldError[] {
  const names = new Set<string>()
  return (claims ?? []).flatMap((claim, i) => {
    const at = `${path}[${i}]`, { name = '', resourceClaimName, resourceClaimTemplateName } = claim
    const errors = name === '' ? [required(`${at}.name`)] : names.has(name) ? [duplicate(`${at}.name`, name)]
      : complain(`${at}.name`, name, isDns1123Label(name))
    names.add(name)
    const printed = raw(goStruct({ Name: name, ResourceClaimName: resourceClaimName,
      ResourceClaimTemplateName: resourceClaimTemplateName }))
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      errors.push(invalid(at, printed, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'))
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(invalid(at, printed, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field]
      if (value !== undefined) errors.push(...complain(`${at}.${field}`, value, isDns1123Subdomain(value)))
    }
    return errors
  })
}

/** On the node's network a port is the node's; templates may leave it out, pods have been defaulted. */
function validateHostNetworkPorts(spec: Readonly<PodSpec>, isPod: boolean, path: string): FieldError[] {
  if (!spec.hostNetwork) return []
  return (spec.containers ?? [])
    .flatMap((container, i) => (container.ports ?? []).flatMap(({ hostPort = 0, containerPort }, j) => (
    (isPod || hostPort !== 0) && hostPort !== containerPort
      ? [invalid(`${path}[${i}].ports[${j}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')] : [])))
}

const maxNameservers = 3
const maxSearches = 32
const maxSearchCharacters = 2048

function validateDnsConfig({ dnsConfig, dnsPolicy }: Readonly<PodSpec>, path: string): FieldError[] {
  if (dnsPolicy === 'None' && !dnsConfig) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  if (!dnsConfig) return []
  const { nameservers = [], searches = [], options = [] } = dnsConfig
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  }
  return [
    ...(nameservers.length > maxNameservers
      ? [invalid(`${path}.nameservers`, nameservers, `must not have more than ${maxNameservers} nameservers`)] : []),
    ...nameservers.flatMap((ip, i) => validateLegacyIP(ip, `${path}.nameservers[${i}]`)),
    ...(searches.length > maxSearches
      ? [invalid(`${path}.searches`, searches, `must not have more than ${maxSearches} search paths`)] : []),
    ...(byteLength(searches.join(' ')) > maxSearchCharacters
      ? [invalid(`${path}.searches`, searches,
        `must not have more than ${maxSearchCharacters} characters (including spaces) in the search list`)] : []),
    ...searches.flatMap((search, i) => {
      if (search === '.') return []
      const domain = search.replace(/\.$/, '')
      return complain(`${path}.searches[${i}]`, domain, isDns1123SubdomainWithUnderscore(domain))
    }),
    ...options.flatMap(({ name }, i) => (name ? [] : [required(`${path}.options[${i}]`, 'must not be empty')])),
  ]
}

function validateHostnameOverride(
  { hostnameOverride: name, setHostnameAsFQDN, hostNetwork }: Readonly<PodSpec>, path: string,
): FieldError[] {
  if (name === undefined) return []
  return [
    ...(setHostnameAsFQDN ? [forbidden(path, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(hostNetwork ? [forbidden(path, 'may not be specified when hostNetwork is true')] : []),
    ...(byteLength(name) > 64 ? [tooLong(path, 64)] : []),
    ...complain(path, name, isDns1123Subdomain(name)),
  ]
}

/** Variables that come out of a file need an emptyDir for it. */
function validateFileVariables(spec: Readonly<PodSpec>, path: string): FieldError[] {
  return containersWithPath(spec, path).flatMap(({ container, path: at }) => (container.env ?? []).flatMap(({ valueFrom }, i) => {
    const name = valueFrom?.fileKeyRef?.volumeName
    if (name === undefined) return []
    const field = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`, volume = spec.volumes?.findLast(each => each.name === name)
    if (!volume) return [notFound(field, name)]
    return volume.emptyDir ? [] : [invalid(field, name, 'referenced volume must be of type emptyDir')]
  }))
}

