import { defineKind } from '../../kind.ts'
import type { CustomResourceDefinition } from '../../schema/generated/types.ts'

export const customResourceDefinitions = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions', singular: 'customresourcedefinition', namespaced: false,
  shortNames: ['crd', 'crds'], categories: ['api-extensions'], schema: 'apiextensions.v1.CustomResourceDefinition',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
})
