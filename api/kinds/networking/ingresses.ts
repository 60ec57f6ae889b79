import { defineKind } from '../../kind.ts'
import type { Ingress } from '../../schema/generated/types.ts'

export const ingresses = defineKind<Ingress>({
  group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', singular: 'ingress', namespaced: true,
  shortNames: ['ing'], schema: 'networking.v1.Ingress',
  hasGeneration: true,
  subresources: { status: true },
})
