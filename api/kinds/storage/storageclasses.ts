import { duplicate, notSupported, required, type FieldError } from '../../field-error.ts'
import { same } from '../../edit.ts'
import { defineKind } from '../../kind.ts'
import type { StorageClass, TopologySelectorTerm } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { deprecatedNodeLabels } from '../pod/warnings.ts'
import { printableMap, validateLabelName } from '../validation/labels.ts'
import { validateImmutable } from '../validation/values.ts'
import { notProvisioned, validateParameters, validateProvisioner } from './provisioning.ts'

const reclaimPolicies = ['Delete', 'Retain']
const bindingModes = ['Immediate', 'WaitForFirstConsumer']

export const storageClasses = defineKind<StorageClass>({
  group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass',
  plural: 'storageclasses', singular: 'storageclass', namespaced: false,
  shortNames: ['sc'], schema: 'storage.v1.StorageClass',
  returnsDeleted: true,
  notSimulated: notProvisioned,
  defaults(draft) {
    draft.reclaimPolicy ??= 'Delete'
    draft.volumeBindingMode ??= 'Immediate'
  },
  validate: (next, old) => [...validate(next), ...old ? validateUpdate(next, old) : []],
  warnings: ({ allowedTopologies }) => (allowedTopologies ?? []).flatMap((term, i) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key }, j) => {
      const text = deprecatedNodeLabels.get(key)
      return text ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${text}`] : []
    })),
  columns: [
    { ...nameColumn, value: ({ metadata }) => (metadata.name ?? '') + (isDefault(metadata.annotations) ? ' (default)' : '') },
    textColumn('Provisioner', ({ provisioner }) => provisioner),
    textColumn('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    textColumn('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
    textColumn('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn,
  ],
})

function isDefault(annotations: Readonly<Record<string, string>> = {}): boolean {
  return ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
    .some(key => annotations[key] === 'true')
}

/** storage/validation ValidateStorageClass, 1.36. */
function validate(
  { provisioner, parameters, reclaimPolicy, volumeBindingMode: mode, allowedTopologies = [] }: Readonly<StorageClass>,
): FieldError[] {
  // Upstream compares with a nil map for each term as well, so that a term without expressions repeats each of those.
  const seen: unknown[] = allowedTopologies.map(() => ({}))
  return [
    ...validateProvisioner(provisioner ?? '', 'provisioner'),
    ...validateParameters(parameters, true, 'parameters'),
    ...reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy)
      ? [notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies)] : [],
    ...mode === undefined ? [required('volumeBindingMode')]
      : bindingModes.includes(mode) ? [] : [notSupported('volumeBindingMode', mode, bindingModes)],
    ...allowedTopologies.flatMap((term, i) => {
      const path = `allowedTopologies[${i}]`, errors = validateTopology(term, path)
      const values = Object.fromEntries((term.matchLabelExpressions ?? []).map(({ key, values }) =>
        [key, [...values ?? []].sort()]))
      for (const other of seen) if (same(other, values)) errors.push(duplicate(`${path}.matchLabelExpressions`, ''))
      seen.push(values)
      return errors
    }),
  ]
}

function validateTopology(term: Readonly<TopologySelectorTerm>, path: string): FieldError[] {
  const keys = new Set<string>()
  return (term.matchLabelExpressions ?? []).flatMap(({ key = '', values: given }, i) => {
    const values = given ?? [], at = `${path}.matchLabelExpressions[${i}]`
    const errors: FieldError[] = values.length === 0 ? [required(`${at}.values`)] : []
    values.forEach((value, j) => { if (values.indexOf(value) < j) errors.push(duplicate(`${at}.values[${j}]`, value)) })
    errors.push(...validateLabelName(key, `${at}.key`))
    if (keys.has(key)) errors.push(duplicate(`${at}.key`, key))
    keys.add(key)
    return errors
  })
}

function validateUpdate(next: Readonly<StorageClass>, old: Readonly<StorageClass>): FieldError[] {
  return [
    ...validateImmutable(next.parameters ?? {}, old.parameters ?? {}, 'parameters', printableMap(next.parameters)),
    ...validateImmutable(next.provisioner, old.provisioner, 'provisioner'),
    ...validateImmutable(next.reclaimPolicy, old.reclaimPolicy, 'reclaimPolicy'),
    ...validateImmutable(next.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode'),
  ]
}
