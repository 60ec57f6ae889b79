import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { Taint } from '../../schema/generated/types.ts'
import { isValidLabelValue, validateLabelName } from '../validation/labels.ts'

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** Taints of a node; upstream reports them under the metadata (core/validation validateNodeTaints, 1.36). */
export function validateTaints(taints: readonly Taint[], path: string): FieldError[] {
  const seen = new Set<string>()
  return taints.flatMap(({ key = '', value = '', effect, timeAdded }, i) => {
    const at = `${path}[${i}]`
    const errors = validateLabelName(key, `${at}.key`)
    const complaints = isValidLabelValue(value)
    if (complaints.length > 0) errors.push(invalid(`${at}.value`, value, complaints.join(';')))
    if (!effect) errors.push(required(`${at}.effect`))
    else if (!effects.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, effects))
    const pair = `${effect ?? ''}:${key}`
    if (seen.has(pair)) {
      const twice = duplicate(at, { Key: key, Value: value, Effect: effect ?? '', TimeAdded: timeAdded ?? null })
      errors.push({ ...twice, message: `${twice.message}: taints must be unique by key and effect pair` })
    }
    seen.add(pair)
    return errors
  })
}
