import { defineKind } from '../../kind.ts'
import type { FlowSchema } from '../../schema/generated/types.ts'

export const flowSchemas = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'FlowSchema',
  plural: 'flowschemas', singular: 'flowschema', namespaced: false,
  schema: 'flowcontrol.v1.FlowSchema',
  hasGeneration: true,
  subresources: { status: true },
})
