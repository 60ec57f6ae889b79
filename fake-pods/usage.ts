import { createHash } from 'node:crypto'
import type { Clock } from '../api/clock.ts'
import type { NodeAccess, Usage } from '../api/node-access.ts'
import { quantityToNumber } from '../api/quantity.ts'
import type { Pod } from '../api/schema/generated/types.ts'
import type { Kubelets } from './kubelet.ts'
import type { ManagedContainer } from './managed-container.ts'
import { lastScrape, scrapeEveryMs } from './network/traffic.ts'
import type { NodeRuntime } from './node-runtime.ts'
import type { PodWorker } from './pod-worker.ts'
import { fixedLoad } from './usage-annotations.ts'

/** Nothing is computed in a simulated container: what it uses follows from the requests it gets. */
const milli = 1e6, mebi = 2 ** 20
const idleNanocores = milli
/** One request each second costs this much: 10 ms of one core, as a small web application takes. */
const nanocoresPerRequest = 10 * milli
/** A large image runs a large program: a tenth of its bytes are in memory. */
const memoryPerByte = 0.1, usualSize = 48_000_000

/** What the operating system, the kubelet and, on the first node, the control plane take. */
const systemUsage = (isFirst: boolean): Usage =>
  ({ cpuNanocores: (isFirst ? 140 : 45) * milli, memoryBytes: (isFirst ? 900 : 420) * mebi })

/** A container younger than this at a scrape has no metrics yet (metrics-server, storage/pod). */
const shortestWindowMs = 10_000

/** The usage of pods and nodes, worked out when it is asked for. */
export function measureUsage(
  kubelets: Kubelets, clock: Clock, nodes: ReadonlyMap<string, NodeRuntime>,
): Required<Pick<NodeAccess, 'usage' | 'nodeUsage'>> {
  return {
    usage(object) {
      const worker = kubelets.workerOf(object as Readonly<Pod>), at = lastScrape(clock.now())
      const measured = worker?.running.filter(({ run }) => at - Date.parse(run!.startedAt) >= shortestWindowMs) ?? []
      if (!worker || measured.length === 0) return undefined
      const youngest = Math.max(...measured.map(({ run }) => Date.parse(run!.startedAt)))
      return {
        at: new Date(at), windowMs: Math.min(scrapeEveryMs, at - youngest),
        containers: measured.map(container => ({ name: container.spec.name, ...usageOf(worker, container) })),
      }
    },
    nodeUsage(name) {
      const node = nodes.get(name)
      if (!node) return undefined
      const all = kubelets.workersOn(name).flatMap(worker => worker.running.map(container => usageOf(worker, container)))
      const total = [systemUsage(node.index === 0), ...all].reduce((sum, { cpuNanocores, memoryBytes }) =>
        ({ cpuNanocores: sum.cpuNanocores + cpuNanocores, memoryBytes: sum.memoryBytes + memoryBytes }))
      return {
        at: new Date(lastScrape(clock.now())), windowMs: scrapeEveryMs,
        cpuNanocores: Math.min(total.cpuNanocores, limitOf(node.allocatable.cpu) * 1e9),
        memoryBytes: Math.min(total.memoryBytes, limitOf(node.allocatable.memory)),
      }
    },
  }
}

/** The annotated load of a pod is that of its first container. */
function usageOf({ pod, node }: PodWorker, container: ManagedContainer): Usage {
  const { cpu, memory } = container.spec.name === pod.spec.containers[0].name ? fixedLoad(pod) : {}
  const limits = container.spec.resources?.limits
  const cpuNanocores = (cpu === undefined ? idleNanocores : cpu * 1e9) + container.requestsPerSecond * nanocoresPerRequest
  const memoryBytes = memory ?? mebi + (container.imageSize ?? usualSize) * memoryPerByte + ownShare(pod.metadata.uid)
  return {
    cpuNanocores: Math.min(cpuNanocores, limitOf(limits?.cpu ?? node.allocatable.cpu) * 1e9),
    memoryBytes: Math.min(memoryBytes, limitOf(limits?.memory ?? node.allocatable.memory)),
  }
}

const limitOf = (quantity: string | undefined): number => (quantity === undefined ? Infinity : quantityToNumber(quantity))

/** No two pods use quite the same: up to half a MiB, always the same for a pod. */
const ownShare = (uid: string): number => createHash('sha256').update(uid).digest().readUInt16BE() * 8
