import type { Client } from '../../api/client.ts'
import { pods as podKind } from '../../api/kinds/core/pods.ts'
import { deployments as deploymentKind } from '../../api/kinds/apps/deployments.ts'
import type { Pod } from '../../api/schema/generated/types.ts'

/** The least and the most that were seen of a Deployment's pods, from watches that miss nothing. */
export interface Extremes {
  /** Ready and not on their way out, counted from the pods. */
  leastAvailable: number
  /** Not on their way out, counted from the pods: what maxSurge limits. */
  mostPods: number
  /** What the Deployment itself says. */
  leastAvailableReplicas: number
  mostReplicas: number
  stop(): void
}

const isReady = (pod: Pod) => Boolean(pod.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True'))

/** Watches pods and Deployment of a namespace from now on; there are three available pods to begin with. */
export function watchExtremes(client: Client, namespace: string): Extremes {
  const stopping = new AbortController()
  const pods = new Map<string, Pod>()
  const seen: Extremes = {
    leastAvailable: Infinity, mostPods: 0, leastAvailableReplicas: Infinity, mostReplicas: 0, stop: () => stopping.abort(),
  }
  const options = { namespace, sendInitialEvents: true, allowWatchBookmarks: true, signal: stopping.signal }
  const watchPods = async () => {
    let begun = false
    for await (const { type, object } of client.watch(podKind, options)) {
      if (type === 'BOOKMARK') begun = true
      else if (type === 'DELETED') pods.delete(object.metadata.name)
      else pods.set(object.metadata.name, object)
      if (!begun) continue
      const staying = [...pods.values()].filter(pod => !pod.metadata.deletionTimestamp)
      seen.mostPods = Math.max(seen.mostPods, staying.length)
      seen.leastAvailable = Math.min(seen.leastAvailable, staying.filter(isReady).length)
    }
  }
  const watchDeployment = async () => {
    for await (const { type, object } of client.watch(deploymentKind, options)) {
      if (type === 'BOOKMARK') continue
      seen.leastAvailableReplicas = Math.min(seen.leastAvailableReplicas, object.status?.availableReplicas ?? 0)
      seen.mostReplicas = Math.max(seen.mostReplicas, object.status?.replicas ?? 0)
    }
  }
  const quietly = (error: unknown) => { if (!stopping.signal.aborted) throw error }
  void watchPods().catch(quietly)
  void watchDeployment().catch(quietly)
  return seen
}
