import { defineKind } from '../../kind.ts'
import type { ServiceAccount } from '../../schema/generated/types.ts'

export const serviceAccounts = defineKind<ServiceAccount>({
  group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', singular: 'serviceaccount', namespaced: true,
  shortNames: ['sa'], schema: 'core.v1.ServiceAccount',
})
