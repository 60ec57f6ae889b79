import { defineKind } from '../../kind.ts'
import type { ResourceClaimTemplate } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { validateImmutable } from '../validation/values.ts'
import { defaultRequests } from './default-requests.ts'

export const resourceClaimTemplates = defineKind<ResourceClaimTemplate>({
  group: 'resource.k8s.io', version: 'v1', kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates', singular: 'resourceclaimtemplate', namespaced: true,
  schema: 'resource.v1.ResourceClaimTemplate',
  returnsDeleted: true,
  notSimulated: 'no devices are simulated: nothing is allocated',
  defaults: draft => defaultRequests(draft.spec?.spec?.devices?.requests),
  validate: (next, old) => (old ? validateImmutable(next.spec, old.spec, 'spec') : []),
  columns: [nameColumn, ageColumn],
})
