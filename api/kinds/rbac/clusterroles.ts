import { invalid, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { ClusterRole } from '../../schema/generated/types.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'
import { validateLabelSelector } from '../validation/labels.ts'
import { nameIsRBAC, validateRules } from './policy-rules.ts'

export const clusterRoles = defineKind<ClusterRole>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole',
  plural: 'clusterroles', singular: 'clusterrole', namespaced: false,
  schema: 'rbac.v1.ClusterRole',
  createOnUpdate: true,
  validateName: nameIsRBAC,
  validate: (next, old) => [...validateRules(next.rules, false), ...validateAggregation(next, old)],
  columns: [nameColumn, createdAtColumn],
})

function validateAggregation({ aggregationRule }: Readonly<ClusterRole>, old: Readonly<ClusterRole> | undefined): FieldError[] {
  if (!aggregationRule) return []
  const path = 'aggregationRule.clusterRoleSelectors', selectors = aggregationRule.clusterRoleSelectors ?? []
  // Label values that were stored under older rules may stay.
  const allowInvalidValues = (old?.aggregationRule?.clusterRoleSelectors ?? []).some(selector =>
    validateLabelSelector(selector, '').length > 0)
  return [
    ...selectors.length === 0 ? [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')] : [],
    ...selectors.flatMap((selector, i) => {
      const errors = validateLabelSelector(selector, `${path}[${i}]`, { allowInvalidValues })
      // Upstream tries to use it as well, and shows what came of that.
      return errors.length > 0 ? [...errors, invalid(`${path}[${i}]`, null, 'invalid label selector.')] : errors
    }),
  ]
}
