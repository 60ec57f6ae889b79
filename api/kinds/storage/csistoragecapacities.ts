import { same } from '../../edit.ts'
import { invalid, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { CSIStorageCapacity } from '../../schema/generated/types.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'
import { deprecatedNodeLabels } from '../pod/warnings.ts'
import { printableSelector, validateLabelSelector } from '../validation/labels.ts'
import { isDns1123Subdomain } from '../validation/names.ts'
import { validateNonnegativeQuantity } from '../validation/resource-names.ts'
import { complain, immutableComplaint } from '../validation/values.ts'

export const csiStorageCapacities = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io', version: 'v1', kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities', singular: 'csistoragecapacity', namespaced: true,
  schema: 'storage.v1.CSIStorageCapacity',
  requiresResourceVersion: true,
  notSimulated: 'the scheduler does not look at storage capacity',
  validate: (next, old) => [...validate(next), ...old ? validateUpdate(next, old) : []],
  warnings: ({ nodeTopology }) => [
    ...(nodeTopology?.matchExpressions ?? []).flatMap(({ key }, i) =>
      deprecation(key, text => `nodeTopology.matchExpressions[${i}].key: ${key} is ${text}`)),
    ...Object.keys(nodeTopology?.matchLabels ?? {}).flatMap(key => deprecation(key, text => `nodeTopology.matchLabels.${key}: ${text}`)),
  ],
  columns: [nameColumn, createdAtColumn],
})

function deprecation(key: string, word: (text: string) => string): string[] {
  const text = deprecatedNodeLabels.get(key)
  return text ? [word(text)] : []
}

/** storage/validation ValidateCSIStorageCapacity, 1.36. */
function validate({ nodeTopology, storageClassName = '', capacity }: Readonly<CSIStorageCapacity>): FieldError[] {
  return [
    ...validateLabelSelector(nodeTopology, 'nodeTopology'),
    ...complain('storageClassName', storageClassName, isDns1123Subdomain(storageClassName)),
    ...capacity === undefined ? [] : validateNonnegativeQuantity(capacity, 'capacity'),
  ]
}

function validateUpdate(next: Readonly<CSIStorageCapacity>, old: Readonly<CSIStorageCapacity>): FieldError[] {
  return [
    ...same(next.nodeTopology, old.nodeTopology)
      ? [] : [invalid('nodeTopology', printableSelector(next.nodeTopology), immutableComplaint)],
    ...next.storageClassName === old.storageClassName
      ? [] : [invalid('storageClassName', next.storageClassName, immutableComplaint)],
  ]
}
