import { timestamp } from '../../clock.ts'
import { defineKind } from '../../kind.ts'
import type { PersistentVolume } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { roundUpResources } from '../pod/default-resources.ts'
import { nodeTermWarnings } from '../pod/warnings.ts'
import { formatAccessModes, storageClassOf } from './access-modes.ts'
import { validatePersistentVolume } from './persistentvolumes-validate.ts'

export const persistentVolumes = defineKind<PersistentVolume>({
  group: '', version: 'v1', kind: 'PersistentVolume',
  plural: 'persistentvolumes', singular: 'persistentvolume', namespaced: false,
  shortNames: ['pv'], schema: 'core.v1.PersistentVolume',
  returnsDeleted: true,
  subresources: { status: true },
  defaults,
  prepareForCreate(draft, { now }) {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp(now) }
  },
  prepareForUpdate(draft, old, { now, subresource }) {
    if (subresource !== 'status' || !draft.status) return
    const { phase, lastPhaseTransitionTime: since } = old.status ?? {}
    if (phase === draft.status.phase) draft.status.lastPhaseTransitionTime ??= since
    else if (!draft.status.lastPhaseTransitionTime || draft.status.lastPhaseTransitionTime === since) {
      draft.status.lastPhaseTransitionTime = timestamp(now)
    }
  },
  validate: (next, old, { subresource }) => (subresource === 'status' ? [] : validatePersistentVolume(next, old)),
  warnings,
  columns: [
    nameColumn,
    textColumn('Capacity', ({ spec }) => spec.capacity?.storage ?? '0'),
    textColumn('Access Modes', ({ spec }) => formatAccessModes(spec.accessModes)),
    textColumn('Reclaim Policy', ({ spec }) => spec.persistentVolumeReclaimPolicy ?? ''),
    textColumn('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : status?.phase ?? '')),
    textColumn('Claim', ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '')),
    textColumn('StorageClass', storageClassOf),
    textColumn('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    textColumn('Reason', ({ status }) => status?.reason ?? ''),
    ageColumn,
    textColumn('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>', 1),
  ],
})

/** core/v1 defaults.go, 1.36, with the defaults of the sources that volumes of pods have as well. */
function defaults(draft: PersistentVolume): void {
  const spec = draft.spec ??= {}
  draft.status ??= {}
  draft.status.phase ||= 'Pending'
  spec.persistentVolumeReclaimPolicy ||= 'Retain'
  spec.volumeMode ??= 'Filesystem'
  roundUpResources({ limits: spec.capacity })
  if (spec.hostPath) spec.hostPath.type ??= ''
  if (spec.iscsi) spec.iscsi.iscsiInterface ||= 'default'
  if (spec.rbd) {
    spec.rbd.pool ||= 'rbd'
    spec.rbd.user ||= 'admin'
    spec.rbd.keyring ||= '/etc/ceph/keyring'
  }
  if (spec.scaleIO) {
    spec.scaleIO.storageMode ||= 'ThinProvisioned'
    spec.scaleIO.fsType ||= 'xfs'
  }
}

const gone: readonly [field: 'cephfs' | 'photonPersistentDisk' | 'scaleIO' | 'storageos' | 'glusterfs' | 'rbd', name: string,
  text: string][] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

/** pkg/api/persistentvolume/util.go, 1.36. */
function warnings({ metadata, spec }: Readonly<PersistentVolume>): string[] {
  const texts: string[] = []
  const annotation = (key: string, text: string) => {
    if (metadata.annotations?.[key] !== undefined) texts.push(`metadata.annotations[${key}]: ${text}`)
  }
  annotation('volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead')
  annotation('volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead')
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    texts.push('spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended '
      + 'approach is to use dynamic provisioning.')
  }
  spec.nodeAffinity?.required?.nodeSelectorTerms?.forEach((term, i) => {
    texts.push(...nodeTermWarnings(term, false, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`))
  })
  for (const [field, name, text] of gone) if (spec[field]) texts.push(`spec.${name}: ${text}`)
  return texts
}
