import { edit } from '../../api/edit.ts'
import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import { persistentVolumes } from '../../api/kinds/core/persistentvolumes.ts'
import { storageClassOf } from '../../api/kinds/core/access-modes.ts'
import { storageClasses } from '../../api/kinds/storage/storageclasses.ts'
import { keyOf } from '../../api/object.ts'
import type { PersistentVolumeClaim, StorageClass } from '../../api/schema/generated/types.ts'
import { watching, type Controller, type Outcome, type Tools } from '../runtime/controller.ts'
import { bind, bindCompleted, boundByController, hasAnnotation, setClaimStatus } from './bind.ts'
import { findVolume, isReservedFor, mismatch } from './match.ts'

type Claim = Readonly<PersistentVolumeClaim>

/** How often claims that still wait are looked at anew (kube-controller-manager: --pvclaimbinder-sync-period). */
const lookAgain = 15_000
/** Source of the events of both halves of the binder. */
export const component = 'persistentvolume-controller'

/** Finds volumes for claims (persistentvolume/pv_controller.go syncClaim, 1.36). */
export const claimBinder = (): Controller => ({
  name: 'persistentvolume-binder-controller claims',
  component,
  watches: [
    watching(persistentVolumeClaims, claim => [keyOf(claim)]),
    watching(persistentVolumes, (volume, { informers }) => {
      const { claimRef } = volume.spec
      if (claimRef?.namespace && claimRef.name) return [`${claimRef.namespace}/${claimRef.name}`]
      // Upstream waits for its next round; what fits is bound at once here.
      return informers.of(persistentVolumeClaims).list()
        .filter(claim => !hasAnnotation(claim, bindCompleted) && isFor(claim, volume.metadata.name))
        .filter(claim => findVolume(claim, [volume], false)).map(keyOf)
    }),
    watching(storageClasses, () => []),
  ],
  async reconcile(key, tools) {
    const claim = tools.informers.of(persistentVolumeClaims).get(key)
    if (!claim) return
    return hasAnnotation(claim, bindCompleted) ? checkBound(claim, tools) : bindNew(claim, tools)
  },
})

const isFor = ({ spec }: Claim, volumeName: string) => !spec.volumeName || spec.volumeName === volumeName

async function bindNew(claim: Claim, tools: Tools): Promise<Outcome> {
  return claim.spec.volumeName ? bindNamed(claim, claim.spec.volumeName, tools) : bindAny(claim, tools)
}

async function bindAny(claim: Claim, tools: Tools): Promise<Outcome> {
  const { informers, recorder, client } = tools
  const className = storageClassOf(claim), storageClass = informers.of(storageClasses).get(className)
  const delayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
  const volume = findVolume(claim, informers.of(persistentVolumes).list(), delayed)
  if (volume) return bind(volume, claim, tools)

  const byDefault = claim.spec.storageClassName === undefined && !className ? defaultClass(tools) : undefined
  if (byDefault) {
    await client.update(persistentVolumeClaims, edit(claim as PersistentVolumeClaim, draft => {
      draft.spec.storageClassName = byDefault.metadata.name
    }))
    return
  }
  if (delayed && !hasAnnotation(claim, 'volume.kubernetes.io/selected-node')) {
    recorder.record(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
  } else if (className) {
    await askProvisioner(claim, className, storageClass, tools)
    return { againAfterMs: lookAgain }
  } else {
    recorder.record(claim, 'Normal', 'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set')
  }
  await setClaimStatus(claim, 'Pending', undefined, tools)
  return { againAfterMs: lookAgain }
}

function defaultClass({ informers }: Tools): Readonly<StorageClass> | undefined {
  const marks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
  return informers.of(storageClasses).list()
    .filter(({ metadata: { annotations } }) => marks.some(mark => annotations?.[mark] === 'true'))
    .sort(({ metadata: a }, { metadata: b }) =>
      Date.parse(b.creationTimestamp) - Date.parse(a.creationTimestamp) || (a.name < b.name ? -1 : 1))[0]
}

/** Somebody else makes volumes: the claim says who, an event says that it waits. */
async function askProvisioner(claim: Claim, className: string, storageClass: Readonly<StorageClass> | undefined, tools: Tools) {
  const { client, recorder } = tools, failed = (why: string) => recorder.record(claim, 'Warning', 'ProvisioningFailed', why)
  if (!storageClass) return failed(`storageclass.storage.k8s.io "${className}" not found`)
  const { provisioner } = storageClass
  if (provisioner.startsWith('kubernetes.io/')) return failed(`no volume plugin matched name: ${provisioner}`)
  const marks = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner']
  if (marks.some(mark => claim.metadata.annotations?.[mark] !== provisioner)) {
    await client.update(persistentVolumeClaims, edit(claim as PersistentVolumeClaim, draft => {
      const made = Object.fromEntries(marks.map(mark => [mark, provisioner]))
      draft.metadata.annotations = { ...draft.metadata.annotations, ...made }
    }))
  }
  recorder.record(claim, 'Normal', 'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system `
    + 'administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.')
}

async function bindNamed(claim: Claim, volumeName: string, tools: Tools): Promise<Outcome> {
  const { informers, recorder } = tools, volume = informers.of(persistentVolumes).get(volumeName)
  if (volume && !volume.spec.claimRef) {
    const why = mismatch(volume, claim)
    if (!why) return bind(volume, claim, tools)
    recorder.record(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${volumeName}": ${why}`)
  } else if (volume && isReservedFor(volume, claim)) {
    return bind(volume, claim, tools)
  } else if (volume) {
    recorder.record(claim, 'Warning', 'FailedBinding', `volume "${volumeName}" already bound to a different claim.`)
    if (hasAnnotation(claim, boundByController)) return { againAfterMs: lookAgain }
  }
  await setClaimStatus(claim, 'Pending', undefined, tools)
  return { againAfterMs: lookAgain }
}

/** A claim that was bound stays so, or is lost for good. */
async function checkBound(claim: Claim, tools: Tools): Promise<void> {
  const { volumeName } = claim.spec
  const lost = async (reason: string, message: string) => {
    if (claim.status?.phase === 'Lost') return
    await setClaimStatus(claim, 'Lost', undefined, tools)
    tools.recorder.record(claim, 'Warning', reason, message)
  }
  if (!volumeName) return lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!')
  const volume = tools.informers.of(persistentVolumes).get(volumeName)
  if (!volume) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
  const { claimRef } = volume.spec
  if (!claimRef || claimRef.uid === claim.metadata.uid) return bind(volume, claim, tools)
  await lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly')
}
