import { same } from '../../edit.ts'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { compareQuantities, parseQuantity, wholeValue } from '../../quantity.ts'
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../schema/generated/types.ts'
import { unifiedDiff } from '../../unified-diff.ts'
import { validateClaimSpec } from '../pod/validate-claim-template.ts'
import { isQualifiedName, printableMap, printableSelector } from '../validation/labels.ts'
import { isNativeResource, validateNonnegativeQuantity } from '../validation/resource-names.ts'
import { complain, validateImmutable } from '../validation/values.ts'

/** The rules of claims (core/validation ValidatePersistentVolumeClaim and its update, 1.36). */

const classAnnotation = 'volume.beta.kubernetes.io/storage-class'
type Claim = Readonly<PersistentVolumeClaim>

export function validateClaim(next: Claim, old: Claim | undefined): FieldError[] {
  // A group that is no name may stay, or give way to another, where there was a group before.
  const anyGroup = old?.spec.dataSource?.apiGroup !== undefined || old?.spec.dataSourceRef?.apiGroup !== undefined
  return [...validateClaimSpec(next.spec ?? {}, 'spec', anyGroup), ...old ? validateUpdate(next, old) : []]
}

function validateUpdate(next: Claim, old: Claim): FieldError[] {
  const errors: FieldError[] = [], annotation = (claim: Claim) => claim.metadata.annotations?.[classAnnotation]
  const before = structuredClone(old.spec), after = structuredClone(next.spec)
  if (!before.volumeName) before.volumeName = after.volumeName
  const movedToField = annotation(old) !== undefined && old.spec.storageClassName === undefined && annotation(next) === undefined
    && next.spec.storageClassName === annotation(old)
  if (movedToField) {
    delete after.storageClassName
  } else {
    errors.push(...validateImmutable(annotation(next) ?? '', annotation(old) ?? '', 'metadata'))
    // A claim made before there was a default class may get one.
    if (annotation(old) === undefined && old.spec.storageClassName === undefined && next.spec.storageClassName !== undefined) {
      after.storageClassName = before.storageClassName
    }
  }
  const oldSize = old.spec.resources?.requests?.storage ?? '0', newSize = next.spec.resources?.requests?.storage ?? '0'
  if (next.status?.phase === 'Bound') {
    if (after.resources?.requests) after.resources.requests.storage = oldSize
    after.volumeAttributesClassName = before.volumeAttributesClassName
  }
  if (!same(after, before)) {
    errors.push(forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName '
      + 'for bound claims\n' + unifiedDiff(goSpec(before), goSpec(after))))
  }
  if (compareQuantities(newSize, oldSize) < 0 && compareQuantities(newSize, old.status?.capacity?.storage ?? '0') <= 0) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  }
  errors.push(...validateImmutable(next.spec.volumeMode, old.spec.volumeMode, 'volumeMode'))
  if (old.status?.currentVolumeAttributesClassName !== undefined && !next.spec.volumeAttributesClassName) {
    errors.push(...next.spec.volumeAttributesClassName === old.spec.volumeAttributesClassName
      ? [] : [forbidden('spec.volumeAttributesClassName',
      `update to ${next.spec.volumeAttributesClassName === undefined ? 'nil' : 'empty string'} is forbidden when `
      + 'status.currentVolumeAttributesClassName is not nil')])
  }
  return errors
}

/** The spec with Go's names, as upstream compares it. */
function goSpec(spec: Readonly<PersistentVolumeClaimSpec>): unknown {
  const list = (amounts: Readonly<Record<string, string>> | undefined) => printableMap(amounts)
  return {
    AccessModes: spec.accessModes ?? null, Selector: printableSelector(spec.selector),
    Resources: { Limits: list(spec.resources?.limits), Requests: list(spec.resources?.requests) },
    VolumeName: spec.volumeName ?? '', StorageClassName: spec.storageClassName ?? null, VolumeMode: spec.volumeMode ?? null,
    DataSource: spec.dataSource
      ? { APIGroup: spec.dataSource.apiGroup ?? null, Kind: spec.dataSource.kind, Name: spec.dataSource.name } : null,
    DataSourceRef: spec.dataSourceRef ? {
      APIGroup: spec.dataSourceRef.apiGroup ?? null, Kind: spec.dataSourceRef.kind, Name: spec.dataSourceRef.name,
      Namespace: spec.dataSourceRef.namespace ?? null,
    } : null,
    VolumeAttributesClassName: spec.volumeAttributesClassName ?? null,
  }
}

const resizeStatuses = ['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress',
  'NodeResizeInfeasible', 'NodeResizePending']

/** Only storage can be grown, and what others call their own. */
function validateResourceKey(name: string, path: string): FieldError[] {
  const errors = complain(path, name, isQualifiedName(name))
  return errors.length > 0 || !isNativeResource(name) || name === 'storage' ? errors : [notSupported(path, name, ['storage'])]
}

export function validateClaimStatus({ spec, status }: Claim): FieldError[] {
  const amount = (path: string, text: string): FieldError[] => (wholeValue(parseQuantity(text)) < 0n
    ? [invalid(path, Number(wholeValue(parseQuantity(text))), 'must be a valid resource quantity')] : [])
  return [
    ...spec.accessModes?.length ? [] : [required('Spec.accessModes')],
    ...Object.entries(status?.capacity ?? {}).flatMap(([name, text]) => amount(`status.capacity[${name}]`, text)),
    ...Object.entries(status?.allocatedResourceStatuses ?? {}).flatMap(([name, text]) => [
      ...validateResourceKey(name, 'status.allocatedResourceStatuses'),
      ...resizeStatuses.includes(text) ? []
        : [notSupported('status.allocatedResourceStatuses', name, [...resizeStatuses].sort())],
    ]),
    ...Object.entries(status?.allocatedResources ?? {}).flatMap(([name, text]) => {
      const path = `status.allocatedResources[${name}]`, unknown = validateResourceKey(name, 'status.allocatedResources')
      const errors = unknown.length > 0 ? unknown : amount(path, text)
      return errors.length > 0 ? errors : validateNonnegativeQuantity(text, path)
    }),
  ]
}
