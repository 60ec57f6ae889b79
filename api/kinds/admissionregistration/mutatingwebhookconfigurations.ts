import { defineKind } from '../../kind.ts'
import type { MutatingWebhookConfiguration } from '../../schema/generated/types.ts'

export const mutatingWebhookConfigurations = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations', singular: 'mutatingwebhookconfiguration', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.MutatingWebhookConfiguration',
  requiresResourceVersion: true,
  hasGeneration: true,
})
