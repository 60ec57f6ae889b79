import { defineKind } from '../../kind.ts'
import type { ValidatingAdmissionPolicy } from '../../schema/generated/types.ts'

export const validatingAdmissionPolicies = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies', singular: 'validatingadmissionpolicy', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.ValidatingAdmissionPolicy',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
})
