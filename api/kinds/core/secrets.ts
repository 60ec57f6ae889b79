import { defineKind } from '../../kind.ts'
import type { Secret } from '../../schema/generated/types.ts'

export const secrets = defineKind<Secret>({
  group: '', version: 'v1', kind: 'Secret', plural: 'secrets', singular: 'secret', namespaced: true,
  schema: 'core.v1.Secret',
})
