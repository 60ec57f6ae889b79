import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { ValidatingAdmissionPolicy, Validation } from '../../schema/generated/types.ts'
import { validateConditions } from '../validation/conditions.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { byteLength } from '../validation/names.ts'
import { notEvaluated, policyColumns, validateParamKind, validateVariable } from './policies.ts'
import { defaultMatchResources, failurePolicies, validateMatchConditions, validateMatchResources } from './rules.ts'
import { complain } from '../validation/values.ts'

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']

export const validatingAdmissionPolicies = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies', singular: 'validatingadmissionpolicy', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.ValidatingAdmissionPolicy',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
  notSimulated: notEvaluated,
  defaults(draft) {
    const spec = draft.spec ??= {}
    spec.failurePolicy ??= 'Fail'
    defaultMatchResources(spec.matchConstraints)
  },
  prepareForCreate(draft) {
    draft.status = {}
  },
  validate: (next, _old, { subresource }) => (subresource === 'status' ? validateStatus(next) : validate(next)),
  columns: policyColumns('Validations', ({ spec }) => spec.validations),
})

/** admissionregistration/validation validateValidatingAdmissionPolicySpec, 1.36, without the compilation of expressions. */
function validate({ metadata, spec }: Readonly<ValidatingAdmissionPolicy>): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints, validations = [], auditAnnotations = [] } = spec
  const errors: FieldError[] = []
  if (failurePolicy !== undefined && !failurePolicies.includes(failurePolicy)) {
    errors.push(notSupported('spec.failurePolicy', failurePolicy, failurePolicies))
  }
  if (paramKind) errors.push(...validateParamKind(paramKind, 'spec.paramKind'))
  if (matchConstraints) {
    errors.push(...validateMatchResources(matchConstraints, 'spec.matchConstraints'))
    if (!matchConstraints.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'))
  } else {
    errors.push(required('spec.matchConstraints'))
  }
  errors.push(...validateMatchConditions(spec.matchConditions, 'spec.matchConditions'),
    ...(spec.variables ?? []).flatMap((variable, i) => validateVariable(variable, `spec.variables[${i}]`)))
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item'
    return [...errors, required('spec.validations', detail), required('spec.auditAnnotations', detail)]
  }
  errors.push(...validations.flatMap((validation, i) => validateValidation(validation, `spec.validations[${i}]`)))
  if (auditAnnotations.length > 20) {
    errors.push(invalid('spec.auditAnnotations', auditAnnotations, 'must not have more than 20 auditAnnotations'))
  }
  auditAnnotations.forEach(({ key = '', valueExpression = '' }, i) => {
    const path = `spec.auditAnnotations[${i}]`, text = valueExpression.trim(), name = `${metadata.name}/${key}`
    if (!metadata.name) errors.push(invalid(`${path}.key`, key, 'requires metadata.name be non-empty'))
    else errors.push(...complain(`${path}.key`, name, isQualifiedName(name)))
    if (text === '') errors.push(required(`${path}.valueExpression`, 'valueExpression is not specified'))
    else if (byteLength(text) > 5 * 1024) errors.push(required(`${path}.valueExpression`, 'must not exceed 5120 bytes in length'))
    if (auditAnnotations.findIndex(other => other.key === key) < i) errors.push(duplicate(`${path}.key`, key))
  })
  return errors
}

function validateStatus({ status }: Readonly<ValidatingAdmissionPolicy>): FieldError[] {
  const warnings = (status?.typeChecking?.expressionWarnings ?? []).flatMap(({ warning, fieldRef = '' }, i) => {
    const path = `status.typeChecking.expressionWarnings[${i}]`
    return [...warning ? [] : [required(`${path}.warning`)], ...fieldRef.trim() ? [] : [required(`${path}.fieldRef`)]]
  })
  return [...warnings, ...validateConditions(status?.conditions, 'status.conditions')]
}

function validateValidation(
  { expression = '', message = '', messageExpression = '', reason }: Readonly<Validation>, path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'))
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(invalid(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  }
  if (message !== '' && message.trim() === '') errors.push(invalid(`${path}.message`, message, 'must be non-empty if specified'))
  else if (/[\n\r]/.test(message.trim())) errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'))
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, reasons))
  return errors
}
