import { pods } from '../api/kinds/core/pods.ts'
import type { Draft, KubeObject, OwnerReference } from '../api/object.ts'
import type { Pod, PodTemplateSpec } from '../api/schema/generated/types.ts'
import { isNotFound } from '../api/status.ts'
import { isNamespaceGone } from './runtime/run.ts'
import type { Tools } from './runtime/controller.ts'

/** Pods made and deleted on behalf of an owner, with upstream's events (controller_utils.go RealPodControl, 1.36). */
export async function createPod(
  owner: Readonly<KubeObject>, template: Readonly<PodTemplateSpec>, reference: OwnerReference, { client, recorder }: Tools,
): Promise<void> {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const draft = {
    metadata: {
      generateName: `${owner.metadata.name}-`, namespace: owner.metadata.namespace,
      ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}), ...(finalizers ? { finalizers } : {}),
      ownerReferences: [reference],
    },
    spec: template.spec,
  } as Draft<Pod>
  try {
    const pod = await client.create(pods, draft)
    recorder.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  } catch (error) {
    if (!isNamespaceGone(error)) recorder.record(owner, 'Warning', 'FailedCreate', `Error creating: ${(error as Error).message}`)
    throw error
  }
}

export async function deletePod(owner: Readonly<KubeObject>, pod: Readonly<Pod>, { client, recorder }: Tools): Promise<void> {
  try {
    await client.delete(pods, pod.metadata.name, pod.metadata.namespace)
    recorder.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
  } catch (error) {
    if (!isNotFound(error)) recorder.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`)
    throw error
  }
}

/**
 * Runs an action `count` times in batches of 1, 2, 4 …, so that what is bound to fail (a quota, say) fails once and not a
 * thousand times. After a batch with a failure no other follows; says how many succeeded, and the first error.
 */
export async function slowStart(count: number, act: () => Promise<void>): Promise<{ succeeded: number; error?: unknown }> {
  let succeeded = 0
  for (let size = 1, left = count; left > 0; left -= size, size *= 2) {
    const results = await Promise.allSettled(Array.from({ length: Math.min(size, left) }, act))
    succeeded += results.filter(result => result.status === 'fulfilled').length
    const failure = results.find(result => result.status === 'rejected')
    if (failure) return { succeeded, error: failure.reason }
  }
  return { succeeded }
}
