import { invalid, type FieldError } from '../../field-error.ts'
import { isValidPercent } from './names.ts'
import { complain, validateNonnegative } from './values.ts'

/** A number or a percentage (apps/validation, 1.36). */

export function validatePositiveIntOrPercent(value: number | string, path: string): FieldError[] {
  return typeof value === 'number' ? validateNonnegative(value, path)
    : complain(path, value, isValidPercent(value))
}

export function validateNotMoreThan100Percent(value: number | string, path: string): FieldError[] {
  return typeof value === 'string' && isValidPercent(value).length === 0 && Number(value.slice(0, -1)) > 100
    ? [invalid(path, value, 'must not be greater than 100%')] : []
}
