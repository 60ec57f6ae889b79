import { defineKind } from '../../kind.ts'
import type { Lease } from '../../schema/generated/types.ts'

export const leases = defineKind<Lease>({
  group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', singular: 'lease', namespaced: true,
  schema: 'coordination.v1.Lease',
  createOnUpdate: true,
  requiresResourceVersion: true,
})
