import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { same } from '../../edit.ts'
import { formatQuantity, parseQuantity, wholeValue } from '../../quantity.ts'
import type {
  CSIPersistentVolumeSource, LocalVolumeSource, PersistentVolume, PersistentVolumeSpec, SecretReference,
} from '../../schema/generated/types.ts'
import { unifiedDiff } from '../../unified-diff.ts'
import { validateNoBacksteps } from '../pod/paths.ts'
import { validateNodeSelector } from '../pod/validate-affinity.ts'
import { validateCsiDriverName, volumeSources } from '../pod/validate-volume-sources.ts'
import { isDns1123Subdomain } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'
import { validateAccessModes } from './access-modes.ts'

/** The rules of persistent volumes (core/validation ValidatePersistentVolume, 1.36). */

/** Sources in upstream's order; most have the rules that they have in pods. */
export const sources = ['hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte',
  'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume',
  'azureDisk', 'scaleIO', 'local', 'storageos', 'csi'] as const satisfies readonly (keyof PersistentVolumeSpec)[]
type Source = typeof sources[number]
const reclaimPolicies = ['Delete', 'Recycle', 'Retain']
const volumeModes = ['Block', 'Filesystem']

export function validatePersistentVolume(
  next: Readonly<PersistentVolume>, old: Readonly<PersistentVolume> | undefined,
): FieldError[] {
  return [...validateVolumeSpec(next.spec ?? {}, 'spec'), ...old ? validateUpdate(next, old) : []]
}

function validateVolumeSpec(spec: Readonly<PersistentVolumeSpec>, path: string): FieldError[] {
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
  errors.push(...validateSources(spec, path))
  if (spec.hostPath?.path && isRoot(spec.hostPath.path) && policy === 'Recycle') {
    errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'"))
  }
  errors.push(...validateClass(spec.storageClassName, `${path}.storageClassName`))
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, volumeModes))
  }
  if (spec.volumeAttributesClassName !== undefined) {
    const at = `${path}.volumeAttributesClassName`
    if (spec.volumeAttributesClassName === '') errors.push(required(at, 'an empty string is disallowed'))
    errors.push(...validateClass(spec.volumeAttributesClassName, at))
    if (!spec.csi) errors.push(required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName'))
  }
  return errors
}

const isRoot = (path: string) => path.startsWith('/') && path.split('/').every(part => part === '' || part === '.')

const validateClass = (name: string | undefined, path: string): FieldError[] =>
  (name ? complain(path, name, isDns1123Subdomain(name)) : [])

function validateCapacity(capacity: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const entries = Object.entries(capacity ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)), errors: FieldError[] = []
  if (entries.length === 0) errors.push(required(path))
  if (!entries.some(([name]) => name === 'storage') || entries.length > 1) {
    errors.push(notSupported(path, entries.length ? Object.fromEntries(entries) : null, ['storage']))
  }
  for (const [name, amount] of entries) {
    const quantity = parseQuantity(amount), at = `${path}[${name}]`
    if (wholeValue(quantity) < 0n) errors.push(invalid(at, Number(wholeValue(quantity)), 'must be a valid resource quantity'))
    if (quantity.mantissa <= 0n) errors.push(invalid(at, formatQuantity(quantity), 'must be greater than zero'))
  }
  return errors
}

function validateSources(spec: Readonly<PersistentVolumeSpec>, path: string): FieldError[] {
  const errors: FieldError[] = []
  let found = false
  for (const name of sources) {
    const source = spec[name]
    if (!source) continue
    const rule = volumeSources.find(candidate => candidate.name === name)
    // Upstream forgot to ask for flex volumes.
    if (found && name !== 'flexVolume') {
      errors.push(forbidden(`${path}.${rule?.forbiddenAs ?? name}`, 'may not specify more than 1 volume type'))
    } else errors.push(...validateSource(name, source, `${path}.${rule?.path ?? name}`))
    if (!found && name === 'local' && !spec.nodeAffinity) {
      errors.push(required(`${path}.nodeAffinity`, 'Local volume requires node affinity'))
    }
    found = true
  }
  return found ? errors : [...errors, required(path, 'must specify a volume type')]
}

function validateSource(name: Source, source: object, path: string): FieldError[] {
  if (name === 'local') {
    const { path: folder } = source as LocalVolumeSource
    return folder ? validateNoBacksteps(folder, `${path}.path`) : [required(`${path}.path`)]
  }
  if (name === 'csi') return validateCSI(source as CSIPersistentVolumeSource, path)
  return volumeSources.find(rule => rule.name === name)?.validate(source, path, false) ?? []
}

function validateCSI(source: Readonly<CSIPersistentVolumeSource>, path: string): FieldError[] {
  const secrets = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef',
    'nodeExpandSecretRef'] as const
  return [
    ...validateCsiDriverName(source.driver ?? '', `${path}.driver`),
    ...source.volumeHandle ? [] : [required(`${path}.volumeHandle`)],
    ...secrets.flatMap(name => (source[name] ? validateSecretReference(source[name], `${path}.${name}`) : [])),
  ]
}

function validateSecretReference({ name, namespace }: Readonly<SecretReference>, path: string): FieldError[] {
  const check = (field: string, value: string | undefined) => (value
    ? complain(`${path}.${field}`, value, isDns1123Subdomain(value)) : [required(`${path}.${field}`)])
  return [...check('name', name), ...check('namespace', namespace)]
}

function validateUpdate(next: Readonly<PersistentVolume>, old: Readonly<PersistentVolume>): FieldError[] {
  const errors: FieldError[] = []
  const sourceOf = ({ spec }: Readonly<PersistentVolume>, withoutExpand: boolean) => {
    const set: Record<string, unknown> = {}
    for (const name of sources) if (spec[name]) set[name] = spec[name]
    if (withoutExpand && spec.csi) {
      const { controllerExpandSecretRef: _, ...csi } = spec.csi
      set.csi = csi
    }
    return set
  }
  // The secret for growing a volume may be added later.
  const mayAddSecret = old.spec.csi !== undefined && old.spec.csi.controllerExpandSecretRef === undefined
  const before = sourceOf(old, false), after = sourceOf(next, mayAddSecret)
  if (!same(before, after)) {
    errors.push(forbidden('spec.persistentvolumesource',
      `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(before, after)}`))
  }
  errors.push(...validateImmutable(next.spec.volumeMode, old.spec.volumeMode, 'volumeMode'))
  if (old.spec.nodeAffinity && !same(next.spec.nodeAffinity, old.spec.nodeAffinity)) {
    errors.push(invalid('nodeAffinity', next.spec.nodeAffinity, 'field is immutable, except for updating from beta label to GA'))
  }
  if (old.spec.volumeAttributesClassName !== undefined && next.spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  }
  return errors
}
