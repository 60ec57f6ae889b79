import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { CustomResourceDefinition } from '../../schema/generated/types.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'
import { isDns1035Label, isDns1123Subdomain } from '../validation/names.ts'

export const customResourceDefinitions = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions', singular: 'customresourcedefinition', namespaced: false,
  shortNames: ['crd', 'crds'], categories: ['api-extensions'], schema: 'apiextensions.v1.CustomResourceDefinition',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
  notSimulated: 'the kinds that it defines are not served',
  defaults,
  prepareForCreate(draft) {
    draft.status = { storedVersions: (draft.spec?.versions ?? []).filter(({ storage }) => storage).map(({ name }) => name) }
  },
  validate: (next, _old, { subresource }) => (subresource === 'status' ? [] : validate(next)),
  columns: [nameColumn, createdAtColumn],
})

/** apiextensions/v1/defaults.go, 1.36. */
function defaults({ spec }: CustomResourceDefinition): void {
  if (!spec) return
  if (spec.names?.kind) {
    spec.names.singular ||= spec.names.kind.toLowerCase()
    spec.names.listKind ||= `${spec.names.kind}List`
  }
  spec.conversion ??= { strategy: 'None' }
  const service = spec.conversion.webhook?.clientConfig?.service
  if (service) service.port ??= 443
}

/** The names of the kind and its versions (apiextensions/validation, 1.36); schemas are not looked into. */
function validate({ metadata, spec }: Readonly<CustomResourceDefinition>): FieldError[] {
  const { group = '', names, scope = '' } = spec ?? {}, versions = spec?.versions ?? [], errors: FieldError[] = []
  const wantedName = `${names?.plural ?? ''}.${group}`
  if (metadata.name !== wantedName) {
    errors.push(invalid('metadata.name', metadata.name, `must be spec.names.plural+"."+spec.group`))
  }
  if (group === '') errors.push(required('spec.group'))
  else {
    const complaints = isDns1123Subdomain(group)
    if (complaints.length > 0) errors.push(invalid('spec.group', group, complaints.join(',')))
    else if (!group.includes('.')) errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'))
  }
  if (scope === '') errors.push(required('spec.scope'))
  else if (scope !== 'Cluster' && scope !== 'Namespaced') {
    errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']))
  }
  const seen = new Set<string>()
  let unique = true
  versions.forEach(({ name }, i) => {
    unique &&= !seen.has(name)
    seen.add(name)
    const complaints = isDns1035Label(name)
    if (complaints.length > 0) errors.push(invalid(`spec.versions[${i}].name`, name, complaints.join(',')))
  })
  if (!unique) errors.push(invalid('spec.versions', versions, 'must contain unique version names'))
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
  }
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    const name = names?.[field] ?? '', path = `spec.names.${field}`
    if (name === '') { errors.push(required(path)); continue }
    const cased = field === 'kind' || field === 'listKind', complaints = isDns1035Label(cased ? name.toLowerCase() : name)
    if (complaints.length > 0) {
      errors.push(invalid(path, name, (cased ? 'may have mixed case, but should otherwise match: ' : '') + complaints.join(',')))
    }
  }
  return errors
}
