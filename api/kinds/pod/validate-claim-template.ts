import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { formatQuantity, parseQuantity } from '../../quantity.ts'
import type {
  PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, TypedObjectReference,
} from '../../schema/generated/types.ts'
import { validateAnnotations, validateLabelSelector, validateLabels } from '../validation/labels.ts'
import { isDns1123Label, isDns1123Subdomain } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** Claims for storage, also those in pods and StatefulSets (core/validation, 1.36). */

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const volumeModes = ['Block', 'Filesystem']

export function validateClaimSpec(spec: Readonly<PersistentVolumeClaimSpec>, path: string, anyGroup = false): FieldError[] {
  const modes: readonly string[] = spec.accessModes ?? [], storage = spec.resources?.requests?.storage,
    at = `${path}.resources[storage]`
  const errors = modes.length === 0 ? [required(`${path}.accessModes`, 'at least 1 access mode is required')] : []
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`))
  errors.push(...modes.filter(mode => !accessModes.includes(mode))
    .map(mode => notSupported(`${path}.accessModes`, mode, accessModes)))
  if (modes.includes('ReadWriteOncePod') && modes.some(mode => mode !== 'ReadWriteOncePod' && accessModes.includes(mode))) {
    errors.push(forbidden(`${path}.accessModes`, 'may not use ReadWriteOncePod with other access modes'))
  }
  if (storage === undefined) errors.push(required(at))
  else if (parseQuantity(storage).mantissa <= 0n) errors.push(invalid(at, formatQuantity(parseQuantity(storage)),
    'must be greater than zero'))
  errors.push(...validateClassName(spec.storageClassName, `${path}.storageClassName`))
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, spec.volumeMode, volumeModes))
  }
  const { dataSource, dataSourceRef } = spec
  if (dataSource) errors.push(...validateDataSource(dataSource, `${path}.dataSource`, anyGroup))
  if (dataSourceRef) errors.push(...validateDataSource(dataSourceRef, `${path}.dataSourceRef`, anyGroup))
  if (dataSource && dataSourceRef) {
    const alike = dataSource.apiGroup === dataSourceRef.apiGroup && dataSource.kind === dataSourceRef.kind
      && dataSource.name === dataSourceRef.name
    // What upstream prints as the value is the path itself.
    if (dataSourceRef.namespace) errors.push(invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified'))
    else if (!alike) errors.push(invalid(path, {}, 'must match dataSourceRef'))
  }
  return [...errors, ...validateClassName(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`)]
}

const validateClassName = (name: string | undefined, path: string): FieldError[] =>
  (name ? complain(path, name, isDns1123Subdomain(name)) : [])

function validateDataSource(
  { name, kind = '', apiGroup, namespace }: Readonly<Partial<TypedObjectReference>>, path: string, anyGroup: boolean,
): FieldError[] {
  return [
    ...(name ? [] : [required(`${path}.name`)]),
    ...(kind ? [] : [required(`${path}.kind`)]),
    ...(!apiGroup && kind !== 'PersistentVolumeClaim'
      ? [invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")] : []),
    ...(apiGroup && !anyGroup ? complain(`${path}.apiGroup`, apiGroup, isDns1123Subdomain(apiGroup)) : []),
    ...(namespace ? complain(`${path}.namespace`, namespace, isDns1123Label(namespace)) : []),
  ]
}

/** In Go's order; labels and annotations are all that a template may say of its metadata. */
const refused = ['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp',
  'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields'] as const

export function validateClaimTemplate(template: Readonly<PersistentVolumeClaimTemplate>, path: string): FieldError[] {
  const metadata = template.metadata ?? {} as NonNullable<typeof template.metadata>
  return [
    ...validateAnnotations(metadata.annotations, `${path}.metadata.annotations`),
    ...validateLabels(metadata.labels, `${path}.metadata.labels`),
    ...refused.filter(field => metadata[field] !== undefined && metadata[field] !== '')
      .map(field => forbidden(`${path}.metadata.${field}`, 'cannot be set')),
    ...validateClaimSpec(template.spec ?? {}, `${path}.spec`),
  ]
}
