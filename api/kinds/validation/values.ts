import { same } from '../../edit.ts'
import { invalid, type FieldError } from '../../field-error.ts'

/** Rules about single values that many kinds share (apimachinery, api/validation, 1.36). */

/** Complaints about a value as errors of its field. */
export function complain(path: string, value: unknown, complaints: readonly string[]): FieldError[] {
  return complaints.map(complaint => invalid(path, value, complaint))
}

export const negativeComplaint = 'must be greater than or equal to 0'
export const immutableComplaint = 'field is immutable'

export function validateNonnegative(value: number | undefined, path: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, negativeComplaint)] : []
}

export function validatePositive(value: number, path: string): FieldError[] {
  return value > 0 ? [] : [invalid(path, value, 'must be greater than 0')]
}

/** `printed` is what the message shows where that is not the value itself (Go's names of internal types). */
export function validateImmutable(next: unknown, old: unknown, path: string, printed: unknown = next): FieldError[] {
  return same(next, old) ? [] : [invalid(path, printed, immutableComplaint)]
}
