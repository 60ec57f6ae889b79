import { same } from '../api/edit.ts'
import { timestamp } from '../api/clock.ts'
import { pods } from '../api/kinds/core/pods.ts'
import type { Pod, PodStatus } from '../api/schema/generated/types.ts'
import { isConflict, isNotFound } from '../api/status.ts'
import type { ContainerLogs } from './container-logs.ts'
import type { PodFacts } from './downward-api.ts'
import { ManagedContainer, type ContainerHome } from './managed-container.ts'
import type { PodAddress } from './network/pod-network.ts'
import type { NodeRuntime } from './node-runtime.ts'
import { planPod } from './plan-pod.ts'
import { isSidecar, type ObservedPod } from './pod-state.ts'
import { notSimulated } from './not-simulated.ts'
import { podStatus } from './pod-status.ts'
import { MountError, setUpVolumes, type Volumes } from './volumes.ts'

/** From seeing a pod to its first status; what a kubelet needs for admission and the sandbox. */
const creatingMs = 150
/** From a pod's deletion to SIGTERM, and from the end of its programs to the end of the object. */
const terminatingMs = 330, removingMs = 200
/** The longest that a pod waits for the services to stop sending it connections. */
const longestDrainMs = 2000
const mountRetryMs = 500, longestMountRetryMs = 122_000

/** Writes the statuses of pods that changed, each once for all that changed meanwhile. */
export interface StatusQueue { add(worker: PodWorker): void }

/** The life of one pod on its node, from the moment it is bound until its object is gone. */
export class PodWorker implements ContainerHome {
  readonly node: NodeRuntime
  readonly uid: string
  pod: Readonly<Pod>
  volumes: Volumes = new Map()
  address!: PodAddress
  beganAt = 0
  #statuses: StatusQueue
  #containers = new Map<string, ManagedContainer>()
  #end = new AbortController()
  #sandbox = false
  #startedAt: string | undefined
  #ended: ObservedPod['ended']
  /** On its way to its end, and there. */
  #finishing = false
  #over = false
  #terminating = false
  #left = false
  #gone = false
  #cancelWake = () => {}
  #cancelDeadline = () => {}
  #objectsChanged = () => {}

  constructor(pod: Readonly<Pod>, node: NodeRuntime, statuses: StatusQueue) {
    this.pod = pod
    this.uid = pod.metadata.uid
    this.node = node
    this.#statuses = statuses
  }

  get ending(): AbortSignal { return this.#end.signal }

  get #label(): string { return `pod ${this.pod.metadata.namespace}/${this.pod.metadata.name}` }

  get facts(): PodFacts {
    return { podIP: this.address?.ip ?? '', hostIP: this.node.nodeAddress, allocatable: this.node.allocatable }
  }

  /** Starts the pod's life. A pod that is over already, or being deleted, only has its end seen to. */
  begin(): void {
    const { pod } = this
    if (pod.metadata.deletionTimestamp) return void this.#terminate()
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') {
      this.#over = this.#finishing = true
      return
    }
    this.#bringUp().catch(error => { if (!this.ending.aborted) this.node.log(`starting ${this.#label}`, error) })
  }

  /** The object changed. */
  update(pod: Readonly<Pod>): void {
    const old = this.pod
    this.pod = pod
    if (pod.metadata.deletionTimestamp) return void this.#terminate()
    if (old.spec !== pod.spec) this.#restartChanged(old)
    if (old.spec?.activeDeadlineSeconds !== pod.spec?.activeDeadlineSeconds) this.#setDeadline()
    const isNew = old.metadata.generation !== pod.metadata.generation || old.status?.conditions !== pod.status?.conditions
    if (isNew) this.changed()
  }

