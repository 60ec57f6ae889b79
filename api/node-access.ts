import type { Duplex } from 'node:stream'
import type { KubeObject } from './object.ts'

/** What the API server asks of the nodes: the part of the kubelet's own API that simulated nodes answer. */
export interface LogOptions {
  follow?: boolean
  previous?: boolean
  tailLines?: number
  sinceSeconds?: number
  sinceTime?: string
  timestamps?: boolean
  limitBytes?: number
}

/** What was used, as a kubelet measures it from one scrape to the next. */
export interface Usage { cpuNanocores: number; memoryBytes: number }
export interface Measurement {
  /** When it was taken. */
  at: Date
  /** How long a time it is about. */
  windowMs: number
}
export interface PodUsage extends Measurement { containers: readonly (Usage & { name: string })[] }
export interface NodeUsage extends Measurement, Usage {}

export interface NodeAccess {
  /**
   * Log bytes of one container of a pod that is bound to a node; with `follow` until the container ends or the signal is
   * aborted. Throws a StatusError worded as the kubelet words it (`container "x" in pod "y" is waiting to start: …`).
   */
  logs(pod: Readonly<KubeObject>, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * A connection to a port of a pod, as the API server opens it to proxy a request; rejects in the words of Go's dialer (`dial tcp
   * 10.244.0.2:80: connect: connection refused`). Absent where nothing is simulated.
   */
  dial?(ip: string, port: number): Promise<Duplex>
  /** What the running containers of a pod use; undefined while nothing was measured. Absent where nothing is simulated. */
  usage?(pod: Readonly<KubeObject>): PodUsage | undefined
  /** What a node uses, its pods included; undefined for one that is none of ours. */
  nodeUsage?(node: string): NodeUsage | undefined
}
