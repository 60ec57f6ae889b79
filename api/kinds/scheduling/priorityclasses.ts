import { defineKind } from '../../kind.ts'
import type { PriorityClass } from '../../schema/generated/types.ts'

export const priorityClasses = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass',
  plural: 'priorityclasses', singular: 'priorityclass', namespaced: false,
  shortNames: ['pc'], schema: 'scheduling.v1.PriorityClass',
})
