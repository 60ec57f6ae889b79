import { defineKind } from '../../kind.ts'
import type { EndpointSlice } from '../../schema/generated/types.ts'

export const endpointSlices = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice',
  plural: 'endpointslices', singular: 'endpointslice', namespaced: true,
  schema: 'discovery.v1.EndpointSlice',
  hasGeneration: true,
})
