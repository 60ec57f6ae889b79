import { defineKind } from '../../kind.ts'
import type { PodDisruptionBudget } from '../../schema/generated/types.ts'

export const podDisruptionBudgets = defineKind<PodDisruptionBudget>({
  group: 'policy', version: 'v1', kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets', singular: 'poddisruptionbudget', namespaced: true,
  shortNames: ['pdb'], schema: 'policy.v1.PodDisruptionBudget',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
})
