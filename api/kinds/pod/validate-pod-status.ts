import { forbidden, internal, invalid, type FieldError } from '../../field-error.ts'
import type { Container, ContainerStatus, Pod, PodSpec } from '../../schema/generated/types.ts'
import { parseIP } from '../../ip.ts'
import { validateLegacyIP } from '../validation/ip.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { isDns1123Subdomain } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'
import {
  validateAllocatedResources, validateClaimStatuses, validateContainerUsers, validateNoAllocatedResources,
} from './validate-container-statuses.ts'

/** What may be written to a pod's status (core/validation ValidatePodStatusUpdate, 1.36). */
export function validatePodStatus(next: Readonly<Pod>, old: Readonly<Pod>): FieldError[] {
  const status = next.status ?? {}, before = old.status ?? {}, nominated = status.nominatedNodeName
  const errors: FieldError[] = []
  status.conditions?.forEach(({ type = '', observedGeneration = 0 }, i) => {
    const at = `status.conditions[${i}]`
    if (observedGeneration < 0) {
      errors.push(invalid(`${at}.observedGeneration`, observedGeneration, 'must be a non-negative integer'))
    }
    if (!systemConditions.has(type)) errors.push(...complain(`${at}.Type`, type, isQualifiedName(type)))
  })
  if (nominated && nominated !== before.nominatedNodeName) {
    errors.push(...complain('status.nominatedNodeName', nominated, isDns1123Subdomain(nominated)))
    if (old.spec.nodeName) {
      errors.push(forbidden('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'))
    }
  }
  if ((status.observedGeneration ?? 0) < 0) {
    errors.push(invalid('status.observedGeneration', status.observedGeneration, 'must be a non-negative integer'))
  }
  return [
    ...errors,
    ...validateImmutable(status.qosClass ?? '', before.qosClass ?? '', 'status.qosClass'),
    ...validateTransitions(status.containerStatuses, before.containerStatuses, 'status.containerStatuses', old.spec.containers,
      old.spec),
    ...validateTransitions(status.initContainerStatuses, before.initContainerStatuses, 'status.initContainerStatuses',
      old.spec.initContainers, old.spec),
    ...validateTransitions(status.ephemeralContainerStatuses, before.ephemeralContainerStatuses,
      'status.ephemeralContainerStatuses', undefined, undefined),
    ...validateClaimStatuses(status.resourceClaimStatuses, next.spec.resourceClaims, 'status.resourceClaimStatuses'),
    ...validateIPs(status.podIPs, 'podIPs', before.podIPs),
    ...(status.hostIPs?.length && (status.hostIP ?? '') !== (status.hostIPs[0].ip ?? '')
      ? [invalid('status.hostIPs[0].ip', status.hostIPs[0].ip ?? '', 'must be equal to `hostIP`')] : []),
    ...validateIPs(status.hostIPs, 'hostIPs', before.hostIPs),
    ...statusLists.flatMap(list => validateContainerUsers(status[list], `status.${list}`, next.spec.os)),
    ...validateAllocatedResources(status.containerStatuses, 'status.containerStatuses', next.spec.containers),
    ...validateAllocatedResources(status.initContainerStatuses, 'status.initContainerStatuses', next.spec.initContainers),
    ...validateNoAllocatedResources(status.ephemeralContainerStatuses, 'status.ephemeralContainerStatuses'),
  ]
}

const statusLists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const
const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized'])

/** A container that is done runs again only where its restart policy lets it. */
function validateTransitions(
  next: readonly ContainerStatus[] | undefined, old: readonly ContainerStatus[] | undefined, path: string,
  containers: readonly Container[] | undefined, spec: Readonly<PodSpec> | undefined,
): FieldError[] {
  if (spec && restartsAll(spec)) return []
  return (old ?? []).flatMap((before, i) => {
    const terminated = before.state?.terminated, after = next?.find(status => status.name === before.name)
    if (!terminated || !after || after.state?.terminated) return []
    const container = containers?.find(each => each.name === before.name)
    if (container && spec && mayRestart(container, spec, terminated.exitCode)) return []
    return [forbidden(`${path}[${i}].state`, 'may not be transitioned to non-terminated state')]
  })
}

const restartsAll = (spec: Readonly<PodSpec>) => [...spec.containers ?? [], ...spec.initContainers ?? []]
  .some(container => container.restartPolicyRules?.some(rule => rule.action === 'RestartAllContainers'))

/** Its own rules first, then its own policy, then the pod's (api/v1/pod ContainerShouldRestart). */
function mayRestart(container: Readonly<Container>, spec: Readonly<PodSpec>, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const matches = container.restartPolicyRules?.some(({ exitCodes }) =>
      exitCodes && (exitCodes.operator === 'In') === (exitCodes.values ?? []).includes(exitCode))
    return matches || container.restartPolicy === 'Always' || (container.restartPolicy === 'OnFailure' && exitCode !== 0)
  }
  return spec.restartPolicy === 'Always' || (spec.restartPolicy === 'OnFailure' && exitCode !== 0)
}

/** At most one address of each family. */
function validateIPs(
  ips: readonly { ip?: string }[] | undefined, field: 'podIPs' | 'hostIPs', old: readonly { ip?: string }[] | undefined,
): FieldError[] {
  if (!ips || ips.length === 0) return []
  const before = (old ?? []).map(each => each.ip ?? '')
  const errors = ips.flatMap(({ ip = '' }, i) => validateLegacyIP(ip, `status.${field}[${i}]`, before))
  if (ips.length < 2) return errors
  const families = ips.map(({ ip = '' }) => parseIP(ip)?.family), wrong = families.indexOf(undefined)
  if (wrong >= 0) {
    errors.push(internal(`status.${field}`, `failed to check for dual stack with error:invalid IP[${wrong}]: ${ips[wrong].ip ?? ''}`))
  }
  if (wrong >= 0 || ips.length > 2 || families[0] === families[1]) {
    errors.push(invalid(`status.${field}`, ips.map(({ ip = '' }) => ({ IP: ip })), 'may specify no more than one IP for each IP family'))
  }
  return errors
}
