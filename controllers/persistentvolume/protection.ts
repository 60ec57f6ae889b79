import { edit } from '../../api/edit.ts'
import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import { persistentVolumes } from '../../api/kinds/core/persistentvolumes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { volumeAttributesClasses } from '../../api/kinds/storage/volumeattributesclasses.ts'
import type { Kind } from '../../api/kind.ts'
import { keyOf, type KubeObject } from '../../api/object.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/schema/generated/types.ts'
import { watching, type Controller, type Tools } from '../runtime/controller.ts'

const claimFinalizer = 'kubernetes.io/pvc-protection', volumeFinalizer = 'kubernetes.io/pv-protection'
const classFinalizer = 'kubernetes.io/vac-protection'

/** A deleted claim goes when no pod that has a node names it any more (pvc_protection_controller.go, 1.36). */
export const claimProtection = (): Controller => ({
  name: 'persistentvolumeclaim-protection-controller',
  watches: [
    watching(persistentVolumeClaims, claim => [keyOf(claim)]),
    watching(pods, claimsOf),
  ],
  prepare: ({ informers }) => informers.of(pods).index('claims', pod => (pod.spec.nodeName ? claimsOf(pod) : [])),
  async reconcile(key, tools) {
    const claim = tools.informers.of(persistentVolumeClaims).get(key)
    if (claim) await protect(persistentVolumeClaims, claim, claimFinalizer, tools, () => isUsed(key, tools))
  },
})

/** A deleted volume goes when it is no longer bound (pv_protection_controller.go, 1.36). */
export const volumeProtection = (): Controller => ({
  name: 'persistentvolume-protection-controller',
  watches: [watching(persistentVolumes, volume => [volume.metadata.name])],
  async reconcile(key, tools) {
    const volume = tools.informers.of(persistentVolumes).get(key)
    if (volume) await protect(persistentVolumes, volume, volumeFinalizer, tools, () => volume.status?.phase === 'Bound')
  },
})

/** A deleted class goes when neither claim nor volume names it (vac_protection_controller.go, 1.36). */
export const attributesClassProtection = (): Controller => ({
  name: 'volumeattributesclass-protection-controller',
  watches: [
    watching(volumeAttributesClasses, object => [object.metadata.name]),
    watching(persistentVolumes, classesOfVolume),
    watching(persistentVolumeClaims, classesOfClaim),
  ],
  async reconcile(key, tools) {
    const { informers } = tools, found = informers.of(volumeAttributesClasses).get(key)
    if (!found) return
    await protect(volumeAttributesClasses, found, classFinalizer, tools, () =>
      informers.of(persistentVolumes).list().some(volume => classesOfVolume(volume).includes(key))
      || informers.of(persistentVolumeClaims).list().some(claim => classesOfClaim(claim).includes(key)))
  },
})

const classesOfVolume = ({ spec }: Readonly<PersistentVolume>): string[] => [spec.volumeAttributesClassName ?? []].flat()
const classesOfClaim = ({ spec, status }: Readonly<PersistentVolumeClaim>): string[] =>
  [spec.volumeAttributesClassName ?? [], status?.currentVolumeAttributesClassName ?? []].flat()

/** Takes the finalizer off what is deleted and unused; gives it to what is not deleted and lacks it. */
async function protect<T extends KubeObject>(kind: Kind<T>, object: Readonly<T>, finalizer: string, { client }: Tools,
  isInUse: () => boolean | Promise<boolean>): Promise<void> {
  const { deletionTimestamp, finalizers = [] } = object.metadata, has = finalizers.includes(finalizer)
  if (deletionTimestamp ? !has || await isInUse() : has) return
  await client.update(kind, edit(object as T, draft => {
    draft.metadata.finalizers = deletionTimestamp ? finalizers.filter(each => each !== finalizer) : [...finalizers, finalizer]
  }))
}

/** The copy of pods may be behind: before a claim goes, the server is asked. */
async function isUsed(key: string, { client, informers }: Tools): Promise<boolean> {
  if (informers.of(pods).byIndex('claims', key).length > 0) return true
  const { items } = await client.list(pods, { namespace: key.slice(0, key.indexOf('/')) })
  return items.some(pod => pod.spec.nodeName && claimsOf(pod).includes(key))
}

const claimsOf = ({ metadata, spec }: Readonly<Pod>): string[] => (spec.volumes ?? []).flatMap(volume => {
  const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${metadata.name}-${volume.name}` : undefined)
  return name === undefined ? [] : [`${metadata.namespace}/${name}`]
})
