import { defineKind } from '../../kind.ts'
import type { Endpoints } from '../../schema/generated/types.ts'

export const endpoints = defineKind<Endpoints>({
  group: '', version: 'v1', kind: 'Endpoints', plural: 'endpoints', singular: 'endpoints', namespaced: true,
  shortNames: ['ep'], schema: 'core.v1.Endpoints',
  createOnUpdate: true,
})
