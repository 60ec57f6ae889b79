import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import type { Pod } from '../../api/schema/generated/types.ts'
import type { Informers } from '../../client/informer.ts'

/** What is wrong with a pod's claims for every node alike (plugins/volumebinding PreFilter, 1.36). */
export function claimProblem(pod: Readonly<Pod>, informers: Informers): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined)
    if (name === undefined) continue
    const claim = informers.of(persistentVolumeClaims).get(`${pod.metadata.namespace}/${name}`)
    if (!claim) {
      return volume.ephemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`
    }
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`
    const { phase } = claim.status ?? {}, volumeName = claim.spec.volumeName ?? ''
    if (phase === 'Lost') return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`
    if (phase !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims'
  }
  return undefined
}
