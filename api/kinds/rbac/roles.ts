import { defineKind } from '../../kind.ts'
import type { Role } from '../../schema/generated/types.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'
import { nameIsRBAC, validateRules } from './policy-rules.ts'

export const roles = defineKind<Role>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role', plural: 'roles', singular: 'role', namespaced: true,
  schema: 'rbac.v1.Role',
  createOnUpdate: true,
  validateName: nameIsRBAC,
  validate: next => validateRules(next.rules, true),
  columns: [nameColumn, createdAtColumn],
})
