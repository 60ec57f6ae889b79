import { duplicate, forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { compareQuantities, milliValue, quantityToNumber } from '../../quantity.ts'
import type { LimitRange, LimitRangeItem } from '../../schema/generated/types.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from '../validation/resource-names.ts'
import { complain } from '../validation/values.ts'

const standardTypes = new Set(['Pod', 'Container', 'PersistentVolumeClaim'])

/** core/validation ValidateLimitRange, 1.36. */
export function validateLimitRange({ spec }: Readonly<LimitRange>): FieldError[] {
  const seen = new Set<string>()
  return (spec.limits ?? []).flatMap((limit, i) => {
    const path = `spec.limits[${i}]`, errors = validateType(limit.type ?? '', `${path}.type`)
    if (seen.has(limit.type)) errors.push(duplicate(`${path}.type`, limit.type ?? ''))
    seen.add(limit.type)
    return [...errors, ...validateItem(limit, path)]
  })
}

function validateType(type: string, path: string): FieldError[] {
  const errors = complain(path, type, isQualifiedName(type))
  if (errors.length === 0 && !type.includes('/') && !standardTypes.has(type)) {
    errors.push(invalid(path, type, 'must be a standard limit type or fully qualified'))
  }
  return errors
}

function validateItem(limit: Readonly<LimitRangeItem>, path: string): FieldError[] {
  const errors: FieldError[] = [], keys = new Set<string>(), isPod = limit.type === 'Pod'
  const names = (list: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio') => {
    for (const name of Object.keys(limit[list] ?? {})) {
      const check = isPod || limit.type === 'Container' ? validateContainerResourceName : validateResourceName
      errors.push(...check(name, `${path}.${list}[${name}]`))
      keys.add(name)
    }
  }
  names('max')
  names('min')
  for (const list of ['default', 'defaultRequest'] as const) {
    if (!isPod) names(list)
    else if (Object.keys(limit[list] ?? {}).length > 0) {
      errors.push(forbidden(`${path}.${list}`, "may not be specified when `type` is 'Pod'"))
    }
  }
  if (limit.type === 'PersistentVolumeClaim' && limit.min?.storage === undefined && limit.max?.storage === undefined) {
    errors.push(required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'))
  }
  names('maxLimitRequestRatio')
  for (const name of keys) errors.push(...validateAmounts(limit, name, path))
  return errors
}

/** The amounts given for one resource against each other. */
function validateAmounts(limit: Readonly<LimitRangeItem>, name: string, path: string): FieldError[] {
  const amount = (list: Readonly<Record<string, string>> | undefined) =>
    (list && Object.hasOwn(list, name) ? list[name] : undefined)
  const isPod = limit.type === 'Pod'
  const min = amount(limit.min), max = amount(limit.max), ratio = amount(limit.maxLimitRequestRatio)
  const byDefault = isPod ? undefined : amount(limit.default), request = isPod ? undefined : amount(limit.defaultRequest)
  const errors: FieldError[] = []
  const exceeds = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && compareQuantities(a, b) > 0
  const wrong = (list: string, value: string | undefined, detail: string) =>
    errors.push(invalid(`${path}.${list}[${name}]`, value, detail))
  if (exceeds(min, max)) wrong('min', min, `min value ${min} is greater than max value ${max}`)
  if (exceeds(min, request)) wrong('defaultRequest', request, `min value ${min} is greater than default request value ${request}`)
  if (exceeds(request, max)) wrong('defaultRequest', request, `default request value ${request} is greater than max value ${max}`)
  if (exceeds(request, byDefault)) {
    wrong('defaultRequest', request, `default request value ${request} is greater than default limit value ${byDefault}`)
  }
  if (exceeds(min, byDefault)) wrong('default', min, `min value ${min} is greater than default value ${byDefault}`)
  if (exceeds(byDefault, max)) wrong('default', max, `default value ${byDefault} is greater than max value ${max}`)
  if (exceeds('1', ratio)) wrong('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`)
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const limitRatio = Number(milliValue(max)) / Number(milliValue(min))
    if (quantityToNumber(ratio) > limitRatio) {
      wrong('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${limitRatio.toFixed(6)}`)
    }
  }
  if (!isOvercommitAllowed(name) && byDefault !== undefined && request !== undefined
    && compareQuantities(byDefault, request) !== 0) {
    wrong('defaultRequest', request, `default value ${byDefault} must equal to defaultRequest value ${request} in ${name}`)
  }
  return errors
}
