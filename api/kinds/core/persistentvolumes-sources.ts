import { invalid, forbidden, required, type FieldError } from '../../field-error.ts'
import type {
  CSIPersistentVolumeSource, ISCSIPersistentVolumeSource, LocalVolumeSource, PersistentVolumeSpec, SecretReference,
} from '../../schema/generated/types.ts'
import { validateNoBacksteps } from '../pod/paths.ts'
import { isInitiatorName, validateCsiDriverName, volumeSources } from '../pod/validate-volume-sources.ts'
import { byteLength, isDns1123Label, isDns1123Subdomain, rangeComplaint } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** What persistent volumes may be made of (core/validation ValidatePersistentVolumeSpec, 1.36). */

/** In upstream's order. */
const sources = ['hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte',
  'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume',
  'azureDisk', 'scaleIO', 'local', 'storageos', 'csi'] as const satisfies readonly (keyof PersistentVolumeSpec)[]
type Source = typeof sources[number]
type Rule = (source: any, path: string, volumeName: string) => FieldError[]

export function validateSources(spec: Readonly<PersistentVolumeSpec>, path: string, volumeName: string): FieldError[] {
  const errors: FieldError[] = []
  let found = false
  for (const name of sources) {
    const source = spec[name]
    if (!source) continue
    const rule = volumeSources.find(candidate => candidate.name === name)
    // Upstream forgot to ask for flex volumes.
    if (found && name !== 'flexVolume') {
      errors.push(forbidden(`${path}.${rule?.forbiddenAs ?? name}`, 'may not specify more than 1 volume type'))
    } else errors.push(...validateSource(name, source, `${path}.${rule?.path ?? name}`, volumeName))
    if (!found && name === 'local' && !spec.nodeAffinity) {
      errors.push(required(`${path}.nodeAffinity`, 'Local volume requires node affinity'))
    }
    found = true
  }
  return found ? errors : [...errors, required(path, 'must specify a volume type')]
}

/** Most have the rules that they have in pods, some with more to them. */
function validateSource(name: Source, source: object, path: string, volumeName: string): FieldError[] {
  const own = rules[name]
  return own ? own(source, path, volumeName) : inPods(name, source, path)
}

const inPods = (name: Source, source: object, path: string): FieldError[] =>
  volumeSources.find(rule => rule.name === name)?.validate(source, path, false) ?? []

const missing = (value: string | undefined, path: string): FieldError[] => (value ? [] : [required(path)])

const rules: Partial<Record<Source, Rule>> = {
  local: ({ path: folder }: LocalVolumeSource, path) =>
    (folder ? validateNoBacksteps(folder, `${path}.path`) : [required(`${path}.path`)]),
  csi: validateCSI,
  iscsi: validateISCSI,
  glusterfs(source: { endpointsNamespace?: string }, path) {
    const { endpointsNamespace: namespace } = source, at = `${path}.endpointsNamespace`
    return [...inPods('glusterfs', source, path), ...namespace === undefined ? [] : namespace === ''
      ? [invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name')]
      : complain(at, namespace, isDns1123Label(namespace))]
  },
  azureFile: (source: { secretNamespace?: string }, path) =>
    [...inPods('azureFile', source, path), ...source.secretNamespace === '' ? [required(`${path}.secretNamespace`)] : []],
  cinder: withSecretNamespace('cinder'),
  storageos: withSecretNamespace('storageos'),
}

function withSecretNamespace(name: Source): Rule {
  return (source: { secretRef?: SecretReference }, path) =>
    [...inPods(name, source, path), ...source.secretRef ? missing(source.secretRef.namespace, `${path}.secretRef.namespace`) : []]
}

function validateCSI(source: Readonly<CSIPersistentVolumeSource>, path: string): FieldError[] {
  const secrets = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef',
    'nodeExpandSecretRef'] as const
  return [
    ...validateCsiDriverName(source.driver ?? '', `${path}.driver`),
    ...missing(source.volumeHandle, `${path}.volumeHandle`),
    ...secrets.flatMap(name => (source[name] ? validateSecretReference(source[name], `${path}.${name}`) : [])),
  ]
}

function validateSecretReference({ name, namespace }: Readonly<SecretReference>, path: string): FieldError[] {
  const at = { name: `${path}.name`, namespace: `${path}.namespace` }
  return [
    ...name ? complain(at.name, name, isDns1123Subdomain(name)) : [required(at.name)],
    ...namespace ? complain(at.namespace, namespace, isDns1123Label(namespace)) : [required(at.namespace)],
  ]
}

function validateISCSI(source: Readonly<ISCSIPersistentVolumeSource>, path: string, volumeName: string): FieldError[] {
  const { targetPortal = '', iqn = '', lun = 0, secretRef, initiatorName } = source, errors = missing(targetPortal, `${path}.targetPortal`)
  const malformed = (field: string, value: string) => (isInitiatorName(value) ? [] : [invalid(`${path}.${field}`, value, 'must be valid format')])
  if (initiatorName !== undefined && byteLength(`${volumeName}:${targetPortal}`) > 64) {
    errors.push(invalid(`${path}.targetportal`, targetPortal,
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'))
  }
  errors.push(...iqn ? malformed('iqn', iqn) : [required(`${path}.iqn`)])
  if (lun < 0 || lun > 255) errors.push(invalid(`${path}.lun`, lun, rangeComplaint(0, 255)))
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !secretRef) errors.push(required(`${path}.secretRef`))
  if (secretRef) errors.push(...missing(secretRef.name, `${path}.secretRef.name`))
  return initiatorName === undefined ? errors : [...errors, ...malformed('initiatorname', initiatorName)]
}
