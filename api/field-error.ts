/**
 * Validation errors as upstream words them (apimachinery, util/validation/field, 1.36). A `FieldError` is what stands
 * behind `… is invalid: field: message` and in `details.causes`.
 */
export type FieldErrorType =
  | 'FieldValueNotFound' | 'FieldValueRequired' | 'FieldValueDuplicate' | 'FieldValueInvalid' | 'FieldValueNotSupported'
  | 'FieldValueForbidden' | 'FieldValueTooLong' | 'FieldValueTooMany' | 'InternalError' | 'FieldValueTypeInvalid'

export interface FieldError { type: FieldErrorType; field: string; message: string }

/** A value as Go's errors print it: strings quoted, numbers and booleans bare, null as `null`, objects as JSON. */
export function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  return JSON.stringify(value)
}

const withDetail = (head: string, detail: string) => (detail ? `${head}: ${detail}` : head)

export const required = (field: string, detail = ''): FieldError =>
  ({ type: 'FieldValueRequired', field, message: withDetail('Required value', detail) })
export const invalid = (field: string, value: unknown, detail: string): FieldError =>
  ({ type: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${printValue(value)}`, detail) })
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError =>
  ({ type: 'FieldValueTypeInvalid', field, message: withDetail(`Invalid value: ${printValue(value)}`, detail) })
export const duplicate = (field: string, value: unknown): FieldError =>
  ({ type: 'FieldValueDuplicate', field, message: `Duplicate value: ${printValue(value)}` })
export const forbidden = (field: string, detail: string): FieldError =>
  ({ type: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) })
export const notFound = (field: string, value: unknown): FieldError =>
  ({ type: 'FieldValueNotFound', field, message: `Not found: ${printValue(value)}` })
/** `supported` is printed as given: where upstream keeps a set, the caller sorts. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  ({ type: 'FieldValueNotSupported', field, message: `Unsupported value: ${printValue(value)}` + (supported.length
    ? `: supported values: ${supported.map(v => JSON.stringify(v)).join(', ')}` : '') })
export const tooLong = (field: string, max: number): FieldError =>
  ({ type: 'FieldValueTooLong', field, message: max >= 0 ? `Too long: may not be more than ${max} bytes` : 'Too long: value is too long' })
export const tooMany = (field: string, actual: number, max: number): FieldError =>
  ({ type: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${max} items` })
export const internal = (field: string, detail: string): FieldError =>
  ({ type: 'InternalError', field, message: `Internal error: ${detail}` })
