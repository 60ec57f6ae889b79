import { defineKind } from '../../kind.ts'
import type { MutatingAdmissionPolicyBinding } from '../../schema/generated/types.ts'

export const mutatingAdmissionPolicyBindings = defineKind<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings', singular: 'mutatingadmissionpolicybinding', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.MutatingAdmissionPolicyBinding',
  requiresResourceVersion: true,
  hasGeneration: true,
})
