import { pods } from '../api/kinds/core/pods.ts'
import type { Pod } from '../api/schema/generated/types.ts'
import type { Informers } from '../client/informer.ts'
import type { ClusterObjects } from './cluster-objects.ts'
import type { NodeRuntime } from './node-runtime.ts'
import { PodWorker, type StatusQueue } from './pod-worker.ts'

/** The kubelets of all nodes: one informer of pods, from which each pod goes to a worker on its node. */
export interface Kubelets {
  readonly ready: Promise<void>
  workerOf(pod: Readonly<Pod>): PodWorker | undefined
  /** Those of all pods of a node. */
  workersOn(node: string): PodWorker[]
  /** A node came to be: pods that are bound to it already begin their lives. */
  takeOver(node: string): void
  /** Ends every pod at once, without a word to the API. */
  stop(): void
}

export function startKubelets({ informers, objects, nodes }: {
  informers: Informers; objects: ClusterObjects; nodes: ReadonlyMap<string, NodeRuntime>
}): Kubelets {
  const workers = new Map<string, PodWorker>()
  const byNamespace = new Map<string, Set<PodWorker>>()
  const statuses = createStatusQueue()
  let stopped = false

  const end = (key: string) => {
    const worker = workers.get(key)
    if (!worker) return
    workers.delete(key)
    const mates = byNamespace.get(worker.pod.metadata.namespace!)
    mates?.delete(worker)
    if (mates?.size === 0) byNamespace.delete(worker.pod.metadata.namespace!)
    worker.gone()
  }
  const begin = (key: string, pod: Readonly<Pod>) => {
    const node = nodes.get(pod.spec?.nodeName ?? '')
    if (!node) return
    const worker = new PodWorker(pod, node, statuses), namespace = pod.metadata.namespace!
    workers.set(key, worker)
    const mates = byNamespace.get(namespace) ?? new Set()
    byNamespace.set(namespace, mates.add(worker))
    worker.begin()
  }

  const informer = informers.of(pods)
  informer.index('nodeName', pod => (pod.spec?.nodeName ? [pod.spec.nodeName] : []))
  const stops = [
    informer.onChange((type, pod) => {
      if (stopped) return
      const key = `${pod.metadata.namespace}/${pod.metadata.name}`, worker = workers.get(key)
      if (type === 'deleted') return end(key)
      if (worker?.uid === pod.metadata.uid) return worker.update(pod)
      end(key)
      begin(key, pod)
    }),
    objects.onReferenced(namespace => {
      for (const worker of byNamespace.get(namespace) ?? []) worker.objectsChanged()
    }),
  ]
  return {
    ready: Promise.all([informer.ready, objects.ready]).then(() => {}),
    workerOf(pod) {
      const worker = workers.get(`${pod.metadata.namespace}/${pod.metadata.name}`)
      return worker?.uid === pod.metadata.uid ? worker : undefined
    },
    takeOver(node) {
      for (const pod of informer.byIndex('nodeName', node)) {
        const key = `${pod.metadata.namespace}/${pod.metadata.name}`
        if (!workers.has(key)) begin(key, pod)
      }
    },
    workersOn: node => [...workers.values()].filter(worker => worker.node.name === node),
    stop() {
      stopped = true
      for (const stop of stops) stop()
      for (const key of workers.keys()) end(key)
    },
  }
}

/** Gathers the pods that changed until the event loop comes round, then writes each one's status; one write a pod at a time. */
function createStatusQueue(): StatusQueue {
  const waiting = new Set<PodWorker>(), writing = new Set<PodWorker>()
  let scheduled = false
  const flush = () => {
    scheduled = false
    for (const worker of waiting) {
      if (writing.has(worker)) continue
      waiting.delete(worker)
      writing.add(worker)
      void worker.writeStatus().finally(() => {
        writing.delete(worker)
        if (waiting.has(worker)) schedule()
      })
    }
  }
  const schedule = () => {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }
  return { add(worker) { waiting.add(worker); schedule() } }
}
