import { timestamp } from '../api/clock.ts'
import { nodes } from '../api/kinds/core/nodes.ts'
import { pods } from '../api/kinds/core/pods.ts'
import { keyOf } from '../api/object.ts'
import { withPodCondition } from '../api/pod-state.ts'
import type { Pod, Taint, Toleration } from '../api/schema/generated/types.ts'
import { isConflict, isNotFound } from '../api/status.ts'
import { watching, type Controller, type Outcome, type Tools } from './runtime/controller.ts'
import { tolerates } from './tolerations.ts'

/** Deletes pods from nodes with NoExecute taints that they do not bear, or not for so long (tainteviction, 1.36). */
export function taintEvictionController(): Controller {
  /** Since when a pod has been on a node that it bears only for a time. */
  const since = new Map<string, number>()
  return {
    name: 'taint-eviction-controller',
    watches: [
      watching(pods, pod => (pod.spec.nodeName ? [keyOf(pod)] : []), (type, pod) => {
        if (type === 'deleted') since.delete(keyOf(pod))
      }),
      watching(nodes, (node, { informers }) => (noExecute(node.spec.taints).length > 0
        ? informers.of(pods).byIndex('node', node.metadata.name).map(keyOf) : [])),
    ],
    prepare({ informers }) { informers.of(pods).index('node', pod => (pod.spec.nodeName ? [pod.spec.nodeName] : [])) },
    async reconcile(key, tools) {
      const pod = tools.informers.of(pods).get(key)
      if (!pod || !pod.spec.nodeName || pod.metadata.deletionTimestamp) return
      const taints = noExecute(tools.informers.of(nodes).get(pod.spec.nodeName)?.spec.taints)
      const now = tools.clock.now().getTime(), seconds = borneFor(taints, pod.spec.tolerations ?? [])
      if (seconds === Infinity) {
        if (since.delete(key)) tools.recorder.record(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`)
        return
      }
      if (seconds > 0) {
        const start = since.get(key) ?? now, left = start + seconds * 1000 - now
        since.set(key, start)
        if (left > 0) return { againAfterMs: left }
      }
      return await evict(pod, tools)
    },
  }
}

const noExecute = (taints: readonly Taint[] | undefined): Taint[] => (taints ?? []).filter(taint => taint.effect === 'NoExecute')

/** The seconds that the pod bears all of them; the shortest of the tolerations decides. */
function borneFor(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let least = Infinity
  for (const taint of taints) {
    const matching = tolerations.filter(toleration => tolerates([toleration], taint))
    if (matching.length === 0) return 0
    for (const { tolerationSeconds = Infinity } of matching) least = Math.min(least, Math.max(0, tolerationSeconds))
  }
  return least
}

async function evict(pod: Readonly<Pod>, { client, clock, recorder }: Tools): Promise<Outcome> {
  const { name, namespace, uid, generation } = pod.metadata
  recorder.record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`)
  const conditions = withPodCondition([], {
    type: 'DisruptionTarget', status: 'True', ...(generation ? { observedGeneration: generation } : {}),
    reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint',
  }, timestamp(clock.now()))
  const patch = { metadata: { uid }, status: { conditions } }
  try {
    await client.patch(pods, name, namespace, patch, { type: 'strategic', subresource: 'status' })
    await client.delete(pods, name, namespace, { preconditions: { uid } })
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}
