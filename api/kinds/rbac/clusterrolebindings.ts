import { defineKind } from '../../kind.ts'
import type { ClusterRoleBinding } from '../../schema/generated/types.ts'
import { bindingColumns, defaultBinding, validateBinding } from './bindings.ts'
import { nameIsRBAC } from './policy-rules.ts'

export const clusterRoleBindings = defineKind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings', singular: 'clusterrolebinding', namespaced: false,
  schema: 'rbac.v1.ClusterRoleBinding',
  createOnUpdate: true,
  validateName: nameIsRBAC,
  defaults: defaultBinding,
  validate: (next, old) => validateBinding(next, old, false),
  columns: bindingColumns,
})
