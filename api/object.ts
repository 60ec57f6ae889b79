/** What every Kubernetes object has in common, as TypeScript sees it. Field names and meanings are upstream's (meta/v1). */

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ManagedFieldsEntry {
  manager?: string
  operation?: 'Apply' | 'Update'
  apiVersion?: string
  time?: string
  fieldsType?: 'FieldsV1'
  fieldsV1?: Record<string, unknown>
  subresource?: string
}

/** Metadata of a stored object: what the server always sets is not optional here. */
export interface ObjectMeta {
  name: string
  generateName?: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: ManagedFieldsEntry[]
  selfLink?: string
}

/** Any object the API serves. Objects that come out of a store or a client are frozen: change them with `edit`. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
}

/** An object on its way to the server: the server fills in the rest of the metadata. */
export type Draft<T extends KubeObject = KubeObject> = Omit<T, 'metadata' | 'apiVersion' | 'kind' | 'status'> & {
  apiVersion?: string
  kind?: string
  metadata: Partial<ObjectMeta>
  status?: T extends { status?: infer S } ? S : unknown
}

export interface ListMeta { resourceVersion?: string; continue?: string; remainingItemCount?: number }
export interface KubeList<T extends KubeObject = KubeObject> { apiVersion: string; kind: string; metadata: ListMeta; items: T[] }

/** `namespace/name`, or the name alone for an object without a namespace: the key of work queues and caches. */
export function keyOf(object: { metadata: { name?: string; namespace?: string } }): string {
  const { namespace, name } = object.metadata
  return namespace ? `${namespace}/${name}` : String(name)
}

/** The two parts of a `keyOf` key. */
export function splitKey(key: string): { namespace?: string; name: string } {
  const slash = key.indexOf('/')
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** The owner that controls this object, if any (meta/v1 GetControllerOf). */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(owner => owner.controller)
}
