import { defineKind } from '../../kind.ts'
import type { ServiceAccount } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'

const mountable = 'kubernetes.io/enforce-mountable-secrets'

export const serviceAccounts = defineKind<ServiceAccount>({
  group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', singular: 'serviceaccount', namespaced: true,
  shortNames: ['sa'], schema: 'core.v1.ServiceAccount',
  returnsDeleted: true,
  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  warnings: (next, old) =>
    (next.metadata.annotations?.[mountable] !== undefined && old?.metadata.annotations?.[mountable] === undefined
      ? [`metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted `
        + 'secrets'] : []),
  columns: [nameColumn, ageColumn],
})

/** Of a reference to a secret only the name is kept (registry/core/serviceaccount, 1.36). */
function keepSecretNames(draft: ServiceAccount): void {
  if (draft.secrets?.length) draft.secrets = draft.secrets.map(({ name }) => (name ? { name } : {}))
}
