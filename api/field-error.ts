/**
 * Validation errors as upstream words them (apimachinery, util/validation/field, 1.36). A `FieldError` is what stands
 * behind `… is invalid: field: message` and in `details.causes`.
 */
export type FieldErrorType =
  | 'FieldValueNotFound' | 'FieldValueRequired' | 'FieldValueDuplicate' | 'FieldValueInvalid' | 'FieldValueNotSupported'
  | 'FieldValueForbidden' | 'FieldValueTooLong' | 'FieldValueTooMany' | 'InternalError' | 'FieldValueTypeInvalid'

export interface FieldError { type: FieldErrorType; field: string; message: string }

/** Text that a message shows as it stands, where Go prints something else than JSON. */
export interface RawValue { readonly raw: string }
export const raw = (text: string): RawValue =>
  Object.freeze(Object.assign(Object.create(rawMark) as object, { raw: text })) as RawValue
const rawMark = Object.freeze({})
const isRaw = (value: unknown): value is RawValue =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === rawMark

const htmlEscapes: Record<string,
  string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** A value as Go's errors print it: strings quoted, numbers and booleans bare, null as `null`, others as Go's JSON. */
export function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (isRaw(value)) return value.raw
  if (typeof value === 'string') return quote(value)
  // Go's encoder escapes what HTML could take for markup.
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, character => htmlEscapes[character])
}

/** As Go's %q: JSON's escapes for the usual characters, \\x for other control characters. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/\\(?:u00([0-9a-f]{2})|(.))|\x7f/g,
    (all, code: string | undefined, escaped: string | undefined) => {
    if (escaped !== undefined) return all
    if (code === undefined) return '\\x7f'
    return code === '07' ? '\\a' : code === '0b' ? '\\v' : `\\x${code}`
  })
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
  ({ type: 'FieldValueTooLong', field, message: max >= 0 ? `Too long: may not be more than ${max} byte${max === 1 ? '' : 's'}`
    : 'Too long: value is too long' })
export const tooMany = (field: string, actual: number, max: number): FieldError =>
  ({ type: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${max} item${max === 1 ? '' : 's'}` })
export const internal = (field: string, detail: string): FieldError =>
  ({ type: 'InternalError', field, message: `Internal error: ${detail}` })
