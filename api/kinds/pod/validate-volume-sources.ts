import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { isNegativeQuantity } from '../../quantity.ts'
import type {
  AzureDiskVolumeSource, CSIVolumeSource, EphemeralVolumeSource, FCVolumeSource, FlexVolumeSource, ISCSIVolumeSource,
    ImageVolumeSource,
  KeyToPath, QuobyteVolumeSource, StorageOSVolumeSource, Volume,
} from '../../schema/generated/types.ts'
import { isDns1123Label, isDns1123Subdomain, rangeComplaint, byteLength } from '../validation/names.ts'
import { complain } from '../validation/values.ts'
import { validateClaimTemplate } from './validate-claim-template.ts'
import { oneOf } from './validate-containers.ts'
import { validateFileMode, validateLocalDescendingPath, validateLocalNonReservedPath, validateNoBacksteps } from './paths.ts'
import { validateDownwardFiles, validateProjected } from './validate-projections.ts'

/** Each type of volume (core/validation, 1.36). */

export interface VolumeSourceRule {
  name: Exclude<keyof Volume, 'name'>
  /** What upstream's paths call it, where that is something else. */
  path?: string
  forbiddenAs?: string
  validate(source: any, path: string, isPod: boolean): FieldError[]
}

/** A rule that only wants some fields to be there. */
const wants = (...fields: string[]) => (source: Readonly<Record<string, unknown>>, path: string): FieldError[] =>
  fields.filter(field => isEmpty(source[field])).map(field => required(`${path}.${field}`))
const isEmpty = (value: unknown) => value === undefined || value === null || value === ''
  || (Array.isArray(value) && value.length === 0)

/** In the order in which upstream looks at them. */
export const volumeSources: readonly VolumeSourceRule[] = [
  { name: 'emptyDir', validate: (source: { sizeLimit?: string }, path) =>
    (source.sizeLimit !== undefined && isNegativeQuantity(source.sizeLimit)
    ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : []) },
  { name: 'hostPath', validate: validateHostPath },
  { name: 'gitRepo', validate: (source: { repository?: string; directory?: string }, path) =>
    [...wants('repository')(source, path), ...validateLocalDescendingPath(source.directory ?? '', `${path}.directory`)] },
  { name: 'gcePersistentDisk', path: 'persistentDisk', forbiddenAs: 'gcePersistentDisk', validate: (source, path) =>
    [...wants('pdName')(source, path), ...validatePartition(source.partition, path)] },
  { name: 'awsElasticBlockStore', validate: (source, path) =>
    [...wants('volumeID')(source, path), ...validatePartition(source.partition, path)] },
  { name: 'secret', validate: (source, path) => validateKeyed(source, 'secretName', path) },
  { name: 'nfs', validate: (source: { server?: string; path?: string }, path) => [...wants('server', 'path')(source, path),
    ...(source.path?.startsWith('/') ? [] : [invalid(`${path}.path`, source.path ?? '', 'must be an absolute path')])] },
  { name: 'iscsi', validate: validateIscsi },
  { name: 'glusterfs', validate: wants('endpoints', 'path') },
  { name: 'flocker', validate: validateFlocker },
  { name: 'persistentVolumeClaim', validate: wants('claimName') },
  { name: 'rbd', validate: wants('monitors', 'image') },
  { name: 'cinder', validate: (source: { secretRef?: { name?: string } }, path) =>
    [...wants('volumeID')(source, path), ...validateSecretRef(source, path)] },
  { name: 'cephfs', forbiddenAs: 'cephFS', validate: wants('monitors') },
  { name: 'quobyte', validate: validateQuobyte },
  { name: 'downwardAPI', forbiddenAs: 'downwarAPI', validate: (source, path) =>
    [...validateFileMode(source.defaultMode, `${path}.defaultMode`), ...validateDownwardFiles(source.items, path)] },
  { name: 'fc', validate: validateFibreChannel },
  { name: 'flexVolume', validate: validateFlexVolume },
  { name: 'configMap', validate: (source, path) => validateKeyed(source, 'name', path) },
  { name: 'azureFile', validate: wants('secretName', 'shareName') },
  { name: 'vsphereVolume', validate: wants('volumePath') },
  { name: 'photonPersistentDisk', validate: wants('pdID') },
  { name: 'portworxVolume', validate: wants('volumeID') },
  { name: 'azureDisk', validate: validateAzureDisk },
  { name: 'storageos', validate: validateStorageOs },
  { name: 'projected', validate: validateProjected },
  { name: 'scaleIO', validate: wants('gateway', 'system', 'volumeName') },
  { name: 'csi', validate: validateCsi },
  { name: 'ephemeral', validate: (source: EphemeralVolumeSource, path) => (source.volumeClaimTemplate
    ? validateClaimTemplate(source.volumeClaimTemplate, `${path}.volumeClaimTemplate`)
      : [required(`${path}.volumeClaimTemplate`)]) },
  { name: 'image', validate: (source: ImageVolumeSource, path, isPod) =>
    [...(isPod ? wants('reference')({ ...source }, path) : []),
    ...oneOf(source.pullPolicy ?? '', ['Always', 'IfNotPresent', 'Never'], `${path}.pullPolicy`)] },
]

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']

