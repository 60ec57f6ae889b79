import { defineKind } from '../../kind.ts'
import type { ValidatingWebhookConfiguration } from '../../schema/generated/types.ts'

export const validatingWebhookConfigurations = defineKind<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations', singular: 'validatingwebhookconfiguration', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.ValidatingWebhookConfiguration',
  requiresResourceVersion: true,
  hasGeneration: true,
})
