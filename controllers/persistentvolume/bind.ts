import { edit, same } from '../../api/edit.ts'
import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import { persistentVolumes } from '../../api/kinds/core/persistentvolumes.ts'
import type {
  PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimStatus, PersistentVolumeStatus,
} from '../../api/schema/generated/types.ts'
import { referenceTo } from '../../client/event-recorder.ts'
import type { Tools } from '../runtime/controller.ts'
import { isReservedFor } from './match.ts'

type Volume = Readonly<PersistentVolume>
type Claim = Readonly<PersistentVolumeClaim>

/** What the binder leaves behind: that it chose the partner, not a person; that a claim is bound for good. */
export const boundByController = 'pv.kubernetes.io/bound-by-controller', bindCompleted = 'pv.kubernetes.io/bind-completed'

export const hasAnnotation = ({ metadata }: Volume | Claim, name: string): boolean => metadata.annotations?.[name] !== undefined

/** Ties a volume and a claim to each other in four writes; where one is lost, the next sync goes on (pv_controller.go bind). */
export async function bind(volume: Volume, claim: Claim, tools: Tools): Promise<void> {
  const bound = await setVolumePhase(await reserve(volume, claim, tools), 'Bound', tools)
  await setClaimStatus(await attach(claim, bound, tools), 'Bound', bound, tools)
}

async function reserve(volume: Volume, claim: Claim, { client }: Tools): Promise<Volume> {
  const { claimRef } = volume.spec, isReserved = isReservedFor(volume, claim)
  const next = edit(volume as PersistentVolume, draft => {
    if (!isReserved || claimRef?.uid !== claim.metadata.uid) draft.spec.claimRef = referenceTo(claim)
    if (!isReserved && !hasAnnotation(volume, boundByController)) {
      draft.metadata.annotations = { ...draft.metadata.annotations, [boundByController]: 'yes' }
    }
  })
  return next === volume ? volume : client.update(persistentVolumes, next)
}

async function attach(claim: Claim, volume: Volume, { client }: Tools): Promise<Claim> {
  const isChosen = claim.spec.volumeName !== volume.metadata.name
  if (!isChosen && hasAnnotation(claim, bindCompleted)) return claim
  return client.update(persistentVolumeClaims, edit(claim as PersistentVolumeClaim, draft => {
    draft.spec.volumeName = volume.metadata.name
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      [bindCompleted]: 'yes', ...isChosen ? { [boundByController]: 'yes' } : {},
    }
  }))
}

/** Takes a volume back: one that the binder chose is free again, one that a person reserved stays so. */
export async function unbind(volume: Volume, tools: Tools): Promise<void> {
  const isOurs = hasAnnotation(volume, boundByController)
  const free = await tools.client.update(persistentVolumes, edit(volume as PersistentVolume, draft => {
    if (!isOurs) {
      if (draft.spec.claimRef) delete draft.spec.claimRef.uid
      return
    }
    delete draft.spec.claimRef
    delete draft.metadata.annotations?.[boundByController]
  }))
  await setVolumePhase(free, 'Available', tools)
}

export async function setVolumePhase(volume: Volume, phase: PersistentVolumeStatus['phase'], { client }: Tools,
  message = ''): Promise<Volume> {
  if (volume.status?.phase === phase) return volume
  return client.update(persistentVolumes, edit(volume as PersistentVolume, draft => {
    const { message: _message, ...status } = draft.status ?? {}
    draft.status = { ...status, phase, ...message ? { message } : {} }
  }), { subresource: 'status' })
}

/** The phase of a claim; a bound one shows modes and size of its volume, the size as it was when they were bound. */
export async function setClaimStatus(claim: Claim, phase: PersistentVolumeClaimStatus['phase'], volume: Volume | undefined,
  { client }: Tools): Promise<Claim> {
  const next = edit(claim as PersistentVolumeClaim, draft => {
    const { accessModes: _modes, capacity, currentVolumeAttributesClassName, ...rest } = draft.status ?? {}
    if (!volume) {
      draft.status = { ...rest, phase }
      return
    }
    const { accessModes, capacity: size, volumeAttributesClassName } = volume.spec, isNew = claim.status?.phase !== phase
    const attributes = isNew ? volumeAttributesClassName : currentVolumeAttributesClassName
    draft.status = {
      ...rest, phase, ...accessModes ? { accessModes: [...accessModes] } : {},
      ...isNew && size ? { capacity: { ...size } } : capacity ? { capacity } : {},
      ...attributes ? { currentVolumeAttributesClassName: attributes } : {},
    }
  })
  return same(next.status, claim.status) ? claim : client.update(persistentVolumeClaims, next, { subresource: 'status' })
}
