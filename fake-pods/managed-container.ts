import { timestamp } from '../api/clock.ts'
import type { Container, Pod, Probe } from '../api/schema/generated/types.ts'
import { createBackOff, goDuration, type BackOff } from './back-off.ts'
import { ConfigError } from './config-error.ts'
import { commandLine, runContainer, type Exit, type RunningContainer } from './container.ts'
import type { PodFacts } from './downward-api.ts'
import { environment } from './environment.ts'
import { expand } from './expand.ts'
import { runHook } from './hooks.ts'
import type { Image } from './image.ts'
import { ImageError, type PullBackOffs, type PulledImage } from './image-pull.ts'
import type { PodAddress } from './network/pod-network.ts'
import type { NodeRuntime } from './node-runtime.ts'
import { restarts, initRestarts, type Exited, type ObservedContainer } from './pod-state.ts'
import type { ProbeTarget } from './probe.ts'
import { startProbing, type ProbeKind } from './prober.ts'
import type { ContainerLogs } from './container-logs.ts'
import { mountsOf, type Volumes } from './volumes.ts'

/** What a container needs of the pod it is in. */
export interface ContainerHome {
  readonly pod: Readonly<Pod>
  readonly node: NodeRuntime
  readonly volumes: Volumes
  readonly facts: PodFacts
  readonly address: PodAddress
  /** When the pod's life on the node began, in milliseconds. */
  readonly beganAt: number
  /** Aborted when the pod ends: no pull, hook or wait outlives it. */
  readonly ending: AbortSignal
  /** Something observable changed. */
  changed(): void
}

/** From being told to run until the program's first instruction; with a pull before it most of a second. */
const createMs = 250, startMs = 100
/** How long a waiting reason shows the failure itself before it shows the back-off. */
const backOffShowsMs = 600
/** The first restart follows the end of a container after this time. */
const restartMs = 800
/** Seconds that every container gets between SIGTERM and SIGKILL, whatever the pod says (kuberuntime). */
const shortestGrace = 2
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** One container of a pod through all its runs: image, configuration, hooks, probes, restarts. */
export class ManagedContainer implements ObservedContainer {
  spec: Container
  starting = false
  run: ObservedContainer['run']
  last: Exited | undefined
  restartCount = 0
  waiting: ObservedContainer['waiting']
  retryAt: number | undefined
  logs: ContainerLogs | undefined
  previousLogs: ContainerLogs | undefined
  #home: ContainerHome
  #isInit: boolean
  #running: RunningContainer | undefined
  #image: Image | undefined
  #backOff: BackOff = createBackOff()
  #pullBackOffs: PullBackOffs = new Map()
  #stopProbes: (() => void)[] = []
  #stopping = false
  #cancelShow = () => {}

  constructor(spec: Container, isInit: boolean, home: ContainerHome) {
    this.spec = spec
    this.#isInit = isInit
    this.#home = home
  }

  get isRunning(): boolean { return this.run !== undefined && !this.run.exit }

