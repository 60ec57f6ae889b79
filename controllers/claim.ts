import type { Client } from '../api/client.ts'
import { apiVersionOf, type Kind } from '../api/kind.ts'
import { controllerOf, type KubeObject, type OwnerReference } from '../api/object.ts'
import { labelSelectorMatches } from '../api/selectors.ts'
import type { LabelSelector } from '../api/schema/generated/types.ts'
import { isNotFound, isStatus } from '../api/status.ts'

/** The owner reference of a controller (meta/v1 NewControllerRef). */
export const controllerReference = (kind: Kind<any>, owner: Readonly<KubeObject>): OwnerReference => ({
  apiVersion: apiVersionOf(kind), kind: kind.kind, name: owner.metadata.name, uid: owner.metadata.uid,
  controller: true, blockOwnerDeletion: true,
})

export const isControlledBy = (object: Readonly<KubeObject>, owner: Readonly<KubeObject>): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid

/**
 * The objects that belong to an owner, after it has adopted the orphans that its selector matches and let go of those that
 * it no longer matches (controller_ref_manager.go, 1.36).
 */
export async function claim<T extends KubeObject, O extends KubeObject>(
  client: Client, ownerKind: Kind<O>, owner: Readonly<O>, kind: Kind<T>, selector: LabelSelector,
  candidates: Iterable<Readonly<T>>,
): Promise<Readonly<T>[]> {
  const claimed: Readonly<T>[] = []
  let mayAdopt: Promise<boolean> | undefined
  for (const object of candidates) {
    const controller = controllerOf(object), matches = labelSelectorMatches(selector, object.metadata.labels)
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue
      if (matches) claimed.push(object)
      else if (!owner.metadata.deletionTimestamp) await release(client, kind, object, owner)
    } else if (matches && !owner.metadata.deletionTimestamp && !object.metadata.deletionTimestamp) {
      // A stale copy must not adopt for an owner that is being deleted.
      mayAdopt ??= isStillThere(client, ownerKind, owner)
      if (!await mayAdopt) continue
      const adopted = await adopt(client, kind, object, controllerReference(ownerKind, owner))
      if (adopted) claimed.push(adopted)
    }
  }
  return claimed
}

async function isStillThere<O extends KubeObject>(client: Client, kind: Kind<O>, owner: Readonly<O>): Promise<boolean> {
  const fresh = await client.get(kind, owner.metadata.name, owner.metadata.namespace)
  return fresh.metadata.uid === owner.metadata.uid && !fresh.metadata.deletionTimestamp
}

async function adopt<T extends KubeObject>(client: Client, kind: Kind<T>, object: Readonly<T>, reference: OwnerReference) {
  const { name, namespace, uid } = object.metadata
  const patch = { metadata: { ownerReferences: [reference], uid } }
  try {
    return await client.patch(kind, name, namespace, patch, { type: 'strategic' })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function release<T extends KubeObject>(client: Client, kind: Kind<T>, object: Readonly<T>, owner: Readonly<KubeObject>) {
  const { name, namespace, uid } = object.metadata
  const patch = { metadata: { ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }], uid } }
  try {
    await client.patch(kind, name, namespace, patch, { type: 'strategic' })
  } catch (error) {
    // Gone, or not ours any more: released either way.
    if (!isNotFound(error) && !isStatus(error, 'Invalid')) throw error
  }
}

/** For an index: the uid of the controller, or `orphans/<namespace>` for an object without one. */
export function ownerIndex(object: Readonly<KubeObject>): string[] {
  const controller = controllerOf(object)
  return [controller ? controller.uid : orphansOf(object.metadata.namespace)]
}
export const orphansOf = (namespace: string | undefined): string => `orphans/${namespace}`
