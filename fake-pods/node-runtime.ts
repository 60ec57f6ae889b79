import type { Client } from '../api/client.ts'
import type { Clock } from '../api/clock.ts'
import type { Random } from '../api/random.ts'
import type { Recorder } from '../client/event-recorder.ts'
import type { ClusterObjects } from './cluster-objects.ts'
import type { NodeImages } from './image-pull.ts'
import type { Latency } from './latency.ts'
import type { PodAddresses } from './network/pod-addresses.ts'
import type { PodNetwork } from './network/pod-network.ts'
import type { ServiceTable } from './network/services.ts'

export type Log = (message: string, error?: unknown) => void

/** What all nodes of a cluster share. */
export interface ClusterRuntime {
  client: Client
  clock: Clock
  random: Random
  latency: Latency
  objects: ClusterObjects
  network: PodNetwork
  addresses: PodAddresses
  table: ServiceTable
  nodeAddress: string
  log: Log
}

/** One node, as its pods' workers use it. */
export interface NodeRuntime extends ClusterRuntime {
  name: string
  /** 0 for the first node. */
  index: number
  allocatable: Readonly<Record<string, string>>
  images: NodeImages
  recorder: Recorder
}