  /** Bytes of the image that it runs. */
  get imageSize(): number | undefined { return this.#image?.size }

  /** Requests that came over the network per second, lately. */
  get requestsPerSecond(): number { return this.#running?.traffic.perSecond() ?? 0 }

  /** Brings the container up. Failures become its waiting state and the time of the next try. */
  async start(): Promise<void> {
    const { node, ending } = this.#home
    this.starting = true
    this.retryAt = undefined
    this.#cancelShow()
    try {
      const { image: name = '', imagePullPolicy = 'IfNotPresent' } = this.spec
      const image = await node.images.ensure(name, imagePullPolicy, this.#pullBackOffs, this.#report, ending)
      await node.latency.pause(createMs, ending)
      const env = environment(this.#home.pod, this.spec, this.#home.facts, node.objects)
      await node.latency.pause(startMs, ending)
      ending.throwIfAborted()
      await this.#run(image, env)
    } catch (error) {
      if (ending.aborted) return
      this.#failed(error)
    } finally {
      this.starting = false
      this.#home.changed()
    }
  }

  /**
   * Ends the run: preStop hook, SIGTERM, and SIGKILL when the grace period is over. `drained` resolves once no new
   * connection comes, so that a program never refuses what a service still sends it.
   */
  async stop(graceSeconds: number, message: string, drained: () => Promise<void>): Promise<void> {
    const running = this.#running, { node } = this.#home
    if (!running || !this.isRunning || this.#stopping) return void await running?.exited
    this.#stopping = true
    this.#report('Normal', 'Killing', message)
    const over = new AbortController()
    const cancel = node.clock.after(Math.max(graceSeconds, shortestGrace) * 1000, () => { over.abort(); running.kill() })
    if (this.spec.lifecycle?.preStop && graceSeconds > 0) {
      await runHook(this.spec.lifecycle.preStop, this.target, node.clock, over.signal).catch(() => {
        if (!over.signal.aborted) this.#report('Warning', 'FailedPreStopHook', 'PreStopHook failed')
      })
    }
    await Promise.race([drained(), running.exited])
    running.terminate()
    await running.exited
    cancel()
  }

  kill(): void { this.#running?.kill() }

  /** Ends what a run has left behind; the container will not run again. */
  dispose(): void {
    this.#cancelShow()
    for (const stop of this.#stopProbes.splice(0)) stop()
  }

  get target(): ProbeTarget {
    const running = this.#running!, { address, node, pod } = this.#home
    const from = { namespace: pod.metadata.namespace!, ip: gatewayOf(address.ip) }
    return {
      container: this.spec,
      network: { ip: address.ip, dial: hostPort => node.network.dial(hostPort, from) },
      exec: (argv, signal) => running.exec(argv, signal),
    }
  }

  async #run({ image, imageID }: PulledImage, env: Record<string, string>): Promise<void> {
    const { pod, node, address, volumes } = this.#home
    const lookUp = (name: string) => env[name]
    const expanded = (words?: string[]) => words?.map(word => expand(word, lookUp))
    this.#report('Normal', 'Created', 'Container created')
    const running = runContainer({
      image, argv: commandLine(image, expanded(this.spec.command), expanded(this.spec.args)),
      env: { PATH: searchPath, HOME: '/root', ...image.env, HOSTNAME: hostnameOf(pod), ...env },
      facts: {
        name: this.spec.name, image: this.spec.image!, pod: pod.metadata.name, namespace: pod.metadata.namespace!,
        labels: pod.metadata.labels ?? {}, workingDir: this.spec.workingDir ?? image.workingDir ?? '/',
        ports: (this.spec.ports ?? []).filter(port => (port.protocol ?? 'TCP') === 'TCP').map(port => port.containerPort),
      },
      mounts: mountsOf(this.spec, volumes, env), address, clock: node.clock, stdin: this.spec.stdin ?? false,
    })
    if (this.run?.exit) {
      this.last = this.run.exit
      this.restartCount++
    }
    this.previousLogs = this.logs
    this.logs = running.logs
    this.#running = running
    this.#image = image
    this.#stopping = false
    this.waiting = undefined
    const { startupProbe, lifecycle } = this.spec
    this.run = { id: randomID(node.random), imageID, startedAt: timestamp(node.clock.now()), started: false, ready: false }
    const run = this.run
    void running.exited.then(exit => this.#exited(run, exit))
    this.#report('Normal', 'Started', 'Container started')
    if (lifecycle?.postStart && !(await this.#postStart(running))) return
    if (run.exit) return
    if (!startupProbe) return this.#started()
    this.#probe('Startup', startupProbe, healthy => (healthy ? this.#started() : this.#unhealthy('startup', startupProbe)))
  }

  async #postStart(running: RunningContainer): Promise<boolean> {
    const { node, ending } = this.#home
    try {
      await runHook(this.spec.lifecycle!.postStart!, this.target, node.clock, ending)
      return true
    } catch {
      if (ending.aborted) return false
      this.#report('Warning', 'FailedPostStartHook', 'PostStartHook failed')
      this.waiting = { reason: 'PostStartHookError' }
      running.terminate()
      const cancel = node.clock.after(this.#graceOf() * 1000, () => running.kill())
      void running.exited.then(cancel)
      return false
    }
  }

  #started(): void {
    const { run } = this, { livenessProbe, readinessProbe } = this.spec
    if (!run || run.exit) return
    run.started = true
    run.ready = !readinessProbe
    if (readinessProbe) this.#probe('Readiness', readinessProbe, healthy => { run.ready = healthy; this.#home.changed() })
    if (!livenessProbe) return this.#home.changed()
    this.#probe('Liveness', livenessProbe, healthy => { if (!healthy) this.#unhealthy('liveness', livenessProbe) })
    this.#home.changed()
  }

  #probe(kind: ProbeKind, probe: Probe, onVerdict: (healthy: boolean) => void): void {
    const { clock, latency } = this.#home.node
    this.#stopProbes.push(startProbing({
      kind, probe, target: this.target, clock, pace: latency.pace, sinceBegin: clock.now().getTime() - this.#home.beganAt,
      onVerdict, report: this.#report,
    }))
  }

  #unhealthy(which: string, { terminationGracePeriodSeconds }: Probe): void {
    if (this.#home.ending.aborted) return
    const message = `Container ${this.spec.name} failed ${which} probe, will be restarted`
    void this.stop(terminationGracePeriodSeconds ?? this.#graceOf(), message, async () => {})
  }

  #graceOf(): number { return this.#home.pod.spec?.terminationGracePeriodSeconds ?? 30 }

  #exited(run: NonNullable<ObservedContainer['run']>, exit: Exit): void {
    for (const stop of this.#stopProbes.splice(0)) stop()
    const { node, pod, ending } = this.#home, now = node.clock.now()
    const message = exit.message ?? this.#terminationMessage(exit)
    run.exit = {
      id: run.id, code: exit.code, reason: exit.reason, ...(message ? { message } : {}),
      startedAt: run.startedAt, finishedAt: timestamp(now),
    }
    run.ready = false
    const again = this.#isInit ? initRestarts(this.spec, pod, exit.code) : restarts(this.spec, pod, exit.code)
    if (again && !ending.aborted) this.#waitBeforeRestart(now.getTime())
    this.#home.changed()
  }

  /** The first restart comes at once; after that the waiting times double (kuberuntime's doBackOff). */
  #waitBeforeRestart(finishedAt: number): void {
    const { node, pod } = this.#home
    if (!this.#backOff.isWaiting(finishedAt, finishedAt)) {
      this.#backOff.next(finishedAt)
      this.retryAt = finishedAt + restartMs * node.latency.pace
      return
    }
    const wait = this.#backOff.current
    this.#backOff.next(finishedAt)
    this.retryAt = finishedAt + wait
    const name = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    this.#cancelShow = node.latency.after(backOffShowsMs, () => {
      this.#report('Warning', 'BackOff', `Back-off restarting failed container ${this.spec.name} in pod ${name}`)
      this.waiting = {
        reason: 'CrashLoopBackOff',
        message: `back-off ${goDuration(wait)} restarting failed container=${this.spec.name} pod=${name}`,
      }
      this.#home.changed()
    })
  }

  #terminationMessage(exit: Exit): string | undefined {
    const file = this.#running!.files.read(this.spec.terminationMessagePath ?? '/dev/termination-log')
    if (file && file.length > 0) return Buffer.from(file).subarray(0, 4096).toString()
    return this.spec.terminationMessagePolicy === 'FallbackToLogsOnError' && exit.code !== 0 ? this.logs?.tail() : undefined
  }

  /** Why it did not start, and when it is tried again. */
  #failed(error: unknown): void {
    const { node } = this.#home, now = node.clock.now().getTime()
    if (error instanceof ImageError) {
      this.#report('Warning', 'Failed', `Error: ${error.reason}`)
      this.waiting = { reason: error.reason, message: error.message }
      this.retryAt = error.retryAt ?? now + (error.reason === 'ErrImagePull' ? backOffShowsMs * node.latency.pace : 15_000)
    } else {
      const isConfig = error instanceof ConfigError
      if (!isConfig) node.log(`starting container ${this.spec.name}`, error)
      const message = error instanceof Error ? error.message : String(error)
      this.#report('Warning', 'Failed', `Error: ${message}`)
      this.waiting = { reason: isConfig ? 'CreateContainerConfigError' : 'CreateContainerError', message }
      this.retryAt = now + 15_000
    }
  }

  #report = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
    const list = this.#isInit ? 'initContainers' : 'containers'
    this.#home.node.recorder.record(this.#home.pod, type, reason, message, { fieldPath: `spec.${list}{${this.spec.name}}` })
  }
}

/** The node's own address in its pods' network, from which probes come. */
const gatewayOf = (ip: string) => ip.replace(/\d+$/, '1')

/** A pod's host name: its own unless the spec names one; 63 characters at most. */
export const hostnameOf = (pod: Readonly<Pod>): string =>
  (pod.spec?.hostname || pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '')

const randomID = (random: NodeRuntime['random']) => {
  let id = ''
  while (id.length < 64) id += Math.floor(random.next() * 2 ** 32).toString(16).padStart(8, '0')
  return id
}
