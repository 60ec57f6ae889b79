import { defineKind } from '../../kind.ts'
import type { ResourceV1ResourceClaim } from '../../schema/generated/types.ts'

export const resourceClaims = defineKind<ResourceV1ResourceClaim>({
  group: 'resource.k8s.io', version: 'v1', kind: 'ResourceClaim',
  plural: 'resourceclaims', singular: 'resourceclaim', namespaced: true,
  schema: 'resource.v1.ResourceClaim',
  subresources: { status: true },
})
