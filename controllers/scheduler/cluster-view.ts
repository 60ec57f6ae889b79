import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { isPodTerminal } from '../../api/pod-state.ts'
import type { Node, Pod } from '../../api/schema/generated/types.ts'
import type { Informers } from '../../client/informer.ts'
import type { World } from './choose.ts'
import { factsOf, NodeState, type PodFacts } from './node-state.ts'
import { hasAntiAffinity } from './pod-affinity.ts'

/** All nodes with the pods on them, those included whose binding is still under way. */
export class ClusterView {
  #informers: Informers
  #states = new Map<string, NodeState>()
  #places = new Map<string, string>()
  #guarded = new Map<string, { pod: Readonly<Pod>; node: string }>()

  constructor(informers: Informers) {
    this.#informers = informers
    informers.of(pods).index('node', pod => (pod.spec.nodeName ? [pod.spec.nodeName] : []))
  }

  get nodeCount(): number { return this.#states.size }
  state(node: string): NodeState | undefined { return this.#states.get(node) }

  world(): World {
    const guarded = [...this.#guarded.values()].map(({ pod, node }) => ({ pod, state: this.#states.get(node)! }))
    const labelsOfNamespace = (name: string) => this.#informers.of(namespaces).get(name)?.metadata.labels
    return { states: [...this.#states.values()], guarded, labelsOfNamespace }
  }

  setNode(node: Readonly<Node>): void {
    const known = this.#states.get(node.metadata.name)
    if (known) return known.update(node)
    this.#states.set(node.metadata.name, new NodeState(node))
    for (const pod of this.#informers.of(pods).byIndex('node', node.metadata.name)) {
      if (!isPodTerminal(pod)) this.place(factsOf(pod), node.metadata.name)
    }
  }

  removeNode(name: string): void {
    for (const uid of this.#states.get(name)?.pods.keys() ?? []) this.removePod(uid)
    this.#states.delete(name)
  }

  /** Counts a pod on a node, whether it is bound already or only about to be. */
  place(facts: PodFacts, node: string): void {
    const { uid } = facts.pod.metadata
    if (this.#places.get(uid) !== node) this.removePod(uid)
    const state = this.#states.get(node)
    if (!state) return
    state.add(facts)
    this.#places.set(uid, node)
    if (hasAntiAffinity(facts.pod)) this.#guarded.set(uid, { pod: facts.pod, node })
  }

  /** Whether it was counted anywhere. */
  removePod(uid: string): boolean {
    const node = this.#places.get(uid)
    if (node === undefined) return false
    this.#states.get(node)?.remove(uid)
    this.#places.delete(uid)
    this.#guarded.delete(uid)
    return true
  }
}
