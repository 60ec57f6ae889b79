import { defineKind } from '../../kind.ts'
import type { Role } from '../../schema/generated/types.ts'

export const roles = defineKind<Role>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role', plural: 'roles', singular: 'role', namespaced: true,
  schema: 'rbac.v1.Role',
  createOnUpdate: true,
})
