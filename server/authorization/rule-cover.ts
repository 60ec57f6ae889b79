import type { PolicyRule } from '../../api/schema/generated/types.ts'
import { goQuote } from '../../api/schema/go-quote.ts'
import { pathCovered } from './rule-match.ts'

/** Whether rules hold all that others grant (component-helpers/auth/rbac/validation and registry/rbac/validation, 1.36). */

type Rule = Readonly<PolicyRule>

/** What of `wanted` is not held, each as a line of upstream's message, sorted; none when all is. */
export function missingRules(held: readonly Rule[], wanted: readonly Rule[]): string[] {
  const missing = wanted.flatMap(breakDown).filter(part => !held.some(rule => covers(rule, part)))
  return [...new Set(compact(missing).map(shown))].sort()
}

/** One rule for each verb of each resource and name, and for each verb of each path. */
function breakDown({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: Rule): Rule[] {
  const parts: Rule[] = []
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] }
        if (resourceNames.length === 0) parts.push(part)
        else for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] })
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] })
  return parts
}

const hasAll = (list: readonly string[] | undefined, wanted: readonly string[] = []) => wanted.every(each => list?.includes(each))

function covers(rule: Rule, part: Rule): boolean {
  return (rule.verbs?.includes('*') || hasAll(rule.verbs, part.verbs))
    && (rule.apiGroups?.includes('*') || hasAll(rule.apiGroups, part.apiGroups))
    && resourcesCovered(rule.resources ?? [], part.resources ?? [])
    && (part.nonResourceURLs ?? []).every(path => rule.nonResourceURLs?.some(url => pathCovered(url, path)))
    && (!rule.resourceNames?.length || (Boolean(part.resourceNames?.length) && hasAll(rule.resourceNames, part.resourceNames)))
}

function resourcesCovered(held: readonly string[], wanted: readonly string[]): boolean {
  if (held.includes('*')) return true
  return wanted.every(resource => {
    if (held.includes(resource)) return true
    const slash = resource.indexOf('/')
    return slash >= 0 && held.includes(`*${resource.slice(slash)}`)
  })
}

/** Parts that differ in nothing but the verb become one. */
function compact(parts: readonly Rule[]): Rule[] {
  const others: Rule[] = [], merged = new Map<string, { rule: Rule; verbs: string[] }>()
  for (const part of parts) {
    if (part.nonResourceURLs) { others.push(part); continue }
    const key = JSON.stringify([part.apiGroups, part.resources, part.resourceNames])
    const found = merged.get(key)
    if (found) found.verbs.push(...part.verbs)
    else merged.set(key, { rule: part, verbs: [...part.verbs] })
  }
  return [...others, ...[...merged.values()].map(({ rule, verbs }) => ({ ...rule, verbs }))]
}

/** A rule in the words of the message (rbac/v1 CompactString). */
function shown({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: Rule): string {
  const fields: [string, readonly string[] | undefined][] = [
    ['APIGroups', apiGroups], ['Resources', resources], ['NonResourceURLs', nonResourceURLs], ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ]
  return `{${fields.flatMap(([name, list]) => (list?.length ? [`${name}:${quotedList(list)}`] : [])).join(', ')}}`
}

/** Go's `%q` of a list of texts. */
export const quotedList = (texts: readonly string[]): string => `[${texts.map(goQuote).join(' ')}]`
