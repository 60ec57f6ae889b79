import type { Clock } from '../api/clock.ts'
import { nodes } from '../api/kinds/core/nodes.ts'
import type { Lease, Node } from '../api/schema/generated/types.ts'
import { isNotFound } from '../api/status.ts'
import type { Informers } from '../client/informer.ts'
import { registerNode, reportReady, writeNodeStatus } from './node.ts'
import { renewEveryMs, renewLease } from './node-leases.ts'
import type { Log, NodeRuntime } from './node-runtime.ts'

/** A node that has nothing new to say writes its status this often all the same, in leases (nodeStatusReportFrequency). */
const heartbeatEvery = 30

export interface KeeperOptions {
  /** The nodes that the cluster starts with: these register themselves. */
  initial: readonly NodeRuntime[]
  informers: Informers
  clock: Clock
  log: Log
  /** Gives the runtime of a node that somebody created by hand: it comes to life like the others. */
  adopt(name: string): NodeRuntime
}

/** Registers the nodes and keeps their leases and statuses alive, all on one timer. */
export function keepNodes({ initial, informers, clock, log, adopt }: KeeperOptions): { ready: Promise<void>; stop(): void } {
  const held = new Map<string, { runtime: NodeRuntime; node: Readonly<Node>; lease?: Readonly<Lease> }>()
  let stopped = false, rounds = 0
  let cancel = () => {}, stopWatching = () => {}

  const renew = async (name: string) => {
    const state = held.get(name)
    if (!state) return
    state.lease = await renewLease(state.runtime, state.node, state.lease)
    state.node = await writeNodeStatus(state.runtime, state.node, rounds > 0 && rounds % heartbeatEvery === 0)
  }
  /** What fails for one node is told of and does not keep the others from living. */
  const attempt = (name: string, work: Promise<unknown>) => work.catch(error => {
    if (!stopped && !isNotFound(error)) log(`node ${name}`, error)
  })
  const beat = async () => {
    rounds++
    for (const name of held.keys()) if (!stopped) await attempt(name, renew(name))
    if (!stopped) cancel = clock.after(renewEveryMs, () => void beat())
  }
  const take = async (runtime: NodeRuntime, node: Readonly<Node>) => {
    held.set(runtime.name, { runtime, node })
    await renew(runtime.name)
    announce(runtime, node)
  }
  const watch = () => informers.of(nodes).onChange((type, node, old) => {
    const { name } = node.metadata, state = held.get(name)
    // Pods of a deleted node live on, as they would until somebody else removes them.
    if (type === 'deleted') { held.delete(name); return }
    if (!state) {
      const runtime = adopt(name)
      held.set(name, { runtime, node })
      void attempt(name, reportReady(runtime, node).then(ready => take(runtime, ready)))
    } else if (old && (old.spec?.unschedulable ?? false) !== (node.spec?.unschedulable ?? false)) {
      const what = node.spec?.unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable'
      state.runtime.recorder.record(asUpstream(node), 'Normal', what, `Node ${name} status is now: ${what}`)
    }
  })

  const ready = Promise.all(initial.map(async runtime => take(runtime, await registerNode(runtime)))).then(() => {
    if (stopped) return
    stopWatching = watch()
    cancel = clock.after(renewEveryMs, () => void beat())
  })
  ready.catch(() => {})
  return { ready, stop() { stopped = true; cancel(); stopWatching() } }
}

/** The kubelet's events about its node carry the node's name as uid. */
const asUpstream = (node: Readonly<Node>) => ({ ...node, metadata: { ...node.metadata, uid: node.metadata.name } })

function announce({ recorder, name }: NodeRuntime, node: Readonly<Node>): void {
  recorder.record(asUpstream(node), 'Normal', 'Starting', 'Starting kubelet.')
  recorder.record(asUpstream(node), 'Normal', 'NodeReady', `Node ${name} status is now: NodeReady`)
}