function validateHostPath({ path: hostPath = '', type }: { path?: string; type?: string }, path: string): FieldError[] {
  if (hostPath === '') return [required(`${path}.path`)]
  return [
    ...validateNoBacksteps(hostPath, `${path}.path`),
    ...(type === undefined || hostPathTypes.includes(type) ? [] : [notSupported(`${path}.type`, type, hostPathTypes)]),
  ]
}

function validatePartition(partition: number | undefined, path: string): FieldError[] {
  return partition !== undefined && (partition < 0 || partition > 255)
    ? [invalid(`${path}.partition`, partition, rangeComplaint(1, 255))] : []
}

/** Volumes of a Secret or ConfigMap. */
function validateKeyed(
  source: { defaultMode?: number; items?: KeyToPath[] }, nameField: 'name' | 'secretName', path: string,
): FieldError[] {
  return [
    ...wants(nameField)({ ...source }, path),
    ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
    ...(source.items ?? []).flatMap((item, i) => validateKeyToPath(item, `${path}.items[${i}]`)),
  ]
}

export function validateKeyToPath(item: Readonly<KeyToPath>, path: string): FieldError[] {
  return [
    ...wants('key', 'path')({ ...item }, path),
    ...validateLocalNonReservedPath(item.path ?? '', `${path}.path`),
    ...validateFileMode(item.mode, `${path}.mode`),
  ]
}

const initiatorForms: readonly [prefix: string, form: RegExp][] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
]

/** `iqn…`, `eui…` or `naa…` in its form. */
export const isInitiatorName = (name: string): boolean =>
  initiatorForms.find(([prefix]) => name.startsWith(prefix))?.[1].test(name) ?? false

function validateInitiator(name: string, path: string): FieldError[] {
  const form = initiatorForms.find(([prefix]) => name.startsWith(prefix))
  if (!form) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')]
  return form[1].test(name) ? [] : [invalid(path, name, 'must be valid format')]
}

