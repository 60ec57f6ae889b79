import { defineKind } from '../../kind.ts'
import type { Pod } from '../../schema/generated/types.ts'

export const pods = defineKind<Pod>({
  group: '', version: 'v1', kind: 'Pod', plural: 'pods', singular: 'pod', namespaced: true, shortNames: ['po'], categories: ['all'], schema: 'core.v1.Pod',
  subresources: { status: true },
})
