import { defineKind } from '../../kind.ts'
import type { MutatingAdmissionPolicyBinding } from '../../schema/generated/types.ts'
import { bindingColumns, notEvaluated, validateParamRef, validatePolicyName } from './policies.ts'
import { defaultMatchResources, validateMatchResources, validateMutable } from './rules.ts'

export const mutatingAdmissionPolicyBindings = defineKind<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings', singular: 'mutatingadmissionpolicybinding', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.MutatingAdmissionPolicyBinding',
  storageVersion: 'v1beta1',
  requiresResourceVersion: true,
  hasGeneration: true,
  notSimulated: notEvaluated,
  defaults: draft => defaultMatchResources(draft.spec?.matchResources),
  validate: ({ spec }) => [
    ...validatePolicyName(spec.policyName, 'spec.policyName'),
    ...validateParamRef(spec.paramRef, 'spec.paramRef'),
    ...validateMatchResources(spec.matchResources, 'spec.matchResources'),
    ...validateMutable(spec.matchResources, 'spec.matchResources'),
  ],
  columns: bindingColumns(),
})
