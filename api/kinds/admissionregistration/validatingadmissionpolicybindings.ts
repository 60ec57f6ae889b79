import { defineKind } from '../../kind.ts'
import type { ValidatingAdmissionPolicyBinding } from '../../schema/generated/types.ts'

export const validatingAdmissionPolicyBindings = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings', singular: 'validatingadmissionpolicybinding', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  requiresResourceVersion: true,
  hasGeneration: true,
})
