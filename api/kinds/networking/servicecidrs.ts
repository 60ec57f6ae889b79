import { defineKind } from '../../kind.ts'
import type { ServiceCIDR } from '../../schema/generated/types.ts'

export const serviceCIDRs = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io', version: 'v1', kind: 'ServiceCIDR',
  plural: 'servicecidrs', singular: 'servicecidr', namespaced: false,
  schema: 'networking.v1.ServiceCIDR',
  subresources: { status: true },
})