function validateIscsi(source: Readonly<ISCSIVolumeSource>, path: string): FieldError[] {
  const { lun = 0 } = source
  return [
    ...wants('targetPortal')({ ...source }, path),
    ...(source.iqn ? validateInitiator(source.iqn, `${path}.iqn`) : [required(`${path}.iqn`)]),
    ...(lun < 0 || lun > 255 ? [invalid(`${path}.lun`, lun, rangeComplaint(0, 255))] : []),
    ...((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef ? [required(`${path}.secretRef`)] : []),
    ...(source.initiatorName === undefined ? [] : validateInitiator(source.initiatorName, `${path}.initiatorname`)),
  ]
}

function validateFlocker(
  { datasetName = '', datasetUUID = '' }: { datasetName?: string; datasetUUID?: string }, path: string,
): FieldError[] {
  return [
    ...(datasetName === '' && datasetUUID === '' ? [required(path, 'one of datasetName and datasetUUID is required')] : []),
    ...(datasetName !== '' && datasetUUID !== ''
      ? [invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')] : []),
    ...(datasetName.includes('/') ? [invalid(`${path}.datasetName`, datasetName, "must not contain '/'")] : []),
  ]
}

function validateSecretRef(source: { secretRef?: { name?: string } }, path: string): FieldError[] {
  return source.secretRef && !source.secretRef.name ? [required(`${path}.secretRef.name`)] : []
}

const hostPort = /^(\[[^\]]*\]|[^:[\]]*):[^:]*$/

function validateQuobyte(
  { registry = '', tenant = '', volume = '' }: Readonly<Partial<QuobyteVolumeSource>>, path: string,
): FieldError[] {
  const complaint = 'must be a host:port pair or multiple pairs separated by commas'
  return [
    ...(registry === '' ? [required(`${path}.registry`, complaint)]
      : tenant.length >= 65 ? [required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
        : registry.split(',').filter(pair => !hostPort.test(pair)).map(() => invalid(`${path}.registry`, registry, complaint))),
    ...(volume === '' ? [required(`${path}.volume`)] : []),
  ]
}

function validateFibreChannel({ targetWWNs = [], wwids = [], lun }: Readonly<FCVolumeSource>, path: string): FieldError[] {
  return [
    ...(targetWWNs.length === 0 && wwids.length === 0
      ? [required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both')] : []),
    ...(targetWWNs.length > 0 && wwids.length > 0
      ? [invalid(`${path}.targetWWNs`, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously')] : []),
    ...(targetWWNs.length === 0 ? [] : lun === undefined ? [required(`${path}.lun`, 'lun is required if targetWWNs is specified')]
      : lun < 0 || lun > 255 ? [invalid(`${path}.lun`, lun, rangeComplaint(0, 255))] : []),
  ]
}

function validateFlexVolume(source: Readonly<FlexVolumeSource>, path: string): FieldError[] {
  const reserved = Object.keys(source.options ?? {})
    .filter(key => /\.(kubernetes|k8s)\.io$/.test(`.${key.split('/', 2)[0].toLowerCase()}`))
  return [
    ...wants('driver')({ ...source }, path),
    ...reserved.map(key => invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')),
  ]
}

function validateAzureDisk(source: Readonly<AzureDiskVolumeSource>, path: string): FieldError[] {
  const caching = ['None', 'ReadOnly', 'ReadWrite'], kinds = ['Dedicated', 'Managed', 'Shared'], uri = source.diskURI ?? ''
  const managed = source.kind === 'Managed'
  return [
    ...wants('diskName', 'diskURI')({ ...source }, path),
    ...(source.cachingMode === undefined || caching.includes(source.cachingMode) ? []
      : [notSupported(`${path}.cachingMode`, source.cachingMode, caching)]),
    ...(source.kind === undefined || kinds.includes(source.kind) ? [] : [notSupported(`${path}.kind`, source.kind, kinds)]),
    ...(source.kind !== undefined && managed && !uri.startsWith('/subscriptions/') ? [notSupported(`${path}.diskURI`, uri,
      ['/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'])] : []),
    ...(source.kind !== undefined && !managed && !uri.startsWith('https://') ? [notSupported(`${path}.diskURI`, uri,
      ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'])] : []),
  ]
}

function validateStorageOs(source: Readonly<StorageOSVolumeSource>, path: string): FieldError[] {
  const label = (field: 'volumeName' | 'volumeNamespace', value: string) =>
    complain(`${path}.${field}`, value, isDns1123Label(value))
  return [
    ...(source.volumeName ? label('volumeName', source.volumeName) : [required(`${path}.volumeName`)]),
    ...(source.volumeNamespace ? label('volumeNamespace', source.volumeNamespace) : []),
    ...validateSecretRef(source, path),
  ]
}

/** Names of CSI drivers, of volumes and of the drivers themselves. */
export function validateCsiDriverName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)]
  return [
    ...(byteLength(name) > 63
      ? [{ type: 'FieldValueTooLong' as const, field: path, message: 'Too long: may not be more than 63 bytes' }] : []),
    ...isDns1123Subdomain(name.toLowerCase()).map(complaint => invalid(path, name, complaint)),
  ]
}

function validateCsi(source: Readonly<CSIVolumeSource>, path: string): FieldError[] {
  const errors = validateCsiDriverName(source.driver ?? '', `${path}.driver`), secret = source.nodePublishSecretRef
  if (!secret) return errors
  if (!secret.name) return [...errors, required(`${path}.nodePublishSecretRef.name`)]
  return [...errors, ...complain(`${path}.name`, secret.name, isDns1123Subdomain(secret.name))]
}
