import { defineKind } from '../../kind.ts'
import type { ValidatingWebhookConfiguration } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultWebhook, notCalled, validateWebhooks } from './webhooks.ts'

export const validatingWebhookConfigurations = defineKind<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations', singular: 'validatingwebhookconfiguration', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.ValidatingWebhookConfiguration',
  requiresResourceVersion: true,
  hasGeneration: true,
  notSimulated: notCalled,
  defaults(draft) {
    for (const hook of draft.webhooks ?? []) {
      defaultWebhook(hook)
    }
  },
  validate: (next, old) => validateWebhooks(next.webhooks, old && (old.webhooks ?? [])),
  columns: [nameColumn, { name: 'Webhooks', type: 'integer', value: ({ webhooks }) => webhooks?.length ?? 0 }, ageColumn],
})
