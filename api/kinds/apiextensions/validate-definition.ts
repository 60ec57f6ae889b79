import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type {
  CustomResourceConversion, CustomResourceDefinition, CustomResourceDefinitionNames, CustomResourceDefinitionSpec,
} from '../../schema/generated/types.ts'
import { isDns1035Label, isDns1123Subdomain } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'
import { validateWebhookService, validateWebhookURL } from '../validation/webhook-target.ts'
import { goVersions } from './go-definition.ts'
import { internalSpec, type InternalSpec } from './internal-spec.ts'
import { someSchema } from './schema-parts.ts'
import { validateColumns, validateRootSchema, validateSelectable, validateSubresources, validateVersion } from './validate-version.ts'

/** The rules of definitions of custom resources (apiextensions/validation, 1.36); expressions are not compiled. */

type Definition = Readonly<CustomResourceDefinition>

export function validateDefinition(next: Definition, old: Definition | undefined): FieldError[] {
  const spec = internalSpec(next.spec ?? {} as CustomResourceDefinitionSpec)
  const wantedName = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`
  return [
    ...['generateName', 'name'].flatMap(field => {
      const name = next.metadata[field as 'name']
      return !old && name && name !== wantedName ? [invalid(`metadata.${field}`, name, 'must be spec.names.plural+"."+spec.group')] : []
    }),
    ...validateSpec(spec),
    ...old ? validateSpecUpdate(next, old) : [],
    ...validateDefinitionStatus(next),
    ...validateStoredVersions(next.status?.storedVersions ?? [], spec),
    ...validateApproval(next, old),
    ...next.spec?.preserveUnknownFields && !old?.spec.preserveUnknownFields ? [invalid('spec.preserveUnknownFields', true,
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead')] : [],
  ]
}

function validateSpec(spec: InternalSpec): FieldError[] {
  const { group = '', scope = '', versions, version, names, validation, conversion } = spec, errors = validateGroup(group)
  errors.push(...oneOf('spec.scope', scope, ['Cluster', 'Namespaced']))
  if (!validation?.openAPIV3Schema) {
    versions.forEach(({ schema }, i) => {
      if (!schema?.openAPIV3Schema) errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`))
    })
  }
  if (spec.preserveUnknownFields && hasDefaults(spec)) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'))
  }
  const ownSubresources = versions.some(({ subresources }) => subresources)
  versions.forEach((entry, i) => {
    const complaints = isDns1035Label(entry.name ?? '')
    if (complaints.length > 0) errors.push(invalid(`spec.versions[${i}].name`, entry.name ?? '', complaints.join(',')))
    const subresources = ownSubresources ? versions.find(({ name }) => name === entry.name)?.subresources : spec.subresources
    errors.push(...validateVersion(entry, subresources?.status !== undefined, `spec.versions[${i}]`))
  })
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid('spec.versions', goVersions(versions), 'must contain unique version names'))
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid('spec.versions', goVersions(versions), 'must have exactly one version marked as storage version'))
  }
  const complaints = version ? isDns1035Label(version) : []
  if (complaints.length > 0) errors.push(invalid('spec.version', version, complaints.join(',')))
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!names?.[field]) errors.push(required(`spec.names.${field}`))
  }
  errors.push(...validateNames(names, 'spec.names'))
  const anyStatus = [spec, ...versions].some(({ subresources }) => subresources?.status)
  errors.push(...validateRootSchema(validation?.openAPIV3Schema, anyStatus, 'spec.validation'),
    ...validateSubresources(spec.subresources, 'spec.subresources'),
    ...validateColumns(spec.additionalPrinterColumns, 'spec.additionalPrinterColumns'))
  if (spec.selectableFields?.length) {
    if (!validation) errors.push(invalid('spec.selectableFields', '', 'may only be set when validations.schema is included'))
    else errors.push(...validateSelectable(spec.selectableFields, validation.openAPIV3Schema ?? {}, 'spec.schema.openAPIV3Schema', 'spec.selectableFields'))
  }
  if (conversion && conversion.strategy !== 'None' && spec.preserveUnknownFields) {
    errors.push(invalid('spec.conversion.strategy', conversion.strategy ?? '', 'must be None if spec.preserveUnknownFields is true'))
  }
  return [...errors, ...validateConversion(conversion, 'spec.conversion')]
}

const hasDefaults = ({ validation, versions }: InternalSpec) => [validation, ...versions.map(({ schema }) => schema)]
  .some(schema => someSchema(schema?.openAPIV3Schema, part => part.default !== undefined))

function validateGroup(group: string): FieldError[] {
  if (group === '') return [required('spec.group')]
  const complaints = isDns1123Subdomain(group)
  if (complaints.length > 0) return [invalid('spec.group', group, complaints.join(','))]
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')]
}

const oneOf = (path: string, value: string, accepted: readonly string[]): FieldError[] =>
  (value === '' ? [required(path)] : accepted.includes(value) ? [] : [notSupported(path, value, accepted)])

