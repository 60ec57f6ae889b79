import { defineKind } from '../../kind.ts'
import type { ClusterRoleBinding } from '../../schema/generated/types.ts'

export const clusterRoleBindings = defineKind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings', singular: 'clusterrolebinding', namespaced: false,
  schema: 'rbac.v1.ClusterRoleBinding',
  createOnUpdate: true,
})
