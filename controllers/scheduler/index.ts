import type { Client } from '../../api/client.ts'
import { timestamp, type Clock } from '../../api/clock.ts'
import { same } from '../../api/edit.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { keyOf } from '../../api/object.ts'
import { isPodTerminal, withPodCondition } from '../../api/pod-state.ts'
import type { Random } from '../../api/random.ts'
import type { Node, Pod, PodCondition } from '../../api/schema/generated/types.ts'
import { isConflict, isNotFound } from '../../api/status.ts'
import type { Recorder } from '../../client/event-recorder.ts'
import { createSeriesRecorder } from '../../client/event-series-recorder.ts'
import { ignoreNotFound } from '../../client/ignore-not-found.ts'
import type { ChangeType, Informers, Report } from '../../client/informer.ts'
import type { Running } from '../runtime/run.ts'
import { choose, explain, type World } from './choose.ts'
import { ClusterView } from './cluster-view.ts'
import type { Refusal } from './filters.ts'
import { factsOf, type PodFacts } from './node-state.ts'
import { planPreemption } from './preempt.ts'
import { SchedulingQueue } from './queue.ts'
import { claimProblem } from './volumes.ts'

const schedulerName = 'default-scheduler'
/** So many pods are placed before others get their turn in this process. */
const turn = 100

export interface SchedulerOptions { client: Client; informers: Informers; clock: Clock; random: Random; report: Report }

/** Gives every pod that asks for it a node. Follows pkg/scheduler of 1.36: one pod after the other, binding in the background. */
export function startScheduler(options: SchedulerOptions): Running {
  const recorder = createSeriesRecorder({ ...options, component: schedulerName })
  const scheduler = new Scheduler(options, recorder)
  void scheduler.start()
  return {
    async stop() {
      recorder.stop()
      await scheduler.stop()
    },
  }
}

class Scheduler {
  #options: SchedulerOptions
  #recorder: Recorder
  #view: ClusterView
  #queue: SchedulingQueue
  #binding = new Set<Promise<void>>()
  #leave: (() => void)[] = []
  #running = false
  #stopped = false

  constructor(options: SchedulerOptions, recorder: Recorder) {
    this.#options = options
    this.#recorder = recorder
    this.#view = new ClusterView(options.informers)
    this.#queue = new SchedulingQueue(options.clock, () => this.#wake())
  }

