import { defineKind } from '../../kind.ts'
import type { PriorityLevelConfiguration } from '../../schema/generated/types.ts'

export const priorityLevelConfigurations = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations', singular: 'prioritylevelconfiguration', namespaced: false,
  schema: 'flowcontrol.v1.PriorityLevelConfiguration',
  hasGeneration: true,
  subresources: { status: true },
})
