import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { labelKeyComplaints, labelValueComplaints } from '../../label-names.ts'
import type { LabelSelector } from '../../label-selector.ts'
import { complain } from './values.ts'
import { byteLength, isDns1123Subdomain, isHttpPath } from './names.ts'

/** Labels, annotations and label selectors (apimachinery, meta/v1/validation and api/validation, 1.36). */

/** Complaints about `name` or `prefix/name`: label keys, annotation keys, finalizers, condition types. */
export const isQualifiedName = labelKeyComplaints
export const isValidLabelValue = labelValueComplaints

const annotationBytes = 256 * 1024

export function validateLabelName(name: string, path: string): FieldError[] {
  return complain(path, name, isQualifiedName(name))
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [key, value] of Object.entries(labels ?? {})) {
    errors.push(...validateLabelName(key, path))
    for (const complaint of isValidLabelValue(value)) errors.push(invalid(path, value, complaint))
  }
  return errors
}

/** Keys as of labels, in any case; all keys and values together at most 256 KiB. */
export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const complaint of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, complaint))
    size += byteLength(key) + byteLength(value)
  }
  if (size > annotationBytes) {
    errors.push({ type: 'FieldValueTooLong', field: path, message: `Too long: may not be more than ${annotationBytes} bytes` })
  }
  return errors
}

/** What stands in `spec.selector` and the like; an absent one (a required one that is missing is null) is left to the caller. */
export function validateLabelSelector(
  selector: LabelSelector | null | undefined, path: string, options: { allowInvalidValues?: boolean } = {},
): FieldError[] {
  // A required pointer of Go's is null where the client left it out.
  if (selector === undefined || selector === null) return []
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`)
  selector.matchExpressions?.forEach((expression, i) => {
    const at = `${path}.matchExpressions[${i}]`, values = expression.values ?? []
    switch (expression.operator) {
      case 'In': case 'NotIn':
        if (values.length === 0) errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
        break
      case 'Exists': case 'DoesNotExist':
        if (values.length > 0) {
          errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
        }
        break
      default:
        errors.push(invalid(`${at}.operator`, expression.operator ?? '', 'not a valid selector operator'))
    }
    errors.push(...validateLabelName(expression.key ?? '', `${at}.key`))
    if (options.allowInvalidValues) return
    values.forEach((value, j) => {
      for (const complaint of isValidLabelValue(value)) errors.push(invalid(`${at}.values[${j}]`, value, complaint))
    })
  })
  return errors
}

/** The selector with its members in Go's order, as messages print it. */
export function printableSelector(selector: LabelSelector | undefined): unknown {
  if (!selector) return null
  return {
    ...(selector.matchLabels && Object.keys(selector.matchLabels).length
      ? { matchLabels: printableMap(selector.matchLabels) } : {}),
    ...(selector.matchExpressions?.length ? {
      matchExpressions: selector.matchExpressions
        .map(({ key, operator, values }) => ({ key, operator, ...(values?.length ? { values } : {}) })),
    } : {}),
  }
}

/** A map as Go prints it: sorted by key, and `null` when there is none. */
export function printableMap(map: Readonly<Record<string, string>> | undefined): unknown {
  if (!map) return null
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

/** `acme.io/foo` (upstream: IsDomainPrefixedPath). */
export function validateDomainPrefixedPath(value: string, path: string): FieldError[] {
  if (value === '') return [required(path)]
  const slash = value.indexOf('/')
  if (slash < 1 || slash === value.length - 1) {
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  }
  const host = value.slice(0, slash), rest = value.slice(slash + 1)
  return [
    ...complain(path, host, isDns1123Subdomain(host)),
    ...complain(path, rest, isHttpPath(rest)),
  ]
}
