import { defineKind } from '../../kind.ts'
import type { RoleBinding } from '../../schema/generated/types.ts'
import { bindingColumns, defaultBinding, validateBinding } from './bindings.ts'
import { nameIsRBAC } from './policy-rules.ts'

export const roleBindings = defineKind<RoleBinding>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'RoleBinding',
  plural: 'rolebindings', singular: 'rolebinding', namespaced: true,
  schema: 'rbac.v1.RoleBinding',
  createOnUpdate: true,
  validateName: nameIsRBAC,
  defaults: defaultBinding,
  validate: (next, old) => validateBinding(next, old, true),
  columns: bindingColumns,
})
