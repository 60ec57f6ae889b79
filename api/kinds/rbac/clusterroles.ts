import { defineKind } from '../../kind.ts'
import type { ClusterRole } from '../../schema/generated/types.ts'

export const clusterRoles = defineKind<ClusterRole>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole',
  plural: 'clusterroles', singular: 'clusterrole', namespaced: false,
  schema: 'rbac.v1.ClusterRole',
  createOnUpdate: true,
})
