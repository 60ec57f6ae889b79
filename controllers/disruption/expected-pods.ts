import { deployments } from '../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import { statefulSets } from '../../api/kinds/apps/statefulsets.ts'
import { replicationControllers } from '../../api/kinds/core/replicationcontrollers.ts'
import { apiVersionOf, qualifiedResource, type Kind } from '../../api/kind.ts'
import { controllerOf, type KubeObject, type OwnerReference } from '../../api/object.ts'
import type { Pod } from '../../api/schema/generated/types.ts'
import type { Tools } from '../runtime/controller.ts'

/** A controller of pods, and how many it is to have. */
interface Scaled { uid: string; scale: number }

/**
 * How many pods the controllers of these pods want together: what a budget's percentages are of. Pods without a controller
 * don't count; a controller that can't be scaled is an error (disruption.go getExpectedScale, 1.36).
 */
export async function expectedPods(pods: readonly Readonly<Pod>[], kinds: readonly Kind[], tools: Tools):
  Promise<{ count: number; unmanaged: boolean }> {
  const scales = new Map<string, number>()
  let unmanaged = false
  for (const pod of pods) {
    const reference = controllerOf(pod)
    if (!reference) unmanaged = true
    else if (!scales.has(reference.uid)) {
      const found = await scaleOf(reference, pod.metadata.namespace!, kinds, tools)
      if (!found) throw new Error(`found no controllers for pod "${pod.metadata.name}"`)
      scales.set(found.uid, found.scale)
    }
  }
  return { count: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged }
}

async function scaleOf(
  reference: OwnerReference, namespace: string, kinds: readonly Kind[], tools: Tools,
): Promise<Scaled | undefined> {
  const group = reference.apiVersion.includes('/') ? reference.apiVersion.split('/')[0] : ''
  const is = (kind: Kind<any>) => reference.kind === kind.kind
    && (group === kind.group || (group === 'extensions' && kind.group === 'apps'))
  if (is(replicationControllers)) return ofReplicas(await find(replicationControllers, reference, namespace, tools))
  if (is(statefulSets)) return ofReplicas(await find(statefulSets, reference, namespace, tools))
  if (is(replicaSets)) {
    const rs = await find(replicaSets, reference, namespace, tools)
    const owner = rs && controllerOf(rs)
    // The deployment's number counts: in a rollout it has several ReplicaSets.
    const deployment = owner?.kind === 'Deployment' ? await find(deployments, owner, namespace, tools) : undefined
    return ofReplicas(deployment ?? rs)
  }
  const kind = kinds.find(each => each.kind === reference.kind && apiVersionOf(each) === reference.apiVersion)
  if (!kind) throw new Error(`no matches for kind "${reference.kind}" in version "${reference.apiVersion}"`)
  const path = kind.subresources?.scale?.specReplicasPath
  if (path === undefined) throw new Error(`${qualifiedResource(kind)} does not implement the scale subresource`)
  const object = await find(kind, reference, namespace, tools)
  return object && { uid: object.metadata.uid, scale: numberAt(object, path) }
}

/** The object that is meant, if it is still that one. */
async function find<T extends KubeObject>(kind: Kind<T>, { name, uid }: OwnerReference, namespace: string, { informers }: Tools) {
  const informer = informers.of(kind)
  if (!informer.isReady) await informer.ready
  const object = informer.get(`${namespace}/${name}`)
  return object?.metadata.uid === uid ? object : undefined
}

const ofReplicas = (object: Readonly<KubeObject & { spec: { replicas?: number } }> | undefined): Scaled | undefined =>
  object && { uid: object.metadata.uid, scale: object.spec.replicas ?? 1 }

function numberAt(object: Readonly<KubeObject>, path: string): number {
  let value: unknown = object
  for (const key of path.split('.').slice(1)) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    value = isThere ? (value as Record<string, unknown>)[key] : undefined
  }
  return typeof value === 'number' ? value : 0
}
