import { same } from '../api/edit.ts'
import { labelSelectorMatches } from '../api/label-selector.ts'
import { clusterRoles } from '../api/kinds/rbac/clusterroles.ts'
import type { PolicyRule } from '../api/schema/generated/types.ts'
import { watching, type Controller } from './runtime/controller.ts'

const name = 'clusterrole-aggregation-controller'

/** Roles that gather the rules of others; changes of any role may concern all of them. */
const aggregated = 'aggregated'

/**
 * Fills each ClusterRole that has an aggregationRule with the rules of those that its selectors match, in order of selectors and
 * names, each rule once (controller/clusterroleaggregation, 1.36).
 */
export const clusterRoleAggregationController: Controller = {
  name,
  prepare({ informers }) {
    informers.of(clusterRoles).index(aggregated, role => (role.aggregationRule ? ['yes'] : []))
  },
  watches: [
    watching(clusterRoles, (_role, { informers }) =>
      informers.of(clusterRoles).byIndex(aggregated, 'yes').map(role => role.metadata.name)),
  ],
  async reconcile(key, { client, informers }) {
    const informer = informers.of(clusterRoles), role = informer.get(key)
    if (!role?.aggregationRule) return
    const others = informer.list().filter(other => other.metadata.name !== key)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    const rules: PolicyRule[] = []
    for (const selector of role.aggregationRule.clusterRoleSelectors ?? []) {
      for (const other of others.filter(({ metadata }) => labelSelectorMatches(selector, metadata.labels ?? {}))) {
        for (const rule of other.rules ?? []) if (!rules.some(each => same(each, rule))) rules.push(rule)
      }
    }
    if (same(rules, role.rules ?? [])) return
    // No rules at all are left out of what is applied: those that others have written stay.
    const applied = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: key }, ...(rules.length > 0 ? { rules } : {}) }
    await client.as(name).patch(clusterRoles, key, undefined, applied, { type: 'apply', force: true })
  },
}
