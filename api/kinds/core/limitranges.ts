import { defineKind } from '../../kind.ts'
import type { LimitRange } from '../../schema/generated/types.ts'

export const limitRanges = defineKind<LimitRange>({
  group: '', version: 'v1', kind: 'LimitRange', plural: 'limitranges', singular: 'limitrange', namespaced: true,
  shortNames: ['limits'], schema: 'core.v1.LimitRange',
  createOnUpdate: true,
})
