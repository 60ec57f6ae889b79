import { invalid, required, type FieldError } from '../../field-error.ts'
import type { ResourceQuota, ScopedResourceSelectorRequirement, ScopeSelector } from '../../schema/generated/types.ts'
import { isQuotaResource, validateQuotaResourceName, validateResourceQuantity } from '../validation/resource-names.ts'
import { immutableComplaint } from '../validation/values.ts'

/** The rules of quotas (core/validation ValidateResourceQuota, 1.36). */

const existsOnly = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']
const scopes = new Set([...existsOnly, 'PriorityClass', 'VolumeAttributesClass'])
const exclusive = [['BestEffort', 'NotBestEffort'], ['NotTerminating', 'Terminating']]
const compute = new Set(['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'])

/** Whether amounts of a resource can be told apart by a scope. */
function scopeFits(scope: string, resource: string): boolean {
  if (!scopes.has(scope)) return true
  if (scope === 'VolumeAttributesClass') return resource === 'persistentvolumeclaims' || resource === 'requests.storage'
  return resource === 'pods' || (scope !== 'BestEffort' && compute.has(resource))
}

export function validateResourceQuota(next: Readonly<ResourceQuota>, old: Readonly<ResourceQuota> | undefined): FieldError[] {
  const { spec } = next
  const errors = [
    ...validateAmounts(spec.hard, 'spec.hard'),
    ...validateScopes(spec),
    ...spec.scopeSelector ? validateScopeSelector(spec, spec.scopeSelector) : [],
  ]
  const unordered = (list: readonly string[] = []) => [...new Set(list)].sort().join()
  if (old && unordered(spec.scopes) !== unordered(old.spec.scopes)) {
    errors.push(invalid('spec.scopes', spec.scopes, immutableComplaint))
  }
  return errors
}

export function validateResourceQuotaStatus({ status }: Readonly<ResourceQuota>): FieldError[] {
  return [...validateAmounts(status?.hard, 'status.hard'), ...validateAmounts(status?.used, 'status.used')]
}

function validateAmounts(amounts: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, amount]) => [
    ...validateQuotaResourceName(name, `${path}[${name}]`),
    ...validateResourceQuantity(name, amount, `${path}[${name}]`),
  ])
}

/** One error for each resource that the scope has nothing to say about. */
function misfits(spec: ResourceQuota['spec'], scope: string, path: string, printed: unknown): FieldError[] {
  return Object.keys(spec.hard ?? {}).filter(name => isQuotaResource(name) && !scopeFits(scope, name))
    .map(() => invalid(path, printed, 'unsupported scope applied to resource'))
}

function conflicts(spec: ResourceQuota['spec'], used: readonly string[], path: string): FieldError[] {
  return exclusive.filter(pair => pair.every(scope => used.includes(scope)))
    .map(() => invalid(path, spec.scopes, 'conflicting scopes'))
}

function validateScopes(spec: ResourceQuota['spec']): FieldError[] {
  const used = spec.scopes ?? [], path = 'spec.scopes'
  return [
    ...used.flatMap(scope => [
      ...scopes.has(scope) ? [] : [invalid(path, used, 'unsupported scope')],
      ...misfits(spec, scope, path, used),
    ]),
    ...conflicts(spec, used, path),
  ]
}

function validateScopeSelector(spec: ResourceQuota['spec'], selector: Readonly<ScopeSelector>): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions', expressions = selector.matchExpressions ?? []
  const printed = { MatchExpressions: expressions.map(({ scopeName, operator, values }) =>
    ({ ScopeName: scopeName, Operator: operator, Values: values ?? null })) }
  return [
    ...expressions.flatMap(expression => [
      ...scopes.has(expression.scopeName) ? [] : [invalid(`${path}.scopeName`, expression.scopeName ?? '', 'unsupported scope')],
      ...misfits(spec, expression.scopeName, path, printed),
      ...validateOperator(expression, path),
    ]),
    ...conflicts(spec, expressions.map(({ scopeName }) => scopeName), path),
  ]
}

function validateOperator(
  { scopeName, operator, values = [] }: Readonly<ScopedResourceSelectorRequirement>, path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (existsOnly.includes(scopeName) && operator !== 'Exists') {
    errors.push(invalid(`${path}.operator`, operator ?? '',
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
      + 'ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or '
      + 'ResourceQuotaScopeCrossNamespacePodAffinity'))
  }
  switch (operator) {
    case 'In': case 'NotIn':
      if (values.length === 0) {
        errors.push(required(`${path}.values`,
          "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"))
      }
      break
    case 'Exists': case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(invalid(`${path}.values`, values,
          "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"))
      }
      break
    default:
      errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  }
  return errors
}
