import type { Client } from '../api/client.ts'
import type { Clock } from '../api/clock.ts'
import type { NodeAccess } from '../api/node-access.ts'
import type { Random } from '../api/random.ts'
import type { Lease, Node } from '../api/schema/generated/types.ts'
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
import { nodeCapacity, nodeName, registerNode, writeNodeStatus } from './node.ts'
import { renewEveryMs, renewLease } from './node-leases.ts'
import type { ClusterRuntime, Log, NodeRuntime } from './node-runtime.ts'
import { podLogs } from './pod-logs.ts'

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

/** A node that has nothing new to say writes its status this often all the same (nodeStatusReportFrequency). */
const heartbeatEvery = 30

/** Starts the simulated nodes: their kubelets, their pods' network and the node ports. */
export function startNodes({ client, informers, clock, random, nodes: count, nodeAddress, pace, images = [], log = () => {} }: NodesOptions): Nodes {
  const kubeletClient = client.as('kubelet')
  const latency = createLatency(clock, random, pace)
  const table = createServiceTable({ informers, clock, random, nodeAddress })
  const network = createPodNetwork(table)
  const proxyRecorder = createRecorder({ client: client.as('kube-proxy'), clock, random, component: 'kube-proxy' })
  const nodePorts = createNodePorts({ table, network, nodeAddress, recorder: proxyRecorder, clock, log })
  const shared: ClusterRuntime = {
    client: kubeletClient, clock, random, latency, objects: clusterObjects(informers), network, addresses: createPodAddresses(), table, nodeAddress, log,
  }
  const sources = [...images, ...builtInImages]
  const runtimes = Array.from({ length: count }, (_, index): NodeRuntime => {
    const name = nodeName(index)
    return {
      ...shared, name, index, allocatable: nodeCapacity(count), images: createNodeImages({ sources, clock, latency }),
      recorder: createRecorder({ client: kubeletClient, clock, random, component: 'kubelet', host: name }),
    }
  })
  const kubelets = startKubelets({ informers, objects: shared.objects, nodes: new Map(runtimes.map(runtime => [runtime.name, runtime])) })
  const life = keepNodes(runtimes, clock, log)
  return {
    ready: Promise.all([life.ready, kubelets.ready, table.ready]).then(() => {}),
    access: podLogs(kubelets),
    portProblems: () => nodePorts.problems(),
    async stop() {
      life.stop()
      kubelets.stop()
      for (const { recorder } of runtimes) recorder.stop()
      proxyRecorder.stop()
      table.stop()
      await nodePorts.stop()
    },
  }
}

/** Registers the nodes and keeps their leases and statuses alive, all on one timer. */
function keepNodes(runtimes: readonly NodeRuntime[], clock: Clock, log: Log): { ready: Promise<void>; stop(): void } {
  const held = new Map<string, { node: Readonly<Node>; lease?: Readonly<Lease> }>()
  let stopped = false, cancel = () => {}, rounds = 0
  const renew = async (runtime: NodeRuntime) => {
    const state = held.get(runtime.name)!
    state.lease = await renewLease(runtime, state.node, state.lease)
    state.node = await writeNodeStatus(runtime, state.node, rounds > 0 && rounds % heartbeatEvery === 0)
  }
  const beat = async () => {
    rounds++
    for (const runtime of runtimes) {
      if (stopped) return
      await renew(runtime).catch(error => { if (!stopped) log(`heartbeat of node ${runtime.name}`, error) })
    }
    if (!stopped) cancel = clock.after(renewEveryMs, () => void beat())
  }
  const register = async (runtime: NodeRuntime) => {
    held.set(runtime.name, { node: await registerNode(runtime) })
    await renew(runtime)
  }
  const ready = Promise.all(runtimes.map(register)).then(() => {
    if (stopped) return
    for (const runtime of runtimes) announce(runtime, held.get(runtime.name)!.node)
    cancel = clock.after(renewEveryMs, () => void beat())
  })
  ready.catch(() => {})
  return { ready, stop() { stopped = true; cancel() } }
}

/** What a kubelet says about its node when it starts. Its events carry the node's name as uid, as upstream's do. */
function announce({ recorder, name }: NodeRuntime, node: Readonly<Node>): void {
  const about = { ...node, metadata: { ...node.metadata, uid: name } }
  recorder.record(about, 'Normal', 'Starting', 'Starting kubelet.')
  recorder.record(about, 'Normal', 'NodeReady', `Node ${name} status is now: NodeReady`)
}