  /** A ConfigMap or Secret of the pod's namespace changed: what waits for one is tried again. */
  objectsChanged(): void {
    this.#objectsChanged()
    let waited = false
    for (const container of this.#containers.values()) {
      if (container.waiting?.reason !== 'CreateContainerConfigError' || container.starting) continue
      container.retryAt = undefined
      waited = true
    }
    if (waited && this.#sandbox) this.#step()
  }

  /** The object is gone: nothing of the pod may go on. */
  gone(): void {
    if (this.#gone) return
    this.#gone = true
    this.#end.abort(new Error('the pod is gone'))
    for (const container of this.#containers.values()) {
      container.kill()
      container.dispose()
    }
    this.#cancelWake()
    this.#cancelDeadline()
    this.#leave()
  }

  /** The containers that run now. */
  get running(): ManagedContainer[] { return [...this.#containers.values()].filter(container => container.isRunning) }

  /** The log of a container's present or previous run. */
  logs(container: string, previous: boolean): ContainerLogs | undefined {
    const found = this.#containers.get(container)
    return previous ? found?.previousLogs : found?.logs
  }

  changed(): void {
    // Once a pod is being deleted its status says no more: kubectl shows it Terminating until it is gone.
    if (this.#gone || this.#terminating || !this.#startedAt) return
    this.#step()
    this.#statuses.add(this)
  }

  /** Writes the status when it differs from what the object has. */
  async writeStatus(): Promise<void> {
    for (let pod = this.pod, tries = 0; tries < 5 && !this.#gone; tries++) {
      const status = this.#status(pod)
      if (sameStatus(pod.status, status)) return
      try {
        const written = await this.node.client.update(pods, { ...pod, status } as Pod, { subresource: 'status' })
        if (this.pod === pod || newer(written, this.pod)) this.pod = { ...this.pod, ...written }
        return
      } catch (error) {
        if (isNotFound(error)) return
        if (!isConflict(error)) return this.node.log(`status of ${this.#label}`, error)
        const fresh = await this.node.client.get(pods, pod.metadata.name, pod.metadata.namespace).catch(() => undefined)
        if (!fresh || fresh.metadata.uid !== this.uid) return
        pod = fresh
      }
    }
  }

  #status(pod: Readonly<Pod>): PodStatus {
    const observed = this.#observed()
    return podStatus(pod, observed, this.node.nodeAddress, timestamp(this.node.clock.now()), this.#over)
  }

  #observed(): ObservedPod {
    return {
      sandbox: this.#sandbox, containers: this.#containers,
      ...(this.#sandbox ? { podIP: this.address.ip } : {}), ...(this.#startedAt ? { startedAt: this.#startedAt } : {}),
      ...(this.#ended && this.#over ? { ended: this.#ended } : {}),
    }
  }

  async #bringUp(): Promise<void> {
    const { latency, addresses, network, index, clock } = this.node
    await latency.pause(creatingMs, this.ending)
    this.ending.throwIfAborted()
    this.beganAt = clock.now().getTime()
    this.#startedAt = this.pod.status?.startTime ?? timestamp(clock.now())
    this.#setDeadline()
    this.#statuses.add(this)
    const missing = notSimulated(this.pod)
    if (missing.length > 0) this.node.recorder.record(this.pod, 'Warning', 'NotSimulated', `Not simulated: ${missing.join('; ')}`)
    this.address = network.join(addresses.take(index), this.pod.metadata.namespace!)
    this.volumes = await this.#mount()
    const { initContainers = [], containers } = this.pod.spec
    for (const spec of initContainers) this.#containers.set(spec.name, new ManagedContainer(spec, true, this))
    for (const spec of containers) this.#containers.set(spec.name, new ManagedContainer(spec, false, this))
    this.#sandbox = true
    this.changed()
  }

  /** Tries until all volumes are there, at once when an object appears and else after doubling waits (volumemanager). */
  async #mount(): Promise<Volumes> {
    for (let wait = mountRetryMs; ; wait = Math.min(wait * 2, longestMountRetryMs)) {
      try {
        return setUpVolumes(() => this.pod, this.node.objects, this.facts)
      } catch (error) {
        if (!(error instanceof MountError)) throw error
        const message = `MountVolume.SetUp failed for volume "${error.volume}" : ${error.message}`
        this.node.recorder.record(this.pod, 'Warning', 'FailedMount', message)
        await this.#objectOrTime(wait)
      }
    }
  }

  #objectOrTime(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        cancel()
        this.ending.removeEventListener('abort', onEnd)
        this.#objectsChanged = () => {}
        resolve()
      }
      const onEnd = () => { cancel(); reject(this.ending.reason) }
      const cancel = this.node.clock.after(ms, done)
      this.#objectsChanged = done
      this.ending.addEventListener('abort', onEnd, { once: true })
    })
  }

