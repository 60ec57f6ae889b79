import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { FlowSchema, FlowcontrolV1Subject, PolicyRulesWithSubjects } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { isDns1123Label, isDns1123Subdomain } from '../validation/names.ts'
import { validateMandatoryFlowSchema } from './mandatory.ts'
import { notLimited, validateFlowConditions } from './prioritylevelconfigurations.ts'
import { complain } from '../validation/values.ts'

const methods = ['ByNamespace', 'ByUser']
const kinds = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const

export const flowSchemas = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'FlowSchema',
  plural: 'flowschemas', singular: 'flowschema', namespaced: false,
  schema: 'flowcontrol.v1.FlowSchema',
  hasGeneration: true,
  subresources: { status: true },
  notSimulated: notLimited,
  defaults({ spec }) {
    if (spec) spec.matchingPrecedence ||= 1000
  },
  prepareForCreate(draft) {
    draft.status = {}
  },
  validate: (next, _old, { subresource }) => [
    ...subresource === 'status' ? [] : validate(next), ...validateFlowConditions(next.status?.conditions),
  ],
  rowOrder: (a, b) => (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0)
    || (a.metadata.name < b.metadata.name ? -1 : 1),
  columns: [
    nameColumn,
    textColumn('PriorityLevel', ({ spec }) => spec.priorityLevelConfiguration?.name ?? ''),
    textColumn('MatchingPrecedence', ({ spec }) => spec.matchingPrecedence ?? 0),
    textColumn('DistinguisherMethod', ({ spec }) => spec.distinguisherMethod?.type ?? '<none>'),
    ageColumn,
    textColumn('MissingPL', ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?'),
  ],
})

/** flowcontrol/validation ValidateFlowSchemaSpec, 1.36. */
function validate({ metadata, spec }: Readonly<FlowSchema>): FieldError[] {
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method, priorityLevelConfiguration, rules = [] } = spec ?? {}
  const errors: FieldError[] = [], at = 'spec.matchingPrecedence', level = 'spec.priorityLevelConfiguration.name'
  if (precedence <= 0) errors.push(invalid(at, precedence, 'must be a positive value'))
  if (precedence > 10000) errors.push(invalid(at, precedence, 'must not be greater than 10000'))
  if (precedence === 1 && metadata.name !== 'exempt') {
    errors.push(invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  }
  if (method && !methods.includes(method.type)) {
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, methods))
  }
  const name = priorityLevelConfiguration?.name
  if (name) errors.push(...complain(level, name, isDns1123Subdomain(name)))
  else errors.push(required(level, 'must reference a priority level'))
  errors.push(...rules.flatMap((rule, i) => validateRules(rule, `spec.rules[${i}]`)))
  return [...errors, ...validateMandatoryFlowSchema(metadata.name, spec ?? {})]
}

function validateRules(
  { subjects, resourceRules, nonResourceRules }: Readonly<PolicyRulesWithSubjects>, path: string,
): FieldError[] {
  const errors = subjects?.length ? subjects.flatMap((subject, i) => validateSubject(subject, `${path}.subjects[${i}]`))
    : [required(`${path}.subjects`, 'subjects must contain at least one value')]
  if (!resourceRules?.length && !nonResourceRules?.length) {
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  }
  resourceRules?.forEach((rule, i) => {
    const at = `${path}.resourceRules[${i}]`
    errors.push(...validateVerbs(rule.verbs, at),
      ...validateList(rule.apiGroups, `${at}.apiGroups`, 'resource rules must supply at least one api group', 'api groups'),
      ...validateList(rule.resources, `${at}.resources`, 'resource rules must supply at least one resource', 'resources'))
    if (rule.clusterScope && !rule.namespaces?.length) return
    errors.push(...validateList(rule.namespaces, `${at}.namespaces`,
      'resource rules that are not cluster scoped must supply at least one namespace', 'namespaces'))
    if (rule.namespaces?.includes('*')) return
    rule.namespaces?.forEach((name, j) => {
      for (const complaint of isDns1123Label(name)) {
        errors.push(invalid(`${at}.namespaces[${j}]`, name,
          `each member of this list must be '*' or a DNS-1123 label; ${complaint}`))
      }
    })
  })
  nonResourceRules?.forEach((rule, i) => {
    const at = `${path}.nonResourceRules[${i}]`
    errors.push(...validateVerbs(rule.verbs, at), ...validateList(rule.nonResourceURLs, `${at}.nonResourceURLs`,
      'nonResourceURLs must contain at least one value', 'non-resource URLs'))
    if (rule.nonResourceURLs?.includes('*')) return
    rule.nonResourceURLs?.forEach((url, j) => {
      const wrong = pathComplaint(url)
      if (wrong) errors.push(invalid(`${at}.nonResourceURLs[${j}]`, url, wrong))
    })
  })
  return errors
}

function pathComplaint(path: string): string | undefined {
  if (path === '') return 'must not be empty'
  if (path === '/') return undefined
  if (!path.startsWith('/')) return 'must start with slash'
  if (path.includes(' ')) return 'must not contain white-space'
  if (path.includes('//')) return 'must not contain double slash'
  const stars = path.split('*').length - 1
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}

function validateList(list: readonly string[] | undefined, path: string, missing: string, others: string): FieldError[] {
  if (!list?.length) return [required(path, missing)]
  return list.length > 1 && list.includes('*') ? [invalid(path, list, `if '*' is present, must not specify other ${others}`)] : []
}

function validateVerbs(verbs: readonly string[] | undefined, path: string): FieldError[] {
  const known = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'], at = `${path}.verbs`
  const errors = validateList(verbs, at, 'verbs must contain at least one value', 'verbs')
  if (verbs?.length && !verbs.includes('*') && !verbs.every(verb => known.includes(verb))) {
    errors.push(notSupported(at, verbs, known))
  }
  return errors
}

function validateSubject(subject: Readonly<FlowcontrolV1Subject>, path: string): FieldError[] {
  const { kind = '' } = subject
  if (!Object.hasOwn(kinds, kind)) return [notSupported(`${path}.kind`, kind, Object.keys(kinds).sort())]
  const own = kinds[kind as keyof typeof kinds], at = `${path}.${own}`, named = subject[own], errors: FieldError[] = []
  if (!named) errors.push(required(at, `${own} is required when subject kind is '${kind}'`))
  else if (!named.name) errors.push(required(`${at}.name`))
  else if (own === 'serviceAccount' && named.name !== '*') {
    errors.push(...complain(`${at}.name`, named.name, isDns1123Subdomain(named.name)))
  }
  if (own === 'serviceAccount' && subject.serviceAccount) {
    const { namespace } = subject.serviceAccount
    if (!namespace) errors.push(required(`${at}.namespace`, 'must specify namespace for service account'))
    else errors.push(...complain(`${at}.namespace`, namespace, isDns1123Label(namespace)))
  }
  for (const [other, field] of Object.entries(kinds)) {
    if (other !== kind && subject[field]) {
      errors.push(forbidden(`${path}.${field}`, `${field} is forbidden when subject kind is not '${other}'`))
    }
  }
  return errors
}
