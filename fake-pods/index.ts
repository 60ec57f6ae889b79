import type { Client } from '../api/client.ts'
import type { Clock } from '../api/clock.ts'
import type { NodeAccess } from '../api/node-access.ts'
import type { Random } from '../api/random.ts'
import { createRecorder } from '../client/event-recorder.ts'
import type { Informers } from '../client/informer.ts'
import { clusterObjects } from './cluster-objects.ts'
import type { ImageSource } from './image.ts'
import { builtInImages } from './images/index.ts'
import { createNodeImages } from './image-pull.ts'
import { startKubelets } from './kubelet.ts'
import { createLatency } from './latency.ts'
import { createNodePorts, type PortProblem } from './network/node-ports.ts'
import { createPodAddresses } from './network/pod-addresses.ts'
import { createPodNetwork } from './network/pod-network.ts'
import { createServiceTable } from './network/services.ts'
import { nodeCapacity, nodeName } from './node.ts'
import { keepNodes } from './node-keeper.ts'
import type { ClusterRuntime, Log, NodeRuntime } from './node-runtime.ts'
import { podLogs } from './pod-logs.ts'
import { measureUsage } from './usage.ts'

export type { PortProblem } from './network/node-ports.ts'
export type { Image, ImageSource } from './image.ts'
export type { ContainerFacts, Files, Network, Process, Program } from './program.ts'
export { defineImage } from './image.ts'

export interface NodesOptions {
  client: Client
  informers: Informers
  clock: Clock
  random: Random
  /** How many nodes. */
  nodes: number
  /** Where node ports listen, and what every node says its address is. */
  nodeAddress: string
  /** Multiplies the simulated latencies: 1 is lifelike, 0 instant. */
  pace: number
  /** Images besides the built-in ones; they come first. */
  images?: readonly ImageSource[]
  log?: Log
}

export interface Nodes {
  /** All nodes are Ready. */
  ready: Promise<void>
  access: NodeAccess
  portProblems(): PortProblem[]
  stop(): Promise<void>
}

/** Starts the simulated nodes: their kubelets, their pods' network and the node ports. */
export function startNodes(options: NodesOptions): Nodes {
  const { client, informers, clock, random, nodes: count, nodeAddress, pace, images = [], log = () => {} } = options
  const kubeletClient = client.as('kubelet')
  const latency = createLatency(clock, random, pace)
  const table = createServiceTable({ informers, clock, random, nodeAddress })
  const network = createPodNetwork(table)
  const proxyRecorder = createRecorder({ client: client.as('kube-proxy'), clock, random, component: 'kube-proxy' })
  const nodePorts = createNodePorts({ table, network, nodeAddress, recorder: proxyRecorder, clock, log })
  const shared: ClusterRuntime = {
    client: kubeletClient, clock, random, latency, network, table, nodeAddress, log,
    objects: clusterObjects(informers), addresses: createPodAddresses(),
  }
  const sources = [...images, ...builtInImages]
  const runtimes = new Map<string, NodeRuntime>()
  const runtimeOf = (name: string): NodeRuntime => {
    let runtime = runtimes.get(name)
    if (!runtime) {
      runtimes.set(name, runtime = {
        ...shared, name, index: runtimes.size, allocatable: nodeCapacity(count),
        images: createNodeImages({ sources, clock, latency }),
        recorder: createRecorder({ client: kubeletClient, clock, random, component: 'kubelet', host: name }),
      })
    }
    return runtime
  }
  for (let index = 0; index < count; index++) runtimeOf(nodeName(index))
  const kubelets = startKubelets({ informers, objects: shared.objects, nodes: runtimes })
  const life = keepNodes({ initial: [...runtimes.values()], informers, clock, log, adopt(name) {
    const runtime = runtimeOf(name)
    kubelets.takeOver(name)
    return runtime
  } })
  return {
    ready: Promise.all([life.ready, kubelets.ready, table.ready]).then(() => {}),
    access: { ...podLogs(kubelets), dial: (ip, port) => network.dial(`${ip}:${port}`, { namespace: '', ip: nodeAddress }), ...measureUsage(kubelets, clock, runtimes) },
    portProblems: () => nodePorts.problems(),
    async stop() {
      life.stop()
      kubelets.stop()
      for (const { recorder } of runtimes.values()) recorder.stop()
      proxyRecorder.stop()
      table.stop()
      await nodePorts.stop()
    },
  }
}
