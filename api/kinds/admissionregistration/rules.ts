import { duplicate, invalid, notSupported, required, tooMany, type FieldError } from '../../field-error.ts'
import type { MatchCondition, MatchResources, NamedRuleWithOperations, RuleWithOperations } from '../../schema/generated/types.ts'
import { isQualifiedName, validateLabelSelector } from '../validation/labels.ts'
import { isPathSegment } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** What webhooks and policies match (admissionregistration/validation, 1.36). CEL expressions are not compiled. */

export const failurePolicies = ['Fail', 'Ignore']
export const matchPolicies = ['Equivalent', 'Exact']
const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const mutableOperations = operations.filter(operation => operation !== 'DELETE')
const scopes = ['*', 'Cluster', 'Namespaced']

export function validateRule(rule: Readonly<RuleWithOperations>, path: string): FieldError[] {
  const { apiGroups = [], apiVersions = [], resources = [], scope } = rule, asked = rule.operations ?? [],
    errors: FieldError[] = []
  const alone = (field: string, list: readonly string[], others: string) => {
    if (list.length === 0) errors.push(required(`${path}.${field}`))
    if (list.length > 1 && list.includes('*')) {
      errors.push(invalid(`${path}.${field}`, list, `if '*' is present, must not specify other ${others}`))
    }
  }
  alone('operations', asked, 'operations')
  asked.forEach((operation, i) => {
    if (!operations.includes(operation)) errors.push(notSupported(`${path}.operations[${i}]`, operation, operations))
  })
  alone('apiGroups', apiGroups, 'API groups')
  alone('apiVersions', apiVersions, 'API versions')
  apiVersions.forEach((version, i) => { if (version === '') errors.push(required(`${path}.apiVersions[${i}]`)) })
  errors.push(...validateResources(resources, `${path}.resources`))
  if (scope !== undefined && !scopes.includes(scope)) errors.push(notSupported(`${path}.scope`, scope, scopes))
  return errors
}

function validateResources(resources: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = resources.length === 0 ? [required(path)] : []
  const wholeResources = new Set<string>(), everySubresource = new Set<string>()
  let plain = false
  resources.forEach((text, i) => {
    const at = `${path}[${i}]`, slash = text.indexOf('/')
    if (text === '') { errors.push(required(at)); return }
    // As upstream has it, only the last resource without a subresource counts.
    if (slash < 0) { plain = text !== '*'; return }
    const resource = text.slice(0, slash), subresource = text.slice(slash + 1)
    if (wholeResources.has(resource)) errors.push(invalid(at, text, `if '${resource}/*' is present, must not specify ${text}`))
    if (everySubresource.has(subresource)) {
      errors.push(invalid(at, text, `if '*/${subresource}' is present, must not specify ${text}`))
    }
    if (subresource === '*') wholeResources.add(resource)
    if (resource === '*') everySubresource.add(subresource)
  })
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"))
  }
  if (resources.includes('*') && plain) {
    errors.push(invalid(path, resources, "if '*' is present, must not specify other resources without subresources"))
  }
  return errors
}

function validateNamedRule(rule: Readonly<NamedRuleWithOperations>, path: string): FieldError[] {
  const names = rule.resourceNames ?? []
  return [
    ...names.flatMap((name, i) => [
      ...complain(`${path}.resourceNames[${i}]`, name, isPathSegment(name)),
      ...names.indexOf(name) < i ? [duplicate(`${path}.resourceNames[${i}]`, name)] : [],
    ]),
    ...validateRule(rule, path),
  ]
}

export function defaultRules(rules: readonly RuleWithOperations[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= '*'
}

export function defaultMatchResources(match: MatchResources | undefined): void {
  if (!match) return
  match.matchPolicy ??= 'Equivalent'
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  defaultRules(match.resourceRules)
  defaultRules(match.excludeResourceRules)
}

export function validateMatchResources(match: Readonly<MatchResources> | undefined, path: string): FieldError[] {
  if (!match) return []
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match
  return [
    ...matchPolicy !== undefined && !matchPolicies.includes(matchPolicy)
      ? [notSupported(`${path}.matchPolicy`, matchPolicy, matchPolicies)] : [],
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${path}.objectSelector`),
    ...resourceRules.flatMap((rule, i) => validateNamedRule(rule, `${path}.resourceRules[${i}]`)),
    ...excludeResourceRules.flatMap((rule, i) => validateNamedRule(rule, `${path}.excludeResourceRules[${i}]`)),
  ]
}

export function validateMatchConditions(conditions: readonly MatchCondition[] | undefined, path: string): FieldError[] {
  const list = conditions ?? [], names = new Set<string>()
  return [
    ...list.length > 64 ? [tooMany(path, list.length, 64)] : [],
    ...list.flatMap(({ name = '', expression = '' }, i) => {
      const at = `${path}[${i}]`, errors: FieldError[] = expression.trim() === '' ? [required(`${at}.expression`)] : []
      if (name === '') return [...errors, required(`${at}.name`)]
      errors.push(...complain(`${at}.name`, name, isQualifiedName(name)))
      if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
      names.add(name)
      return errors
    }),
  ]
}

/** What is deleted can't be changed. */
export function validateMutable(resources: Readonly<MatchResources> | undefined, path: string): FieldError[] {
  return (resources?.resourceRules ?? []).flatMap(rule => rule.operations ?? [])
    .filter(operation => !mutableOperations.includes(operation))
    .map(operation => notSupported(`${path}.resourceRules.operations`, operation, mutableOperations))
}
