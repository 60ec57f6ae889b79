import { duplicate, forbidden, invalid, notFound, notSupported, required, type FieldError } from '../../field-error.ts'
import { containerLimits, containerRequests, isPodLevelResource } from '../../pod-requests.ts'
import { compareQuantities, milliValue, parseQuantity, wholeValue } from '../../quantity.ts'
import type { PodSpec, ResourceClaim, ResourceRequirements } from '../../schema/generated/types.ts'
import { isDns1123Label } from '../validation/names.ts'
import {
  isHugePages, isOvercommitAllowed, validateContainerResourceName, validateResourceName, validateResourceQuantity,
} from '../validation/resource-names.ts'
import { complain } from '../validation/values.ts'

/** Amounts of resources in containers and pods (core/validation, 1.36). */

function validatePodResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  return errors.length > 0 || isPodLevelResource(name) ? errors : [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])]
}

function validateHugePages(name: string, quantity: string, path: string): FieldError[] {
  if (!isHugePages(name)) return []
  return isMultipleOf(quantity, name.slice('hugepages-'.length)) ? []
    : [invalid(path, quantity, `${quantity} is not positive integer multiple of ${name}`)]
}

function isMultipleOf(quantity: string, size: string): boolean {
  try {
    const page = parseQuantity(size)
    return page.mantissa > 0n && milliValue(page) % 1000n === 0n && wholeValue(quantity) % wholeValue(page) === 0n
  } catch {
    return false
  }
}

function validateRequirements(
  resources: Readonly<ResourceRequirements>, validateName: (name: string, path: string) => FieldError[],
    claims: readonly string[], path: string,
): FieldError[] {
  const errors: FieldError[] = [], limits = resources.limits ?? {}, requests = resources.requests ?? {}
  for (const [name, quantity] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`
    errors.push(...validateName(name, at), ...validateResourceQuantity(name, quantity, at),
      ...validateHugePages(name, quantity, at))
  }
  for (const [name, quantity] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`
    errors.push(...validateName(name, at), ...validateResourceQuantity(name, quantity, at))
    if (Object.hasOwn(limits, name)) {
      const order = compareQuantities(quantity, limits[name])
      const wrong = (relation: string) => errors.push(
        invalid(`${path}.requests`, quantity, `must be ${relation} ${name} limit of ${limits[name]}`))
      if (order !== 0 && !isOvercommitAllowed(name)) wrong('equal to')
      else if (order > 0) wrong('less than or equal to')
    } else if (!isOvercommitAllowed(name)) {
      errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'))
    }
    errors.push(...validateHugePages(name, quantity, at))
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'))
  }
  return [...errors, ...validateClaimNames(resources.claims, claims, `${path}.claims`)]
}

/** What a container asks for; `claims` are the names of the pod's resource claims. */
export const validateContainerResources = (resources: Readonly<ResourceRequirements> | undefined, claims: readonly string[],
  path: string): FieldError[] =>
  validateRequirements(resources ?? {}, validateContainerResourceName, claims, path)

function validateClaimNames(claims: readonly ResourceClaim[] | undefined, ofPod: readonly string[], path: string): FieldError[] {
  const seen = new Set<string>(), errors: FieldError[] = []
  claims?.forEach(({ name = '', request = '' }, i) => {
    const at = `${path}[${i}]`
    if (name === '') {
      errors.push(required(at))
      return
    }
    if (seen.has(name)) {
      errors.push(duplicate(at, name))
    } else {
      const key = request === '' ? name : `${name}/${request}`
      if (request !== '') errors.push(...complain(`${at}.request`, request, isDns1123Label(request)))
      if (seen.has(key)) errors.push(duplicate(at, key))
      else if (request === '') for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name))
      seen.add(key)
    }
    if (!ofPod.includes(name)) {
      const { message, ...error } = notFound(at, name)
      errors.push({ ...error, message: `${message}: must be one of the names in pod.spec.resourceClaims`
        + (ofPod.length === 0 ? ' which is empty' : `: ${[...ofPod].sort().join(', ')}`) })
    }
  })
  return errors
}

/** What a pod asks for as a whole, and whether its containers fit into it. */
export function validatePodResources(spec: Readonly<PodSpec>, claims: readonly string[], path: string): FieldError[] {
  const { resources } = spec
  if (!resources) return []
  if (spec.os?.name === 'windows') return [forbidden(path, 'may not be set for a windows pod')]
  const errors = resources.claims ? [forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level')] : []
  errors.push(...validateRequirements(resources, validatePodResourceName, claims, path))
  const exceeds = (amount: string, list: Readonly<Record<string, string>> | undefined, name: string) =>
    list !== undefined && Object.hasOwn(list, name) && compareQuantities(amount, list[name]) > 0
  for (const [name, total] of Object.entries(containerRequests(spec))) {
    if (exceeds(total, resources.requests, name)) {
      errors.push(invalid(`${path}.requests[${name}]`, resources.requests![name],
        `must be greater than or equal to aggregate container requests of ${total}`))
    }
  }
  for (const [name, total] of Object.entries(containerLimits(spec))) {
    if (isHugePages(name) && exceeds(total, resources.limits, name)) {
      errors.push(invalid(`${path}.limits[${name}]`, resources.limits![name],
        `must be greater than or equal to aggregate container limits of ${total}`))
    }
  }
  spec.containers?.forEach((container, i) => {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      if (exceeds(limit, resources.limits, name)) {
        errors.push(invalid(`${path}.containers[${i}][${name}].limits`, limit,
          `must be less than or equal to pod limits of ${resources.limits![name]}`))
      }
    }
  })
  return errors
}
