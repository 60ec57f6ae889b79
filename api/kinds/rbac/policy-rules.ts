import { invalid, required, type FieldError } from '../../field-error.ts'
import type { PolicyRule } from '../../schema/generated/types.ts'
import { isPathSegment } from '../validation/names.ts'

/** Names of RBAC objects: anything that fits into a path (rbac/validation ValidateRBACName, 1.36). */
export const nameIsRBAC = (name: string): string[] => isPathSegment(name)

/** rbac/validation ValidatePolicyRule, 1.36. */
export function validateRules(rules: readonly PolicyRule[] | undefined | null, namespaced: boolean): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => {
    const path = `rules[${i}]`, { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule, errors: FieldError[] = []
    if (!verbs?.length) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'))
    if (nonResourceURLs?.length) {
      const wrong = (detail: string) => errors.push(invalid(`${path}.nonResourceURLs`, nonResourceURLs, detail))
      if (namespaced) wrong('namespaced rules cannot apply to non-resource URLs')
      if (apiGroups?.length || resources?.length || resourceNames?.length) {
        wrong('rules cannot apply to both regular resources and non-resource URLs')
      }
      return errors
    }
    if (!apiGroups?.length) errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
    if (!resources?.length) errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
    return errors
  })
}
