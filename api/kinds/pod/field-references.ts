import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { compareQuantities } from '../../quantity.ts'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../schema/generated/types.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { complain } from '../validation/values.ts'

/** References to a pod's own fields, in variables and in downward API volumes (core/validation and core/pods, 1.36). */

/** Fields that a variable may take, sorted as messages list them. */
export const variableFields = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName',
  'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs']
/** Fields that a file of a volume may take. */
export const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']

const knownFields = new Set([...variableFields, ...volumeFields, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])

const containerResources = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory']

/** `metadata.labels['key']` in its two parts; undefined without a subscript. */
export function splitSubscript(path: string): { path: string; subscript: string } | undefined {
  const match = /^(.+?)\['(.*)'\]$/s.exec(path)
  return match === null ? undefined : { path: match[1], subscript: match[2] }
}

export function validateFieldReference(
  reference: Readonly<ObjectFieldSelector>, supported: readonly string[], path: string,
): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = reference
  if (apiVersion === '') return [required(`${path}.apiVersion`)]
  if (fieldPath === '') return [required(`${path}.fieldPath`)]
  const refuse = (why: string) => [invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`)]
  if (apiVersion !== 'v1') return refuse(`unsupported pod version: ${apiVersion}`)
  const split = splitSubscript(fieldPath)
  if (split === undefined) {
    const internal = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
    if (!knownFields.has(internal)) return refuse(`field label not supported: ${fieldPath}`)
    return supported.includes(internal) ? [] : [notSupported(`${path}.fieldPath`, internal, supported)]
  }
  if (split.path !== 'metadata.annotations' && split.path !== 'metadata.labels') {
    return refuse(`field label does not support subscript: ${fieldPath}`)
  }
  const key = split.path === 'metadata.annotations' ? split.subscript.toLowerCase() : split.subscript
  return complain(path, key, isQualifiedName(key))
}

const units = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const divisors: readonly { prefix: RegExp; values: readonly string[]; list: string; name: string }[] = [
  { prefix: /^(limits|requests)\.cpu$/, values: ['1m', '1'], list: '1m and 1', name: 'cpu' },
  { prefix: /^(limits|requests)\.memory$/, values: units, list: units.join(', '), name: 'memory' },
  { prefix: /^(limits|requests)\.ephemeral-storage$/, values: units, list: units.join(', '), name: 'local ephemeral storage' },
  { prefix: /^(limits|requests)\.hugepages-/, values: units, list: units.join(', '), name: 'hugepages' },
]

/** `inVolume`: the container must be named, as files belong to none. */
export function validateResourceReference(
  reference: Readonly<ResourceFieldSelector>, path: string, inVolume: boolean,
): FieldError[] {
  const { containerName = '', resource = '', divisor = '0' } = reference, errors: FieldError[] = []
  if (inVolume && containerName === '') errors.push(required(`${path}.containerName`))
  else if (resource === '') errors.push(required(`${path}.resource`))
  else if (!containerResources.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, containerResources))
  }
  const allowed = divisors.find(({ prefix }) => prefix.test(resource))
  if (allowed && compareQuantities(divisor, '0') !== 0 && !allowed.values.includes(divisor)) {
    errors.push(invalid(`${path}.divisor`, resource,
      `only divisor's values ${allowed.list} are supported with the ${allowed.name} resource`))
  }
  return errors
}
