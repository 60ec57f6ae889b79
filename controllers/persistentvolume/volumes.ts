import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import { persistentVolumes } from '../../api/kinds/core/persistentvolumes.ts'
import type { PersistentVolume } from '../../api/schema/generated/types.ts'
import { ignoreNotFound } from '../../client/ignore-not-found.ts'
import { watching, type Controller, type Tools } from '../runtime/controller.ts'
import { hasAnnotation, setVolumePhase, unbind } from './bind.ts'
import { component } from './claims.ts'

type Volume = Readonly<PersistentVolume>

const provisionedBy = 'pv.kubernetes.io/provisioned-by'
/** The only place from which upstream's host path plug-in deletes. */
const deletableHostPath = /^\/tmp\/.+/

/** Follows what became of the claims of volumes (persistentvolume/pv_controller.go syncVolume, 1.36). */
export const volumeBinder = (): Controller => ({
  name: 'persistentvolume-binder-controller volumes',
  component,
  watches: [
    watching(persistentVolumes, volume => [volume.metadata.name]),
    watching(persistentVolumeClaims, ({ spec }) => (spec.volumeName ? [spec.volumeName] : [])),
  ],
  async reconcile(key, tools) {
    const volume = tools.informers.of(persistentVolumes).get(key)
    if (volume) await follow(volume, tools)
  },
})

async function follow(volume: Volume, tools: Tools): Promise<void> {
  const { claimRef } = volume.spec, { phase } = volume.status ?? {}
  if (!claimRef?.uid) return void await setVolumePhase(volume, 'Available', tools)
  const named = await tools.client.get(persistentVolumeClaims, claimRef.name ?? '', claimRef.namespace).catch(ignoreNotFound)
  const claim = named?.metadata.uid === claimRef.uid ? named : undefined
  if (claim && !claim.spec.volumeName) {
    // The claim's half of the binding follows, unless it never can.
    if ((claim.spec.volumeMode ?? 'Filesystem') === (volume.spec.volumeMode ?? 'Filesystem')) return
    const { name } = claim.metadata, { recorder } = tools
    recorder.record(volume, 'Warning', 'VolumeMismatch',
      `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${name}" due to incompatible volumeMode.`)
    recorder.record(claim, 'Warning', 'VolumeMismatch',
      `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim due to incompatible volumeMode.`)
    return
  }
  if (claim && claim.spec.volumeName === volume.metadata.name) return void await setVolumePhase(volume, 'Bound', tools)
  const isSpare = hasAnnotation(volume, provisionedBy) && volume.spec.persistentVolumeReclaimPolicy === 'Delete'
  if (claim && !isSpare) return unbind(volume, tools)
  if (phase === 'Failed') return
  await reclaim(phase === 'Released' ? volume : await setVolumePhase(volume, 'Released', tools), tools)
}

/** What the reclaim policy says of a volume whose claim is gone. The files of a deleted volume stay where they are. */
async function reclaim(volume: Volume, tools: Tools): Promise<void> {
  const { persistentVolumeReclaimPolicy: policy = 'Retain', hostPath, csi } = volume.spec, { name } = volume.metadata
  const fail = async (reason: string, message: string) => {
    await setVolumePhase(volume, 'Failed', tools, message)
    tools.recorder.record(volume, 'Warning', reason, message)
  }
  if (policy === 'Retain' || volume.metadata.deletionTimestamp) return
  if (policy === 'Recycle') return fail('VolumeFailedRecycle', 'Recycle failed: volumes are not recycled by this cluster')
  // Whoever provisioned it deletes it.
  const provisioner = volume.metadata.annotations?.[provisionedBy]
  if (csi || (provisioner && !provisioner.startsWith('kubernetes.io/'))) return
  if (!hostPath) {
    return fail('VolumeFailedDelete',
      `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`)
  }
  if (!deletableHostPath.test(hostPath.path)) {
    return fail('VolumeFailedDelete', `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`)
  }
  await tools.client.delete(persistentVolumes, name).catch(ignoreNotFound)
}
