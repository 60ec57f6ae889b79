import { defineKind } from '../../kind.ts'
import type { RuntimeClass } from '../../schema/generated/types.ts'

export const runtimeClasses = defineKind<RuntimeClass>({
  group: 'node.k8s.io', version: 'v1', kind: 'RuntimeClass',
  plural: 'runtimeclasses', singular: 'runtimeclass', namespaced: false,
  schema: 'node.v1.RuntimeClass',
  createOnUpdate: true,
  requiresResourceVersion: true,
})
