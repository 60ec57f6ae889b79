import type { Kind } from '../../api/kind.ts'
import type { KubeObject, OwnerReference } from '../../api/object.ts'
import { isConflict, isNotFound } from '../../api/status.ts'
import { ignoreNotFound } from '../../client/ignore-not-found.ts'
import type { Tools } from '../runtime/controller.ts'
import {
  foregroundFinalizer, isAt, isOrphaning, isWaitingForDependents, orphanFinalizer, type Node, type OwnerGraph,
} from './graph.ts'

/** What the garbage collector does with one object (garbagecollector.go attemptToDeleteItem, 1.36). */
export async function collect(uid: string, graph: OwnerGraph, tools: Tools): Promise<void> {
  const node = graph.find(uid)
  if (!node) return
  if (isOrphaning(node.object)) return await orphanDependents(node, graph, tools)
  if (isWaitingForDependents(node.object)) return await finishForeground(node, graph, tools)
  if (node.object.metadata.deletionTimestamp) return
  const owners = node.object.metadata.ownerReferences ?? []
  if (owners.length === 0) return

  const states = await Promise.all(owners.map(owner => stateOf(owner, node, graph, tools)))
  const solid = owners.filter((_, i) => states[i] === 'solid'), waiting = owners.filter((_, i) => states[i] === 'waiting')
  if (solid.length > 0) {
    if (solid.length < owners.length) await keepOwners(node, solid, tools)
  } else if (waiting.length > 0) {
    const dependents = graph.dependentsOf(uid)
    // Two that own each other would wait for each other for ever.
    if (dependents.some(each => isWaitingForDependents(each.object))) {
      await keepOwners(node, owners.map(owner => ({ ...owner, blockOwnerDeletion: false })), tools)
    }
    await remove(node, dependents.length > 0 ? 'Foreground' : policyOf(node.object), tools)
  } else {
    await remove(node, policyOf(node.object), tools)
  }
}

type State = 'solid' | 'waiting' | 'absent'

async function stateOf(owner: OwnerReference, node: Node, graph: OwnerGraph, tools: Tools): Promise<State> {
  const known = graph.find(owner.uid)
  if (known && isAt(known, owner, node.object)) return isWaitingForDependents(known.object) ? 'waiting' : 'solid'
  if (known && known.kind.namespaced && known.object.metadata.namespace !== node.object.metadata.namespace) {
    reportWrongPlace(owner, node, tools)
  }
  if (graph.isGone(owner.uid)) return 'absent'
  const kind = graph.kindOf(owner)
  if (!kind) throw new UnknownOwnerKind(owner)
  // Nothing that belongs to no namespace can be owned from within one: upstream leaves it alone.
  if (kind.namespaced && !node.kind.namespaced) return 'solid'
  const found = await readOwner(kind, owner, node.object, tools)
  if (!found || found.metadata.uid !== owner.uid) return 'absent'
  return isWaitingForDependents(found) ? 'waiting' : 'solid'
}

/** An owner of a kind that is not served: it may be some day, so the object stays. */
export class UnknownOwnerKind extends Error {
  constructor({ apiVersion, kind }: OwnerReference) { super(`no kind ${kind} in ${apiVersion}`) }
}

const readOwner = (kind: Kind, owner: OwnerReference, dependent: Readonly<KubeObject>, { client }: Tools) =>
  client.get(kind, owner.name, kind.namespaced ? dependent.metadata.namespace : undefined).catch(ignoreNotFound)

function reportWrongPlace(owner: OwnerReference, { object }: Node, { recorder }: Tools): void {
  const { namespace } = object.metadata, { apiVersion, kind, name, uid } = owner
  if (!namespace) return
  const reference = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
  recorder.record(object, 'Warning', 'OwnerRefInvalidNamespace',
    `ownerRef ${reference} does not exist in namespace "${namespace}"`)
}

type Policy = 'Background' | 'Foreground' | 'Orphan'

/** The finalizers that an object carries say how it wants to be deleted. */
function policyOf({ metadata }: Readonly<KubeObject>): Policy {
  if (metadata.finalizers?.includes(orphanFinalizer)) return 'Orphan'
  return metadata.finalizers?.includes(foregroundFinalizer) ? 'Foreground' : 'Background'
}

async function remove({ kind, object }: Node, propagationPolicy: Policy, { client }: Tools): Promise<void> {
  const { name, namespace, uid } = object.metadata
  try {
    await client.delete(kind, name, namespace, { propagationPolicy, preconditions: { uid } })
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}

/** Foreground: the owner goes when no dependent that blocks it is left; the others are deleted by now. */
async function finishForeground(node: Node, graph: OwnerGraph, tools: Tools): Promise<void> {
  const { uid } = node.object.metadata
  const dependents = graph.dependentsOf(uid)
  const blocks = ({ object }: Node) =>
    object.metadata.ownerReferences?.some(owner => owner.uid === uid && owner.blockOwnerDeletion)
  if (!dependents.some(blocks)) return await dropFinalizer(node, foregroundFinalizer, tools)
  for (const dependent of dependents) {
    if (!dependent.object.metadata.deletionTimestamp) await collect(dependent.object.metadata.uid, graph, tools)
  }
}

async function orphanDependents(node: Node, graph: OwnerGraph, tools: Tools): Promise<void> {
  const { uid } = node.object.metadata
  await Promise.all(graph.dependentsOf(uid).map(dependent =>
    keepOwners(dependent, dependent.object.metadata.ownerReferences!.filter(owner => owner.uid !== uid), tools)))
  await dropFinalizer(node, orphanFinalizer, tools)
}

/** Merge patches with the version they are based on: they work on custom resources too, and fail when the copy is stale. */
async function keepOwners({ kind, object }: Node, owners: readonly OwnerReference[], tools: Tools): Promise<void> {
  await patchMetadata({ kind, object }, { ownerReferences: owners.length > 0 ? owners : null }, tools)
}

async function dropFinalizer({ kind, object }: Node, finalizer: string, tools: Tools): Promise<void> {
  const finalizers = object.metadata.finalizers?.filter(each => each !== finalizer) ?? []
  await patchMetadata({ kind, object }, { finalizers: finalizers.length > 0 ? finalizers : null }, tools)
}

async function patchMetadata({ kind, object }: Node, change: object, { client }: Tools): Promise<void> {
  const { name, namespace, resourceVersion, uid } = object.metadata
  const patch = { metadata: { ...change, resourceVersion, uid } }
  await client.patch(kind, name, namespace, patch, { type: 'merge' }).catch(ignoreNotFound)
}
