import { defineKind } from '../../kind.ts'
import type { ResourceClaimTemplate } from '../../schema/generated/types.ts'

export const resourceClaimTemplates = defineKind<ResourceClaimTemplate>({
  group: 'resource.k8s.io', version: 'v1', kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates', singular: 'resourceclaimtemplate', namespaced: true,
  schema: 'resource.v1.ResourceClaimTemplate',
})
