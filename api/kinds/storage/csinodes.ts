import { same } from '../../edit.ts'
import { duplicate, invalid, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { CSINode, CSINodeDriver } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { validateCsiDriverName } from '../pod/validate-volume-sources.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { byteLength } from '../validation/names.ts'
import { complain, immutableComplaint, validateNonnegative } from '../validation/values.ts'

export const csiNodes = defineKind<CSINode>({
  group: 'storage.k8s.io', version: 'v1', kind: 'CSINode', plural: 'csinodes', singular: 'csinode', namespaced: false,
  schema: 'storage.v1.CSINode',
  requiresResourceVersion: true,
  returnsDeleted: true,
  notSimulated: 'no CSI driver is called',
  validate: (next, old) => [...validate(next.spec?.drivers ?? []), ...old ? validateUpdate(next, old) : []],
  columns: [nameColumn, { name: 'Drivers', type: 'integer', value: ({ spec }) => spec?.drivers?.length ?? 0 }, ageColumn],
})

/** storage/validation validateCSINodeDrivers, 1.36. */
function validate(drivers: readonly CSINodeDriver[]): FieldError[] {
  const names = new Set<string>()
  return drivers.flatMap(({ name = '', nodeID = '', topologyKeys, allocatable }, i) => {
    const path = `spec.drivers[${i}]`, keys = topologyKeys ?? []
    const errors = validateCsiDriverName(name, `${path}.name`)
    if (nodeID === '') errors.push(required(`${path}.nodeID`))
    if (byteLength(nodeID) > 256) errors.push(invalid(`${path}.nodeID`, nodeID, 'must be 256 characters or less'))
    errors.push(...validateNonnegative(allocatable?.count, `${path}.allocatable.count`))
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
    names.add(name)
    keys.forEach((key, j) => {
      if (key === '') errors.push(required(path))
      if (keys.indexOf(key) < j) errors.push(duplicate(path, key))
      errors.push(...complain(path, key, isQualifiedName(key)))
    })
    return errors
  })
}

/** Of a driver that is there already only the number of volumes may change. */
function validateUpdate(next: Readonly<CSINode>, old: Readonly<CSINode>): FieldError[] {
  const fixed = ({ name, nodeID, topologyKeys }: CSINodeDriver) =>
    ({ Name: name, NodeID: nodeID, TopologyKeys: topologyKeys ?? null, Allocatable: null })
  return (old.spec?.drivers ?? []).flatMap(before => (next.spec?.drivers ?? [])
    .filter(after => after.name === before.name && !same(fixed(after), fixed(before)))
    .map(after => invalid('spec.drivers', fixed(after), immutableComplaint)))
}
