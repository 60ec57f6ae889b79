import { storageClassOf } from '../../api/kinds/core/access-modes.ts'
import { labelSelectorMatches } from '../../api/label-selector.ts'
import { compareQuantities } from '../../api/quantity.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/schema/generated/types.ts'

type Volume = Readonly<PersistentVolume>
type Claim = Readonly<PersistentVolumeClaim>

const sizeOf = ({ spec }: Volume): string => spec.capacity?.storage ?? '0'
const wantedSize = ({ spec }: Claim): string => spec.resources?.requests?.storage ?? '0'
const hasModes = (volume: Volume, claim: Claim) =>
  (claim.spec.accessModes ?? []).every(mode => volume.spec.accessModes?.includes(mode))
const sameMode = (volume: Volume, claim: Claim) =>
  (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')
const sameAttributes = (volume: Volume, claim: Claim) =>
  (volume.spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '')

/** Whether a volume is reserved for this claim, by name alone or for good (component-helpers, IsVolumeBoundToClaim). */
export function isReservedFor({ spec: { claimRef } }: Volume, { metadata }: Claim): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false
  return !claimRef.uid || claimRef.uid === metadata.uid
}

/**
 * The volume for a claim: one that is reserved for it, else the smallest that is large enough, among those with the fewest access
 * modes (persistentvolume/index.go and component-helpers FindMatchingVolume, 1.36). With `delayed` only a reserved one: the
 * scheduler has to choose a node first.
 */
export function findVolume(claim: Claim, volumes: readonly Volume[], delayed: boolean): Volume | undefined {
  const { selector } = claim.spec
  const fitting = volumes.filter(volume => hasModes(volume, claim) && sameMode(volume, claim) && sameAttributes(volume, claim)
    && compareQuantities(sizeOf(volume), wantedSize(claim)) >= 0 && !volume.metadata.deletionTimestamp
    && (!volume.spec.claimRef || isReservedFor(volume, claim)))
  const modes = (volume: Volume) => volume.spec.accessModes?.length ?? 0
  for (const count of [...new Set(fitting.map(modes))].sort((a, b) => a - b)) {
    const group = fitting.filter(volume => modes(volume) === count)
    const reserved = group.find(volume => isReservedFor(volume, claim))
    if (reserved) return reserved
    const [smallest] = delayed ? [] : group
      .filter(volume => volume.status?.phase === 'Available' && storageClassOf(volume) === storageClassOf(claim)
        && (!selector || labelSelectorMatches(selector, volume.metadata.labels ?? {})))
      .sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))
    if (smallest) return smallest
  }
  return undefined
}

/** Why the volume that a claim names can't be its own, in upstream's words; nothing when it can (checkVolumeSatisfyClaim). */
export function mismatch(volume: Volume, claim: Claim): string | undefined {
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion "${volume.metadata.name}"`
  if (compareQuantities(sizeOf(volume), wantedSize(claim)) < 0) return 'requested PV is too small'
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match'
  if (!sameAttributes(volume, claim)) return 'volumeAttributesClassName does not match'
  if (!sameMode(volume, claim)) return 'incompatible volumeMode'
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode'
}