  async start(): Promise<void> {
    const { informers } = this.#options, claims = informers.of(persistentVolumeClaims)
    await Promise.all([informers.of(pods).ready, informers.of(nodes).ready, informers.of(namespaces).ready, claims.ready])
    if (this.#stopped) return
    this.#leave = [
      informers.of(nodes).onChange((type, node, old) => this.#nodeChanged(type, node, old)),
      informers.of(pods).onChange((type, pod, old) => this.#podChanged(type, pod, old)),
      claims.onChange(() => this.#queue.retryFailed()),
    ]
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#queue.stop()
    for (const leave of this.#leave) leave()
    await Promise.all(this.#binding)
  }

  #nodeChanged(type: ChangeType, node: Readonly<Node>, old: Readonly<Node> | undefined): void {
    if (type === 'deleted') return this.#view.removeNode(node.metadata.name)
    this.#view.setNode(node)
    const helps = !old || !same(old.spec, node.spec) || !same(old.metadata.labels, node.metadata.labels)
      || !same(old.status?.allocatable, node.status?.allocatable)
    if (helps) this.#queue.retryFailed()
  }

  #podChanged(type: ChangeType, pod: Readonly<Pod>, old: Readonly<Pod> | undefined): void {
    const key = keyOf(pod)
    if (old && old.metadata.uid !== pod.metadata.uid) this.#podChanged('deleted', old, undefined)
    if (type === 'deleted' || isPodTerminal(pod)) {
      this.#queue.remove(key)
      if (this.#view.removePod(pod.metadata.uid)) this.#queue.retryFailed()
    } else if (pod.spec.nodeName) {
      this.#queue.remove(key)
      this.#view.place(factsOf(pod), pod.spec.nodeName)
      if (!old?.spec.nodeName || !same(old.metadata.labels, pod.metadata.labels)) this.#queue.retryFailed()
    } else if (isWaiting(pod)) {
      const isNews = !this.#queue.has(key) || !old || !same(old.spec, pod.spec) || !same(old.metadata.labels, pod.metadata.labels)
      if (isNews) this.#queue.add(key, pod.spec.priority ?? 0)
    } else {
      this.#queue.remove(key)
    }
  }

  #wake(): void {
    if (this.#running || this.#stopped) return
    this.#running = true
    void this.#work().catch(error => this.#options.report(error, 'scheduler'))
  }

  async #work(): Promise<void> {
    await Promise.resolve()
    try {
      for (let count = 1; !this.#stopped; count++) {
        const key = this.#queue.next()
        if (key === undefined) return
        const pod = this.#options.informers.of(pods).get(key)
        if (pod && isWaiting(pod)) this.#schedule(pod)
        if (count % turn === 0) await new Promise(resolve => setImmediate(resolve))
      }
    } finally {
      this.#running = false
    }
  }

  #schedule(pod: Readonly<Pod>): void {
    const { informers, random } = this.#options, facts = factsOf(pod), count = this.#view.nodeCount
    if (count === 0) return this.#fail(pod, 'no nodes available to schedule pods')
    const problem = claimProblem(pod, informers)
    // The words at the end come from upstream's look for something to preempt, which such a failure never reaches.
    if (problem) return this.#fail(pod, `0/${count} nodes are available: ${problem}. not found`)
    const world = this.#view.world(), choice = choose(facts, world, random)
    if ('node' in choice) this.#background(this.#bind(facts, choice.node))
    else this.#preempt(facts, choice.refusals, world)
  }

  #preempt(facts: PodFacts, refusals: ReadonlyMap<string, Refusal>, world: World): void {
    const count = world.states.length, why = explain([...refusals.values()].map(refusal => refusal.reasons), count)
    const plan = planPreemption(facts, refusals, world)
    if ('node' in plan) {
      this.#fail(facts.pod, why, plan.node)
      this.#background(Promise.all(plan.victims.map(victim => this.#evict(victim.pod, facts.pod, plan.node))).then(() => {}))
      return
    }
    const preemption = 'notEligible' in plan ? plan.notEligible : explain(plan.reasons.values(), count)
    this.#fail(facts.pod, `${why} no new claims to deallocate, preemption: ${preemption}`)
  }

  /** The node counts the pod from now on; if it can't be bound there, it is tried anew. */
  async #bind(facts: PodFacts, node: string): Promise<void> {
    const { pod } = facts, { name, namespace, uid } = pod.metadata
    this.#view.place(facts, node)
    const target = { apiVersion: 'v1', kind: 'Node', name: node }
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target }
    try {
      await this.#options.client.act(pods, name, namespace, 'binding', binding)
      const note = `Successfully assigned ${namespace}/${name} to ${node}`
      this.#recorder.record(pod, 'Normal', 'Scheduled', note, { action: 'Binding' })
    } catch (error) {
      this.#view.removePod(uid)
      if (isNotFound(error) || isConflict(error)) return
      this.#options.report(error, 'binding a pod')
      this.#queue.failed(keyOf(pod))
      this.#queue.retryFailed()
    }
  }

  #fail(pod: Readonly<Pod>, message: string, nominated?: string): void {
    this.#queue.failed(keyOf(pod))
    const note = message.length <= 1024 ? message : `${message.slice(0, 1020)} ...`
    this.#recorder.record(pod, 'Warning', 'FailedScheduling', note, { action: 'Scheduling' })
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
    this.#background(this.#patchStatus(pod, condition, nominated))
  }

  async #evict(victim: Readonly<Pod>, by: Readonly<Pod>, node: string): Promise<void> {
    if (victim.metadata.deletionTimestamp) return
    const { name, namespace, uid } = victim.metadata
    const message = `${schedulerName}: preempting to accommodate a higher priority pod`
    await this.#patchStatus(victim, { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message })
    await this.#options.client.delete(pods, name, namespace, { preconditions: { uid } }).catch(ignoreNotFound)
    const note = `Preempted by pod ${by.metadata.uid} on node ${node}`
    this.#recorder.record(victim, 'Normal', 'Preempted', note, { action: 'Preempting', related: by })
  }

  async #patchStatus(pod: Readonly<Pod>, said: PodCondition, nominatedNodeName?: string): Promise<void> {
    const { client, clock } = this.#options, { name, namespace, uid, generation } = pod.metadata
    const condition = { ...said, ...(generation ? { observedGeneration: generation } : {}) }
    const before = pod.status?.conditions ?? []
    const conditions = withPodCondition(before, condition, timestamp(clock.now()))
    const isNominated = nominatedNodeName !== undefined && nominatedNodeName !== pod.status?.nominatedNodeName
    if (conditions === before && !isNominated) return
    const changed = conditions.find(each => each.type === condition.type)
    const patch = { metadata: { uid }, status: { conditions: [changed], ...(isNominated ? { nominatedNodeName } : {}) } }
    try {
      await client.patch(pods, name, namespace, patch, { type: 'strategic', subresource: 'status' })
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  #background(work: Promise<void>): void {
    const done = work.catch(error => {
      if (!this.#stopped) this.#options.report(error, 'scheduler')
    }).finally(() => { this.#binding.delete(done) })
    this.#binding.add(done)
  }
}

/** A pod of this scheduler that has no node yet and may have one. */
function isWaiting({ metadata, spec, status }: Readonly<Pod>): boolean {
  return !spec.nodeName && !metadata.deletionTimestamp && (spec.schedulerName ?? schedulerName) === schedulerName
    && !spec.schedulingGates?.length && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
}
