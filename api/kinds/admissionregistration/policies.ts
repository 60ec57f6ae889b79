import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { Column } from '../../kind.ts'
import type { LabelSelector } from '../../label-selector.ts'
import type { KubeObject } from '../../object.ts'
import type { ParamKind, ParamRef, Variable } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateLabelSelector } from '../validation/labels.ts'
import { isDns1035Label, isDns1123Subdomain, isPathSegment } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** What validating and mutating admission policies share (admissionregistration/validation, 1.36).
 * CEL expressions are not compiled. */

export const notEvaluated = 'admission policies are not evaluated'

export function validateParamKind({ apiVersion = '', kind = '' }: Readonly<ParamKind>, path: string): FieldError[] {
  const errors: FieldError[] = [], parts = apiVersion.split('/'), at = `${path}.apiVersion`
  if (apiVersion === '') errors.push(required(at))
  else if (parts.length > 2) errors.push(invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  else {
    const [group, version] = parts.length === 2 ? parts : ['', apiVersion]
    const groupComplaints = group === '' ? [] : isDns1123Subdomain(group), versionComplaints = isDns1035Label(version)
    if (groupComplaints.length > 0) errors.push(invalid(at, group, groupComplaints.join(',')))
    if (version === '') errors.push(invalid(at, apiVersion, 'version must be specified'))
    else if (versionComplaints.length > 0) errors.push(invalid(at, version, versionComplaints.join(',')))
  }
  if (kind === '') return [...errors, required(`${path}.kind`)]
  const complaints = isDns1035Label(kind.toLowerCase())
  if (complaints.length > 0) {
    errors.push(invalid(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${complaints.join(',')}`))
  }
  return errors
}

const reserved = new Set(['as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let',
  'loop', 'namespace',
  'null', 'package', 'return', 'true', 'var', 'void', 'while'])

export function validateVariable({ name = '', expression = '' }: Readonly<Variable>, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'))
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || reserved.has(name)) {
    errors.push(invalid(`${path}.name`, name, 'must be a valid CEL identifier'))
  }
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'))
  return errors
}

export function validatePolicyName(name: string | undefined, path: string): FieldError[] {
  return name ? complain(path, name, isDns1123Subdomain(name)) : [required(path)]
}

export function validateParamRef(ref: Readonly<ParamRef> | undefined, path: string): FieldError[] {
  if (!ref) return []
  const { name = '', selector, parameterNotFoundAction: action } = ref, errors: FieldError[] = []
  const exclusive = 'name and selector are mutually exclusive'
  if (name !== '') {
    errors.push(...complain(`${path}.name`, name, isPathSegment(name)))
    if (selector) errors.push(forbidden(`${path}.name`, exclusive))
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, `${path}.selector`))
    if (name !== '') errors.push(forbidden(`${path}.selector`, exclusive))
  }
  if (name === '' && !selector) errors.push(required(path, 'one of name or selector must be specified'))
  if (!action) errors.push(required(`${path}.parameterNotFoundAction`))
  else if (action !== 'Deny' && action !== 'Allow') {
    errors.push(notSupported(`${path}.parameterNotFoundAction`, action, ['Deny', 'Allow']))
  }
  return errors
}

export function validateActions(actions: readonly string[] | undefined, path: string): FieldError[] {
  const list = actions ?? []
  return [
    ...list.flatMap((action, i) => [
      ...['Audit', 'Deny', 'Warn'].includes(action) ? [] : [notSupported(`${path}[${i}]`, action, ['Audit', 'Deny', 'Warn'])],
      ...list.indexOf(action) < i ? [duplicate(`${path}[${i}]`, action)] : [],
    ]),
    ...list.includes('Deny') && list.includes('Warn')
      ? [invalid(path, list, 'must not contain both Deny and Warn (repeating the same '
        + 'validation failure information in the API response and headers serves no purpose)')] : [],
    ...list.length === 0 ? [required(path, 'at least one validation action is required')] : [],
  ]
}

/** Of both kinds of policies; `rules` counts what they do. */
export function policyColumns<T extends KubeObject & { spec: { paramKind?: ParamKind } }>(
  name: string, rules: (policy: Readonly<T>) => readonly unknown[] | undefined,
): Column<T>[] {
  return [
    nameColumn,
    { name, type: 'integer', value: policy => rules(policy)?.length ?? 0 },
    textColumn('ParamKind', ({ spec: { paramKind } }) =>
      (paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>')),
    ageColumn,
  ]
}

/** Of the bindings of both kinds. */
export function bindingColumns<T extends KubeObject & { spec: { policyName?: string; paramRef?: ParamRef } }>(): Column<T>[] {
  return [
    nameColumn,
    textColumn('PolicyName', ({ spec }) => spec.policyName ?? ''),
    textColumn('ParamRef', ({ spec: { paramRef } }) => formatParamRef(paramRef)),
    ageColumn,
  ]
}

function formatParamRef(ref: Readonly<ParamRef> | undefined): string {
  // Whether a parameter has a namespace can't be told from here.
  if (ref?.name) return `${ref.namespace || '*'}/${ref.name}`
  return ref?.selector ? goSelector(ref.selector) : '<unset>'
}

/** A selector as its generated Go method String writes it, which is what upstream's printer shows here. */
function goSelector({ matchLabels, matchExpressions }: Readonly<LabelSelector>): string {
  const labels = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}: ${value},`).sort().join('')
  const expressions = (matchExpressions ?? []).map(({ key, operator, values }) =>
    `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(' ')}],},`).join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}
