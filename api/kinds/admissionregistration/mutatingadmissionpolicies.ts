import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { MutatingAdmissionPolicy, Mutation } from '../../schema/generated/types.ts'
import { notEvaluated, policyColumns, validateParamKind, validateVariable } from './policies.ts'
import { defaultMatchResources, failurePolicies, validateMatchConditions, validateMatchResources, validateMutable } from './rules.ts'

const patchTypes = ['ApplyConfiguration', 'JSONPatch']

export const mutatingAdmissionPolicies = defineKind<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies', singular: 'mutatingadmissionpolicy', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.MutatingAdmissionPolicy',
  storageVersion: 'v1beta1',
  requiresResourceVersion: true,
  hasGeneration: true,
  notSimulated: notEvaluated,
  defaults(draft) {
    const spec = draft.spec ??= {}
    spec.failurePolicy ??= 'Fail'
    defaultMatchResources(spec.matchConstraints)
  },
  validate,
  columns: policyColumns('Mutations', ({ spec }) => spec.mutations),
})

/** admissionregistration/validation validateMutatingAdmissionPolicySpec, 1.36, without the compilation of expressions. */
function validate({ spec }: Readonly<MutatingAdmissionPolicy>): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints, mutations = [], reinvocationPolicy } = spec, errors: FieldError[] = []
  if (failurePolicy !== undefined && !failurePolicies.includes(failurePolicy)) {
    errors.push(notSupported('spec.failurePolicy', failurePolicy, failurePolicies))
  }
  if (paramKind) errors.push(...validateParamKind(paramKind, 'spec.paramKind'))
  if (matchConstraints) {
    errors.push(...validateMatchResources(matchConstraints, 'spec.matchConstraints'))
    const rules = matchConstraints.resourceRules ?? []
    if (rules.length === 0) errors.push(required('spec.matchConstraints.resourceRules'))
    errors.push(...validateMutable(matchConstraints, 'spec.matchConstraints'))
  } else {
    errors.push(required('spec.matchConstraints'))
  }
  errors.push(...validateMatchConditions(spec.matchConditions, 'spec.matchConditions'),
    ...(spec.variables ?? []).flatMap((variable, i) => validateVariable(variable, `spec.variables[${i}]`)))
  if (mutations.length === 0) errors.push(required('spec.mutations', 'mutations must contain at least one item'))
  errors.push(...mutations.flatMap((mutation, i) => validateMutation(mutation, `spec.mutations[${i}]`)))
  if (!reinvocationPolicy) errors.push(required('spec.reinvocationPolicy'))
  else if (!['IfNeeded', 'Never'].includes(reinvocationPolicy)) {
    errors.push(notSupported('spec.reinvocationPolicy', reinvocationPolicy, ['IfNeeded', 'Never']))
  }
  return errors
}

function validateMutation({ patchType, applyConfiguration, jsonPatch }: Readonly<Mutation>, path: string): FieldError[] {
  if (!patchType) return [required(`${path}.patchType`)]
  if (!patchTypes.includes(patchType)) return [notSupported(`${path}.patchType`, patchType, patchTypes)]
  const sources = { applyConfiguration, jsonPatch }
  const [wanted, other] = patchType === 'JSONPatch'
    ? ['jsonPatch', 'applyConfiguration'] as const : ['applyConfiguration', 'jsonPatch'] as const
  const source = sources[wanted], at = `${path}.${wanted}`, errors: FieldError[] = []
  if (!source) errors.push(required(at, `must be specified when patchType is ${patchType}`))
  else if ((source.expression ?? '').trim() === '') errors.push(required(`${at}.expression`))
  if (sources[other]) {
    errors.push(invalid(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`))
  }
  return errors
}
