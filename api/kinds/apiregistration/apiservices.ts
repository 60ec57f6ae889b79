import { defineKind } from '../../kind.ts'
import type { APIService } from '../../schema/generated/types.ts'

export const apiServices = defineKind<APIService>({
  group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService',
  plural: 'apiservices', singular: 'apiservice', namespaced: false,
  categories: ['api-extensions'], schema: 'apiregistration.v1.APIService',
  requiresResourceVersion: true,
  subresources: { status: true },
})
