import { defineKind } from '../../kind.ts'
import type { IngressClass } from '../../schema/generated/types.ts'

export const ingressClasses = defineKind<IngressClass>({
  group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass',
  plural: 'ingressclasses', singular: 'ingressclass', namespaced: false,
  schema: 'networking.v1.IngressClass',
  hasGeneration: true,
})