function validateNames(names: Readonly<Partial<CustomResourceDefinitionNames>> | undefined, path: string): FieldError[] {
  const { kind = '', listKind = '', shortNames = [], categories = [] } = names ?? {}, errors: FieldError[] = []
  const label = (at: string, value: string, complaints: string[], intro = '') => {
    if (complaints.length > 0) errors.push(invalid(at, value, intro + complaints.join(',')))
  }
  const mixed = 'may have mixed case, but should otherwise match: '
  for (const field of ['plural', 'singular'] as const) {
    const value = names?.[field]
    if (value) label(`${path}.${field}`, value, isDns1035Label(value))
  }
  if (kind) label(`${path}.kind`, kind, isDns1035Label(kind.toLowerCase()), mixed)
  if (listKind) label(`${path}.listKind`, listKind, isDns1035Label(listKind.toLowerCase()), mixed)
  shortNames.forEach((name, i) => label(`${path}.shortNames[${i}]`, name, isDns1035Label(name)))
  if (kind && kind === listKind) errors.push(invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same'))
  categories.forEach((name, i) => label(`${path}.categories[${i}]`, name, isDns1035Label(name)))
  return errors
}

const reviewVersions = ['v1', 'v1beta1']

function validateConversion(conversion: Readonly<CustomResourceConversion> | undefined, path: string): FieldError[] {
  if (!conversion) return []
  const { strategy, webhook } = conversion, config = webhook?.clientConfig, versions = webhook?.conversionReviewVersions ?? []
  const errors = oneOf(`${path}.strategy`, strategy ?? '', ['None', 'Webhook']), at = `${path}.webhookClientConfig`
  if (strategy !== 'Webhook') {
    if (config) errors.push(forbidden(at, 'should not be set when strategy is not set to Webhook'))
    if (versions.length > 0) {
      errors.push(forbidden(`${path}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook'))
    }
    return errors
  }
  if (!config) errors.push(required(at, 'required when strategy is set to Webhook'))
  else if ((config.url === undefined) === (config.service === undefined)) {
    errors.push(required(at, 'exactly one of url or service is required'))
  } else if (config.url !== undefined) errors.push(...validateWebhookURL(config.url, `${at}.url`))
  else if (config.service) errors.push(...validateWebhookService(config.service, `${at}.service`))
  return [...errors, ...validateReviewVersions(versions, `${path}.conversionReviewVersions`)]
}

function validateReviewVersions(versions: readonly string[], path: string): FieldError[] {
  if (versions.length === 0) return [required(path)]
  const errors = versions.flatMap((version, i) => (versions.indexOf(version) < i ? [invalid(`${path}[${i}]`, version, 'duplicate version')]
    : complain(`${path}[${i}]`, version, isDns1035Label(version))))
  return versions.some(version => reviewVersions.includes(version)) ? errors
    : [...errors, invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`)]
}

function validateSpecUpdate(next: Definition, old: Definition): FieldError[] {
  const established = old.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')
  return [
    ...established ? [
      ...validateImmutable(next.spec.scope, old.spec.scope, 'spec.scope'),
      ...validateImmutable(next.spec.names?.kind, old.spec.names?.kind, 'spec.names.kind'),
    ] : [],
    ...validateImmutable(next.spec.group, old.spec.group, 'spec.group'),
    ...validateImmutable(next.spec.names?.plural, old.spec.names?.plural, 'spec.names.plural'),
  ]
}

export const validateDefinitionStatus = ({ status }: Definition): FieldError[] =>
  validateNames(status?.acceptedNames, 'status.acceptedNames')

function validateStoredVersions(stored: readonly string[], { versions }: InternalSpec): FieldError[] {
  const path = 'status.storedVersions', names = new Set(versions.map(({ name }) => name))
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')]
  return [
    ...versions.filter(({ name, storage }, i) => storage
      && (!stored.includes(name) || versions.findIndex(other => other.name === name) < i))
      .map(({ name }) => invalid(path, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, i) => (names.has(name) ? [] : [invalid(`${path}[${i}]`, name, `missing from spec.versions; ${name} was previously `
      + 'a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in '
      + `${name} and removes ${name} from status.storedVersions`)])),
  ]
}

const approval = 'api-approved.kubernetes.io'

/** Groups of the community want to have been looked at (apihelpers GetAPIApprovalState). */
function validateApproval(next: Definition, old: Definition | undefined): FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(next.spec?.group ?? '')) return []
  const state = approvalOf(next), text = next.metadata.annotations?.[approval] ?? ''
  if ((old && approvalOf(old) === state) || state === 'approved' || state === 'bypassed') return []
  const path = `metadata.annotations[${approval}]`, must = `protected groups must have approval annotation "${approval}"`
  const see = ', see https://github.com/kubernetes/enhancements/pull/1111'
  return [state === 'missing' ? required(path, must + see)
    : invalid(path, text, `${must} with either a URL or a reason starting with "unapproved"${see}`)]
}

function approvalOf({ metadata }: Definition): 'missing' | 'bypassed' | 'approved' | 'invalid' {
  const text = metadata.annotations?.[approval] ?? ''
  if (text === '') return 'missing'
  if (text.startsWith('unapproved')) return 'bypassed'
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+/i.test(text) ? 'approved' : 'invalid'
}
