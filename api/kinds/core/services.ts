import { defineKind } from '../../kind.ts'
import type { Service } from '../../schema/generated/types.ts'

export const services = defineKind<Service>({
  group: '', version: 'v1', kind: 'Service', plural: 'services', singular: 'service', namespaced: true,
  shortNames: ['svc'], categories: ['all'], schema: 'core.v1.Service',
  createOnUpdate: true,
  subresources: { status: true },
})