  /** Does what the plan says is next. */
  #step(): void {
    if (this.#terminating || this.#gone || this.#finishing || !this.#sandbox) return
    const now = this.node.clock.now().getTime()
    const plan = planPod(this.pod, this.#observed(), now)
    this.#cancelWake()
    this.#cancelWake = plan.wakeAt === undefined ? () => {} : this.node.clock.after(plan.wakeAt - now, () => this.#step())
    for (const name of plan.start) void this.#containers.get(name)!.start()
    if (plan.over) void this.#finish()
  }

  /** Stops what still runs of a pod that is over, and writes its last status. */
  async #finish(): Promise<void> {
    if (this.#finishing) return
    this.#finishing = true
    this.#cancelWake()
    this.#cancelDeadline()
    this.#end.abort(new Error('the pod is over'))
    await this.#stopAll(this.pod.spec?.terminationGracePeriodSeconds ?? 30)
    for (const container of this.#containers.values()) container.dispose()
    this.#leave()
    this.#over = true
    if (!this.#gone && !this.#terminating) this.#statuses.add(this)
  }

  #setDeadline(): void {
    this.#cancelDeadline()
    const { activeDeadlineSeconds } = this.pod.spec ?? {}
    if (activeDeadlineSeconds === undefined || !this.#startedAt || this.#finishing) return
    const due = this.beganAt + activeDeadlineSeconds * 1000
    this.#cancelDeadline = this.node.clock.after(due - this.node.clock.now().getTime(), () => {
      const message = 'Pod was active on the node longer than the specified deadline'
      this.node.recorder.record(this.pod, 'Normal', 'DeadlineExceeded', message)
      this.#ended = { reason: 'DeadlineExceeded', message }
      if (!this.#terminating) void this.#finish()
    })
  }

  /** A container whose image was changed is ended and runs again with the new one. */
  #restartChanged(old: Readonly<Pod>): void {
    for (const spec of [...(this.pod.spec?.initContainers ?? []), ...(this.pod.spec?.containers ?? [])]) {
      const container = this.#containers.get(spec.name)
      if (!container || same(container.spec, spec)) continue
      const before = [...(old.spec?.initContainers ?? []), ...(old.spec?.containers ?? [])].find(each => each.name === spec.name)
      container.spec = spec
      if (before?.image === spec.image) continue
      container.retryAt = undefined
      if (container.isRunning) {
        const message = `Container ${spec.name} definition changed, will be restarted`
        void container.stop(this.pod.spec?.terminationGracePeriodSeconds ?? 30, message, async () => {})
      } else if (!container.starting) this.changed()
    }
  }

  /** Deletion: end the programs within the grace period, then the object. A second call can only come sooner. */
  async #terminate(): Promise<void> {
    const grace = this.pod.metadata.deletionGracePeriodSeconds ?? 30
    if (grace === 0) for (const container of this.#containers.values()) container.kill()
    if (this.#terminating) return
    this.#terminating = true
    this.address?.retire()
    this.#cancelWake()
    this.#cancelDeadline()
    this.#end.abort(new Error('the pod is being deleted'))
    const { latency, log } = this.node
    try {
      await this.#stopAll(grace)
      await latency.pause(removingMs)
      if (this.#gone) return
      this.#over = true
      await this.#remove()
    } catch (error) {
      log(`deleting ${this.#label}`, error)
    } finally {
      for (const container of this.#containers.values()) container.dispose()
      this.#leave()
    }
  }

  /** A pod that something else still holds gets its last status first: its holder waits for that. */
  async #remove(): Promise<void> {
    const { client } = this.node, { name, namespace, finalizers } = this.pod.metadata
    if (finalizers && finalizers.length > 0 && this.#startedAt) await this.writeStatus()
    try {
      await client.delete(pods, name, namespace, { gracePeriodSeconds: 0, preconditions: { uid: this.uid } })
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  /** Ordinary containers together, then the sidecars, the last one first (kuberuntime's termination order). */
  async #stopAll(grace: number): Promise<void> {
    const { latency, table, clock } = this.node
    const drained = async () => {
      const limit = new AbortController()
      const cancel = clock.after(longestDrainMs, () => limit.abort())
      await Promise.all([latency.pause(terminatingMs), table.withdrawn(this.address.ip, limit.signal)])
      cancel()
    }
    const stop = (container: ManagedContainer) => container.stop(grace, `Stopping container ${container.spec.name}`, drained)
    const running = [...this.#containers.values()].filter(container => container.isRunning)
    if (running.length === 0 && this.#terminating) await latency.pause(terminatingMs)
    await Promise.all(running.filter(container => !isSidecar(container.spec)).map(stop))
    for (const sidecar of running.filter(container => isSidecar(container.spec)).toReversed()) await stop(sidecar)
  }

  #leave(): void {
    if (this.#left || !this.address) return
    this.#left = true
    this.address.leave()
    this.node.addresses.free(this.node.index, this.address.ip)
  }
}

/** Conditions keep their order; a server may add nothing of its own to a status. */
function sameStatus(before: Readonly<PodStatus> | undefined, after: PodStatus): boolean {
  return before !== undefined && same(before, after)
}

function newer(a: Readonly<Pod>, b: Readonly<Pod>): boolean {
  return Number(a.metadata.resourceVersion) > Number(b.metadata.resourceVersion)
}
