import { timestamp } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { ObjectMeta } from '../../api/object.ts'

/** Metadata of a new object: what the server alone decides, in upstream's order of fields. */
export function systemMetadata(kind: Kind, namespace: string | undefined, sent: Partial<ObjectMeta>, now: Date, uid: string): ObjectMeta {
  const { name = '', generateName, generation, labels, annotations, ownerReferences, finalizers, managedFields } = sent
  return {
    name,
    ...(generateName ? { generateName } : {}),
    ...(kind.namespaced && namespace ? { namespace } : {}),
    uid,
    resourceVersion: '',
    // Where nothing counts generations, one that was sent stays.
    ...(kind.hasGeneration ? { generation: 1 } : generation ? { generation } : {}),
    creationTimestamp: timestamp(now),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences?.length ? { ownerReferences } : {}),
    ...(finalizers?.length ? { finalizers } : {}),
    ...(managedFields?.length ? { managedFields } : {}),
  }
}

/** Metadata of an update: what is the server's comes from the live object, the rest is the client's. */
export function updatedMetadata(sent: Partial<ObjectMeta>, live: Readonly<ObjectMeta>): ObjectMeta {
  const { generateName, selfLink, labels, annotations, ownerReferences, finalizers, managedFields, deletionTimestamp, deletionGracePeriodSeconds } = sent
  return {
    name: live.name,
    ...(generateName ? { generateName } : {}),
    ...(live.namespace ? { namespace: live.namespace } : {}),
    ...(selfLink ? { selfLink } : {}),
    uid: sent.uid || live.uid,
    resourceVersion: live.resourceVersion,
    ...(live.generation !== undefined ? { generation: live.generation } : {}),
    creationTimestamp: live.creationTimestamp,
    // A client that leaves these out does not bring the object back to life; one that changes them is refused by validation.
    ...(deletionTimestamp ?? live.deletionTimestamp ? { deletionTimestamp: deletionTimestamp ?? live.deletionTimestamp } : {}),
    ...(deletionGracePeriodSeconds !== undefined || live.deletionGracePeriodSeconds !== undefined
      ? { deletionGracePeriodSeconds: deletionGracePeriodSeconds ?? live.deletionGracePeriodSeconds } : {}),
    ...(labels && Object.keys(labels).length ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length ? { annotations } : {}),
    ...(ownerReferences?.length ? { ownerReferences } : {}),
    ...(finalizers?.length ? { finalizers } : {}),
    // An empty list is the client's wish to clear them.
    ...(managedFields ? { managedFields } : {}),
  }
}
