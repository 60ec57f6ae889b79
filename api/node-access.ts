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

export interface NodeAccess {
  /**
   * Log bytes of one container of a pod that is bound to a node; with `follow` until the container ends or the signal is
   * aborted. Throws a StatusError worded as the kubelet words it (`container "x" in pod "y" is waiting to start: …`).
   */
  logs(pod: Readonly<KubeObject>, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>
}
