import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { same } from '../../edit.ts'
import { formatQuantity, parseQuantity, wholeValue } from '../../quantity.ts'
import type { PersistentVolume, PersistentVolumeSpec } from '../../schema/generated/types.ts'
import { unifiedDiff } from '../../unified-diff.ts'
import { goVolumeNodeAffinity, goVolumeSource } from '../pod/go-pod-spec.ts'
import { validateNodeSelector } from '../pod/validate-affinity.ts'
import { isDns1123Subdomain } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'
import { validateAccessModes } from './access-modes.ts'
import { validateSources } from './persistentvolumes-sources.ts'

/** The rules of persistent volumes (core/validation ValidatePersistentVolume, 1.36). */

const reclaimPolicies = ['Delete', 'Recycle', 'Retain']
const volumeModes = ['Block', 'Filesystem']

export function validatePersistentVolume(
  next: Readonly<PersistentVolume>, old: Readonly<PersistentVolume> | undefined,
): FieldError[] {
  const errors = validateVolumeSpec(next.spec ?? {}, 'spec', next.metadata.name)
  // On update upstream validates the new object twice: the causes name what is wrong twice as well.
  return [...errors, ...validateMountOptions(next), ...old ? [...errors, ...validateUpdate(next, old)] : []]
}

function validateVolumeSpec(spec: Readonly<PersistentVolumeSpec>, path: string, volumeName: string): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, volumeMode, nodeAffinity } = spec
  const errors: FieldError[] = []
  if (accessModes.length === 0) errors.push(required(`${path}.accessModes`))
  errors.push(...validateAccessModes(accessModes, `${path}.accessModes`), ...validateCapacity(spec.capacity, `${path}.capacity`))
  if (policy && !reclaimPolicies.includes(policy)) {
    errors.push(notSupported(`${path}.persistentVolumeReclaimPolicy`, policy, reclaimPolicies))
  }
  if (nodeAffinity) {
    const at = `${path}.nodeAffinity.required`
    errors.push(...nodeAffinity.required ? validateNodeSelector(nodeAffinity.required, at)
      : [required(at, 'must specify required node constraints')])
  }
  errors.push(...validateSources(spec, path, volumeName))
  if (spec.hostPath?.path && isRoot(spec.hostPath.path) && policy === 'Recycle') {
    errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'"))
  }
  errors.push(...validateClass(spec.storageClassName, `${path}.storageClassName`))
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, volumeModes))
  }
  return [...errors, ...validateAttributesClass(spec, path)]
}

function validateAttributesClass({ volumeAttributesClassName: name, csi }: Readonly<PersistentVolumeSpec>, path: string): FieldError[] {
  const at = `${path}.volumeAttributesClassName`
  if (name === undefined) return []
  return [
    ...name === '' ? [required(at, 'an empty string is disallowed')] : validateClass(name, at),
    ...csi ? [] : [required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName')],
  ]
}

/** A volume in an attachment instead of a reference to one: it says where the data is and no more. */
export function validateInlineVolumeSpec(spec: Readonly<PersistentVolumeSpec>, path: string): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  const refused = (field: string, unless = 'may not be specified') => forbidden(`${path}.${field}`, `${unless} in the context of inline volumes`)
  return [
    ...spec.claimRef ? [refused('claimRef')] : [],
    ...Object.keys(spec.capacity ?? {}).length > 0 ? [refused('capacity')] : [],
    ...spec.csi ? [] : [required(`${path}.csi`, 'has to be specified in the context of inline volumes')],
    ...accessModes.length > 0 ? [] : [required(`${path}.accessModes`)],
    ...validateAccessModes(accessModes, `${path}.accessModes`),
    ...policy && policy !== 'Retain' ? [refused('persistentVolumeReclaimPolicy', 'may only be Retain')] : [],
    ...spec.nodeAffinity ? [refused('nodeAffinity')] : [],
    ...validateSources(spec, path, ''),
    ...spec.storageClassName ? [refused('storageClassName')] : [],
    ...volumeMode !== undefined && volumeMode !== 'Filesystem'
      ? [refused('volumeMode', 'may not specify volumeMode other than Filesystem')] : [],
  ]
}

const isRoot = (path: string) => path.startsWith('/') && path.split('/').every(part => part === '' || part === '.')

const validateClass = (name: string | undefined, path: string): FieldError[] =>
  (name ? complain(path, name, isDns1123Subdomain(name)) : [])

function validateCapacity(capacity: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const entries = Object.entries(capacity ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)), errors: FieldError[] = []
  if (entries.length === 0) errors.push(required(path))
  if (!entries.some(([name]) => name === 'storage') || entries.length > 1) {
    errors.push(notSupported(path, capacity ? Object.fromEntries(entries) : null, ['storage']))
  }
  for (const [name, amount] of entries) {
    const quantity = parseQuantity(amount), at = `${path}[${name}]`
    if (wholeValue(quantity) < 0n) errors.push(invalid(at, Number(wholeValue(quantity)), 'must be a valid resource quantity'))
    if (quantity.mantissa <= 0n) errors.push(invalid(at, formatQuantity(quantity), 'must be greater than zero'))
  }
  return errors
}

const mountOptions = 'volume.beta.kubernetes.io/mount-options'
const mountable = ['gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'nfs', 'rbd', 'quobyte', 'iscsi', 'cinder', 'cephfs',
  'azureFile', 'vsphereVolume', 'azureDisk', 'photonPersistentDisk'] as const

/** pkg/volume/validation, 1.36. */
function validateMountOptions({ metadata, spec }: Readonly<PersistentVolume>): FieldError[] {
  if (metadata.annotations?.[mountOptions] === undefined || mountable.some(name => spec?.[name])) return []
  return [forbidden(`metadata.annotations.${mountOptions}`, 'may not specify mount options for this volume type')]
}

function validateUpdate(next: Readonly<PersistentVolume>, old: Readonly<PersistentVolume>): FieldError[] {
  const errors: FieldError[] = []
  let { spec } = next
  // The secret for growing a volume may be added later.
  if (spec.csi?.controllerExpandSecretRef && old.spec.csi && !old.spec.csi.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = spec.csi
    spec = { ...spec, csi }
  }
  const before = goVolumeSource(old.spec), after = goVolumeSource(spec)
  if (!same(before, after)) {
    errors.push(forbidden('spec.persistentvolumesource',
      `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(before, after)}`))
  }
  errors.push(...validateImmutable(next.spec.volumeMode, old.spec.volumeMode, 'volumeMode'))
  if (old.spec.nodeAffinity && !same(next.spec.nodeAffinity, old.spec.nodeAffinity)) {
    errors.push(invalid('nodeAffinity', goVolumeNodeAffinity(next.spec.nodeAffinity),
      'field is immutable, except for updating from beta label to GA'))
  }
  if (old.spec.volumeAttributesClassName !== undefined && next.spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  }
  return errors
}
