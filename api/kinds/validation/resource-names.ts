import { invalid, type FieldError } from '../../field-error.ts'
import { formatQuantity, isNegativeQuantity, milliValue, parseQuantity } from '../../quantity.ts'
import { isQualifiedName } from './labels.ts'
import { complain } from './values.ts'

/** Names of resources and what amounts of them may be (core/validation and core/helper, 1.36). */

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage'])
const counted = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps',
  'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers']
const quotaResources = new Set([...counted, ...containerResources, 'requests.storage',
  ...[...containerResources].flatMap(name => [`requests.${name}`, `limits.${name}`])])

export const isHugePages = (name: string) => name.startsWith('hugepages-')
const isQuotaHugePages = (name: string) => isHugePages(name) || name.startsWith('requests.hugepages-')

export const isContainerResource = (name: string): boolean => containerResources.has(name) || isHugePages(name)
export const isQuotaResource = (name: string): boolean => quotaResources.has(name) || isQuotaHugePages(name)
/** Of kubernetes.io, which is also where names without a prefix belong. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name)

/** `example.com/gpu`: of somebody else, and still a good name with `requests.` in front. */
export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0
}

/** Counted in whole units. */
export const isIntegerResource = (name: string): boolean => counted.includes(name) || isExtendedResource(name)

export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = complain(path, name, isQualifiedName(name))
  if (errors.length === 0 && !name.includes('/') && name !== 'storage' && !isQuotaResource(name)) {
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'))
  }
  return errors
}

export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (!name.includes('/')) {
    if (!isContainerResource(name)) errors.push(invalid(path, name, 'must be a standard resource for containers'))
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"))
  }
  return errors
}

export function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (!name.includes('/') && !isQuotaResource(name)) errors.push(invalid(path, name, 'must be a standard resource for quota'))
  return errors
}

export function validateNonnegativeQuantity(text: string, path: string): FieldError[] {
  const quantity = parseQuantity(text)
  return isNegativeQuantity(quantity) ? [invalid(path, formatQuantity(quantity), 'must be greater than or equal to 0')] : []
}

/** Never negative, and whole where the resource is counted (upstream: ValidateResourceQuantityValue). */
export function validateResourceQuantity(name: string, text: string, path: string): FieldError[] {
  const quantity = parseQuantity(text), errors = validateNonnegativeQuantity(text, path)
  if (isIntegerResource(name) && milliValue(quantity) % 1000n !== 0n) {
    errors.push(invalid(path, formatQuantity(quantity), 'must be an integer'))
  }
  return errors
}
