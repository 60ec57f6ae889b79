import { defineKind } from '../../kind.ts'
import type { PersistentVolumeClaim } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { roundUpResources } from '../pod/default-resources.ts'
import { claimSpecWarnings } from '../pod/volume-warnings.ts'
import { formatAccessModes, storageClassOf } from './access-modes.ts'
import { validateClaim, validateClaimStatus } from './persistentvolumeclaims-validate.ts'

export const persistentVolumeClaims = defineKind<PersistentVolumeClaim>({
  group: '', version: 'v1', kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims', singular: 'persistentvolumeclaim', namespaced: true,
  shortNames: ['pvc'], schema: 'core.v1.PersistentVolumeClaim',
  returnsDeleted: true,
  subresources: { status: true },
  defaults(draft) {
    draft.spec ??= {}
    draft.status ??= {}
    draft.status.phase ||= 'Pending'
    draft.spec.volumeMode ??= 'Filesystem'
    roundUpResources(draft.spec.resources)
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending' }
    normalizeDataSources(draft, undefined)
  },
  prepareForUpdate(draft, old, { subresource }) {
    if (subresource === '') normalizeDataSources(draft, old)
  },
  validate: (next, old, { subresource }) => (subresource === 'status' ? validateClaimStatus(next) : validateClaim(next, old)),
  warnings: ({ metadata, spec }) => [
    ...metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] === undefined ? []
      : ['metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; '
        + 'use "storageClassName" attribute instead'],
    ...claimSpecWarnings(spec, 'spec'),
  ],
  columns: [
    nameColumn,
    textColumn('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : status?.phase ?? '')),
    textColumn('Volume', ({ spec }) => spec.volumeName ?? ''),
    textColumn('Capacity', ({ spec, status }) => (spec.volumeName ? status?.capacity?.storage ?? '0' : '')),
    textColumn('Access Modes', ({ spec, status }) => (spec.volumeName ? formatAccessModes(status?.accessModes) : '')),
    textColumn('StorageClass', storageClassOf),
    textColumn('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    ageColumn,
    textColumn('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>', 1),
  ],
})

/**
 * The older field silently drops what is neither a claim nor a snapshot; then each of the two fields is filled in from the other
 * (pkg/api/persistentvolumeclaim/util.go, 1.36, without CrossNamespaceVolumeDataSource).
 */
function normalizeDataSources(draft: PersistentVolumeClaim, old: Readonly<PersistentVolumeClaim> | undefined): void {
  const { spec } = draft
  if (spec.dataSourceRef?.namespace && !old?.spec.dataSourceRef) delete spec.dataSourceRef
  const inUse = old?.spec.dataSource ?? old?.spec.dataSourceRef
  if (!inUse && !spec.dataSourceRef && spec.dataSource) {
    const { kind } = spec.dataSource, apiGroup = spec.dataSource.apiGroup ?? ''
    const known = (kind === 'PersistentVolumeClaim' && apiGroup === '')
      || (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
    if (!known) delete spec.dataSource
  }
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource }
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
    const { namespace: _, ...local } = spec.dataSourceRef
    spec.dataSource = local
  }
}
