import type { PolicyRule } from '../../api/schema/generated/types.ts'
import type { Attributes } from './attributes.ts'

/** Whether a rule allows a request (rbac/v1/evaluation_helpers.go, 1.36). */
export function ruleAllows(rule: Readonly<PolicyRule>, asked: Attributes): boolean {
  const { verb, isResource, group, resource, subresource, name, path } = asked
  if (!hasOrAll(rule.verbs, verb)) return false
  if (!isResource) return (rule.nonResourceURLs ?? []).some(url => pathCovered(url, path))
  return hasOrAll(rule.apiGroups, group) && resourceMatches(rule.resources, resource, subresource)
    && (!rule.resourceNames?.length || rule.resourceNames.includes(name))
}

const hasOrAll = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes(wanted) || list.includes('*'))

function resourceMatches(resources: readonly string[] | undefined, resource: string, subresource: string): boolean {
  if (!resources) return false
  if (subresource === '') return hasOrAll(resources, resource)
  return hasOrAll(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`)
}

/** A path as a rule names it, which may end with a star, holds another. */
export function pathCovered(rule: string, path: string): boolean {
  return rule === path || (rule.endsWith('*') && path.startsWith(rule.replace(/\*+$/, '')))
}
