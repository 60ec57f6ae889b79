import { storageClasses } from '../../api/kinds/storage/storageclasses.ts'
import { compareQuantities } from '../../api/quantity.ts'
import type { PersistentVolumeClaim, StorageClass } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin } from './admission.ts'
import { isAbout, refuse } from './refuse.ts'

const classAnnotation = 'volume.beta.kubernetes.io/storage-class'
const defaultAnnotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

/** A claim that names no class gets the default one, the newest if there are several (DefaultStorageClass, 1.36). */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  mutate(request, world) {
    if (request.operation !== 'CREATE' || !isAbout(request, '', 'persistentvolumeclaims')) return
    const { metadata, spec } = request.object as PersistentVolumeClaim
    if (!spec || spec.storageClassName !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return
    const [newest] = world.list<StorageClass>(storageClasses)
      .filter(({ metadata: { annotations } }) => defaultAnnotations.some(name => annotations?.[name] === 'true'))
      .sort(({ metadata: a }, { metadata: b }) =>
        Date.parse(b.creationTimestamp) - Date.parse(a.creationTimestamp) || (a.name < b.name ? -1 : 1))
    if (newest) spec.storageClassName = newest.metadata.name
  },
}

const classOf = ({ metadata, spec }: Readonly<PersistentVolumeClaim>) =>
  metadata.annotations?.[classAnnotation] ?? spec?.storageClassName ?? ''

/** A claim may only grow when it is bound and its class allows it (PersistentVolumeClaimResize, 1.36). */
export const claimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  validate(request, world) {
    if (request.operation !== 'UPDATE' || !isAbout(request, '', 'persistentvolumeclaims')) return
    const next = request.object as PersistentVolumeClaim, old = request.old as PersistentVolumeClaim
    const size = ({ spec }: PersistentVolumeClaim) => spec?.resources?.requests?.storage ?? '0'
    if (compareQuantities(size(next), size(old)) <= 0) return
    if (old.status?.phase !== 'Bound') throw refuse(request, 'Only bound persistent volume claims can be expanded')
    const name = classOf(next)
    if (name === '' || name !== classOf(old) || !world.get<StorageClass>(storageClasses, name)?.allowVolumeExpansion) {
      throw refuse(request, 'only dynamically provisioned pvc can be resized and '
        + 'the storageclass that provisions the pvc must support resize')
    }
  },
}

const protection = new Map([
  ['/persistentvolumes', 'kubernetes.io/pv-protection'],
  ['/persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['storage.k8s.io/volumeattributesclasses', 'kubernetes.io/vac-protection'],
])

/** Storage in use is held by a finalizer until its controller lets go (StorageObjectInUseProtection, 1.36). */
export const storageInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate(request) {
    const finalizer = protection.get(`${request.kind.group}/${request.kind.plural}`)
    if (request.operation !== 'CREATE' || request.subresource !== '' || !finalizer) return
    const { metadata } = request.object!
    if (!metadata.finalizers?.includes(finalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
  },
}
