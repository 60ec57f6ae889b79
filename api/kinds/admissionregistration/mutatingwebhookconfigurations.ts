import { defineKind } from '../../kind.ts'
import type { MutatingWebhookConfiguration } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultWebhook, notCalled, validateWebhooks } from './webhooks.ts'

export const mutatingWebhookConfigurations = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations', singular: 'mutatingwebhookconfiguration', namespaced: false,
  categories: ['api-extensions'], schema: 'admissionregistration.v1.MutatingWebhookConfiguration',
  requiresResourceVersion: true,
  hasGeneration: true,
  notSimulated: notCalled,
  defaults(draft) {
    for (const hook of draft.webhooks ?? []) {
      defaultWebhook(hook)
      hook.reinvocationPolicy ??= 'Never'
    }
  },
  validate: (next, old) => validateWebhooks(next.webhooks, old && (old.webhooks ?? [])),
  columns: [nameColumn, { name: 'Webhooks', type: 'integer', value: ({ webhooks }) => webhooks?.length ?? 0 }, ageColumn],
})
