import { defineKind } from '../../kind.ts'
import type { ValidatingAdmissionPolicyBinding } from '../../schema/generated/types.ts'
import { bindingColumns, notEvaluated, validateActions, validateParamRef, validatePolicyName } from './policies.ts'
import { defaultMatchResources, validateMatchResources } from './rules.ts'

export const validatingAdmissionPolicyBindings = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings', singular: 'validatingadmissionpolicybinding', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  requiresResourceVersion: true,
  hasGeneration: true,
  notSimulated: notEvaluated,
  defaults: draft => defaultMatchResources(draft.spec?.matchResources),
  validate: ({ spec }) => [
    ...validatePolicyName(spec.policyName, 'spec.policyName'),
    ...validateParamRef(spec.paramRef, 'spec.paramRef'),
    ...validateMatchResources(spec.matchResources, 'spec.matchResources'),
    ...validateActions(spec.validationActions, 'spec.validationActions'),
  ],
  columns: bindingColumns(),
})
