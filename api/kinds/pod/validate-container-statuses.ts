import { duplicate, forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../../field-error.ts'
import type { Container, ContainerStatus, PodResourceClaim, PodResourceClaimStatus, PodSpec } from '../../schema/generated/types.ts'
import { byteLength, isDns1123Subdomain, rangeComplaint } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** What kubelets report of containers, as whom they run and which devices they hold (core/validation, 1.36). */

const maxId = 2147483647

const validateId = (id: number | undefined, path: string): FieldError[] =>
  (id === undefined || (id >= 0 && id <= maxId) ? [] : [invalid(path, id, rangeComplaint(0, maxId))])

export function validateContainerUsers(
  statuses: readonly ContainerStatus[] | undefined, path: string, os: PodSpec['os'],
): FieldError[] {
  return (statuses ?? []).flatMap(({ user }, i) => {
    const linux = user?.linux, at = `${path}[${i}].user.linux`, name = os ? os.name : 'linux'
    if (!linux) return []
    if (name === 'windows') return [forbidden(at, 'cannot be set for a windows pod')]
    return name !== 'linux' ? [] : [
      ...validateId(linux.uid, `${at}.uid`), ...validateId(linux.gid, `${at}.gid`),
      ...(linux.supplementalGroups ?? []).flatMap((group, j) => validateId(group, `${at}.supplementalGroups[${j}]`)),
    ]
  })
}

/** Only what a container asked for can be allocated to it; containers that the pod does not have are let be. */
export function validateAllocatedResources(
  statuses: readonly ContainerStatus[] | undefined, path: string, containers: readonly Container[] | undefined,
): FieldError[] {
  return (statuses ?? []).flatMap((status, i) => (status.allocatedResourcesStatus ?? []).flatMap(({ name = '', resources }, j) => {
    const at = `${path}[${i}].allocatedResourcesStatus[${j}]`
    const container = containers?.find(each => each.name === status.name), errors: FieldError[] = []
    if (container && name.startsWith('claim:')) {
      const claims = (container.resources?.claims ?? []).map(claim => `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`)
      if (!claims.includes(name)) {
        errors.push(invalid(`${at}.name`, name, "must match one of the container's resource claims in a format "
          + "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"))
      }
    } else if (container && !Object.hasOwn(container.resources?.requests ?? {}, name)) {
      errors.push(invalid(`${at}.name`, name, "must match one of the container's resource requests"))
    }
    return [...errors, ...validateHealth(resources, `${at}.resources`)]
  }))
}

const healths = ['Healthy', 'Unhealthy', 'Unknown']
const longestMessage = 1024

function validateHealth(
  resources: readonly { resourceID?: string; health?: string; message?: string }[] | undefined, path: string,
): FieldError[] {
  const seen = new Set<string>()
  return (resources ?? []).flatMap(({ resourceID = '', health = '', message }, i) => {
    const errors = healths.includes(health) ? [] : [notSupported(`${path}[${i}].health`, health, healths)]
    if (message === '') errors.push(required(`${path}[${i}].message`, 'must be non-empty if specified'))
    else if (byteLength(message ?? '') > longestMessage) errors.push(tooLong(`${path}[${i}].message`, longestMessage))
    if (seen.has(resourceID)) errors.push(duplicate(`${path}[${i}].resourceID`, resourceID))
    seen.add(resourceID)
    return errors
  })
}

export function validateNoAllocatedResources(statuses: readonly ContainerStatus[] | undefined, path: string): FieldError[] {
  return (statuses ?? []).flatMap(({ allocatedResourcesStatus }, i) => (allocatedResourcesStatus?.length
    ? [forbidden(`${path}[${i}].allocatedResourcesStatus`, 'must not be specified in container status')] : []))
}

export function validateClaimStatuses(
  statuses: readonly PodResourceClaimStatus[] | undefined, claims: readonly PodResourceClaim[] | undefined, path: string,
): FieldError[] {
  const seen = new Set<string>()
  return (statuses ?? []).flatMap(({ name = '', resourceClaimName }, i) => {
    const errors = claims?.some(claim => claim.name === name) ? []
      : [invalid(`${path}[${i}].name`, name, 'must match the name of an entry in `spec.resourceClaims`')]
    if (seen.has(name)) errors.push(duplicate(`${path}[${i}].name`, name))
    seen.add(name)
    if (resourceClaimName !== undefined) {
      errors.push(...complain(`${path}[${i}].resourceClaimName`, resourceClaimName, isDns1123Subdomain(resourceClaimName)))
    }
    return errors
  })
}
