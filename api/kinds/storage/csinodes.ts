import { defineKind } from '../../kind.ts'
import type { CSINode } from '../../schema/generated/types.ts'

export const csiNodes = defineKind<CSINode>({
  group: 'storage.k8s.io', version: 'v1', kind: 'CSINode', plural: 'csinodes', singular: 'csinode', namespaced: false,
  schema: 'storage.v1.CSINode',
  requiresResourceVersion: true,
})
