import { forbidden, invalid, required, type FieldError } from '../../api/field-error.ts'
import { parseFieldSelector, type FieldRequirement } from '../../api/field-selector.ts'
import { validateLabelSelector } from '../../api/kinds/validation/labels.ts'
import { parseLabelSelector } from '../../api/label-selector.ts'
import type { LabelSelectorAttributes, ResourceAttributes } from '../../api/schema/generated/types.ts'

/** The selectors that an access review asks about (registry/authorization/util and apis/authorization/validation, 1.36). */

const path = 'spec.resourceAttributes'
const setOperators = new Set(['In', 'NotIn']), presenceOperators = new Set(['Exists', 'DoesNotExist'])

/** What is wrong with them; an operator that is not known is no error, for clients newer than the server. */
export function selectorErrors(attributes: ResourceAttributes | undefined): FieldError[] {
  const { fieldSelector, labelSelector } = attributes ?? {}
  const errors = shapeErrors(fieldSelector, `${path}.fieldSelector`)
  fieldSelector?.requirements?.forEach(({ key, operator, values = [] }, i) => {
    const at = `${path}.fieldSelector.requirements[${i}]`
    if (!key) errors.push(required(`${at}.key`, 'must be specified'))
    if (setOperators.has(operator) && !values?.length) {
      errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
    }
    if (presenceOperators.has(operator) && values?.length) {
      errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    }
  })
  errors.push(...shapeErrors(labelSelector, `${path}.labelSelector`))
  labelSelector?.requirements?.forEach((requirement, i) => {
    const at = `${path}.labelSelector.requirements[${i}]`
    for (const error of validateLabelSelector({ matchExpressions: [requirement] }, '')) {
      const field = error.field.slice('.matchExpressions[0]'.length)
      if (field !== '.operator') errors.push({ ...error, field: at + field })
    }
  })
  return errors
}

function shapeErrors(selector: LabelSelectorAttributes | undefined, at: string): FieldError[] {
  if (!selector) return []
  const { rawSelector, requirements } = selector
  if (rawSelector && requirements?.length) {
    return [invalid(`${at}.rawSelector`, rawSelector, 'may not specified at the same time as requirements')]
  }
  if (rawSelector || requirements?.length) return []
  return [required(`${at}.requirements`, `when ${at} is specified, requirements or rawSelector is required`)]
}

/** The terms of the field selector that can be told, and what the answer says of those that can't. */
export function readSelectors({ fieldSelector, labelSelector }: ResourceAttributes): { fields: FieldRequirement[]; ignored: string } {
  const ignored: string[] = []
  let fields: FieldRequirement[] = []
  if (fieldSelector?.rawSelector) {
    try { fields = parseFieldSelector(fieldSelector.rawSelector) } catch { ignored.push(`${path}.fieldSelector ignored due to parse error`) }
  }
  const wanted = fieldSelector?.requirements ?? []
  // Terms of one value are all that field selectors know.
  for (const { key, operator, values } of wanted) {
    if (setOperators.has(operator) && values?.length === 1) fields.push({ field: key, op: operator === 'In' ? '=' : '!=', value: values[0] })
  }
  if (wanted.length > 0 && fields.length < wanted.length) ignored.push(`${path}.fieldSelector ${partly(fields.length)}ignored due to parse error`)

  if (labelSelector?.rawSelector) {
    try { parseLabelSelector(labelSelector.rawSelector) } catch { ignored.push(`${path}.labelSelector ignored due to parse error`) }
  }
  const labels = labelSelector?.requirements ?? []
  const known = labels.filter(({ operator }) => setOperators.has(operator) || presenceOperators.has(operator)).length
  if (known < labels.length) ignored.push(`${path}.labelSelector ${partly(known)}ignored due to parse error`)
  return { fields, ignored: ignored.join('; ') }
}

const partly = (known: number) => (known > 0 ? 'partially ' : '')
