import { controllerOf } from '../../api/object.ts'
import { podRequests } from '../../api/pod-requests.ts'
import { milliValue, wholeValue } from '../../api/quantity.ts'
import { isSidecar } from '../../api/pod-state.ts'
import type { Node, Pod } from '../../api/schema/generated/types.ts'

/** Amounts by resource: CPU in thousandths, all else in whole units. */
export type Amounts = Readonly<Record<string, number>>

/** A pod with what scheduling asks of it again and again, worked out once. */
export interface PodFacts {
  pod: Readonly<Pod>
  requests: Amounts
  /** `TCP/8080/127.0.0.1` for each port of the host that it takes. */
  hostPorts: readonly string[]
  owner: string | undefined
  priority: number
}

export function factsOf(pod: Readonly<Pod>): PodFacts {
  return {
    pod, requests: amountsOf(podRequests(pod)), hostPorts: hostPortsOf(pod),
    owner: controllerOf(pod)?.uid, priority: pod.spec.priority ?? 0,
  }
}

export function amountsOf(list: Readonly<Record<string, string>> | undefined): Record<string, number> {
  const amounts: Record<string, number> = Object.create(null)
  for (const name in list) amounts[name] = Number(name === 'cpu' ? milliValue(list[name]) : wholeValue(list[name]))
  return amounts
}

function hostPortsOf({ spec }: Readonly<Pod>): string[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)]
  return containers.flatMap(container => container.ports ?? []).filter(port => port.hostPort)
    .map(port => `${port.protocol ?? 'TCP'}/${port.hostPort}/${port.hostIP ?? '0.0.0.0'}`)
}

/** What the scheduler knows of a node: sums kept up to date with every pod, never counted anew. */
export class NodeState {
  node: Readonly<Node>
  allocatable: Amounts
  readonly pods = new Map<string, PodFacts>()
  readonly used: Record<string, number> = Object.create(null)
  readonly hostPorts = new Map<string, number>()
  /** How many pods of each owner are here: spread over the nodes by it. */
  readonly owners = new Map<string, number>()

  constructor(node: Readonly<Node>) {
    this.node = node
    this.allocatable = amountsOf(node.status?.allocatable)
  }

  get name(): string { return this.node.metadata.name }

  update(node: Readonly<Node>): void {
    if (node.status?.allocatable !== this.node.status?.allocatable) this.allocatable = amountsOf(node.status?.allocatable)
    this.node = node
  }

  add(facts: PodFacts): void {
    this.remove(facts.pod.metadata.uid)
    this.pods.set(facts.pod.metadata.uid, facts)
    this.#count(facts, 1)
  }

  remove(uid: string): boolean {
    const facts = this.pods.get(uid)
    if (!facts) return false
    this.pods.delete(uid)
    this.#count(facts, -1)
    return true
  }

  /** The node as it would be without some of its pods. */
  without(uids: ReadonlySet<string>): NodeState {
    const copy = new NodeState(this.node)
    for (const facts of this.pods.values()) if (!uids.has(facts.pod.metadata.uid)) copy.add(facts)
    return copy
  }

  #count({ requests, hostPorts, owner }: PodFacts, sign: 1 | -1): void {
    for (const name in requests) this.used[name] = (this.used[name] ?? 0) + sign * requests[name]
    for (const port of hostPorts) bump(this.hostPorts, port, sign)
    if (owner) bump(this.owners, owner, sign)
  }
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
