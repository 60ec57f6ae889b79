import { duplicate, invalid, notSupported, required, tooLong, type FieldError } from '../../field-error.ts'
import type { Condition } from '../../schema/generated/types.ts'
import { validateLabelName } from './labels.ts'
import { byteLength, formatComplaint } from './names.ts'

const reasonFormat = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const reasonPattern = new RegExp(`^${reasonFormat}$`)
const reasonComplaint = formatComplaint("a condition reason must start with alphabetic character, optionally followed by a "
  + "string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
reasonFormat, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB')
const statuses = ['False', 'True', 'Unknown']

/** Conditions of the common type (apimachinery, meta/v1/validation ValidateConditions, 1.36). */
export function validateConditions(conditions: readonly Condition[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>()
  return (conditions ?? []).flatMap((condition, i) => {
    const at = `${path}[${i}]`, { type = '' } = condition
    const errors = seen.has(type) ? [duplicate(`${at}.type`, type)] : []
    seen.add(type)
    return [...errors, ...validateCondition(condition, at)]
  })
}

function validateCondition(condition: Readonly<Condition>, path: string): FieldError[] {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition
  const errors = validateLabelName(type, `${path}.type`)
  if (!statuses.includes(status)) errors.push(notSupported(`${path}.status`, status, statuses))
  if (observedGeneration < 0) {
    errors.push(invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'))
  }
  if (!lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`))
  if (reason === '') errors.push(required(`${path}.reason`))
  else {
    if (!reasonPattern.test(reason)) errors.push(invalid(`${path}.reason`, reason, reasonComplaint))
    if (byteLength(reason) > 1024) errors.push(tooLong(`${path}.reason`, 1024))
  }
  if (byteLength(message) > 32 * 1024) errors.push(tooLong(`${path}.message`, 32 * 1024))
  return errors
}
