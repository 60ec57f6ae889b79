import { defineKind } from '../../kind.ts'
import type { ResourceQuota } from '../../schema/generated/types.ts'

export const resourceQuotas = defineKind<ResourceQuota>({
  group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', singular: 'resourcequota', namespaced: true,
  shortNames: ['quota'], schema: 'core.v1.ResourceQuota',
  subresources: { status: true },
})
