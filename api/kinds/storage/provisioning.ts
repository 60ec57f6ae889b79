import { invalid, required, tooLong, type FieldError } from '../../field-error.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { byteLength } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** What storage classes and volume attributes classes share (storage/validation, 1.36). */

export const notProvisioned = 'no volume is provisioned or attached'

export function validateProvisioner(provisioner: string, path: string): FieldError[] {
  if (provisioner === '') return [required(path)]
  const name = provisioner.toLowerCase()
  return complain(path, name, isQualifiedName(name))
}

export function validateParameters(
  parameters: Readonly<Record<string, string>> = {}, mayBeEmpty: boolean, path: string,
): FieldError[] {
  const entries = Object.entries(parameters)
  if (entries.length > 512) return [tooLong(path, 512)]
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return [
    ...entries.some(([key]) => key === '') ? [invalid(path, '', 'field can not be empty.')] : [],
    ...size > 256 * 1024 ? [tooLong(path, 256 * 1024)] : [],
    ...!mayBeEmpty && entries.length === 0 ? [required(path, 'must contain at least one key/value pair')] : [],
  ]
}
