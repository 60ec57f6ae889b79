import { defineKind } from '../../kind.ts'
import type { MutatingAdmissionPolicy } from '../../schema/generated/types.ts'

export const mutatingAdmissionPolicies = defineKind<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies', singular: 'mutatingadmissionpolicy', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.MutatingAdmissionPolicy',
  requiresResourceVersion: true,
  hasGeneration: true,
})
