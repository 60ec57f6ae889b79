import type { Container, ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../api/schema/generated/types.ts'
import { podPhase, type Phase } from './pod-phase.ts'
import { isSidecar, type Exited, type ObservedContainer, type ObservedPod } from './pod-state.ts'

/** Conditions that the kubelet writes; all others belong to somebody else and stay first, as they are. */
const ownConditions = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'])

/** The status that a kubelet would write for a pod (generateAPIPodStatus and status/generate.go, 1.36). */
export function podStatus(pod: Readonly<Pod>, observed: ObservedPod, hostIP: string, now: string, over = false): PodStatus {
  const previous = pod.status ?? {}
  const spec = pod.spec!, inits = spec.initContainers ?? []
  const idle = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating'
  const stateOf = ({ name }: Container) => observed.containers.get(name)
  const containerStatuses = spec.containers.map(container => containerStatus(container, stateOf(container), idle))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const initContainerStatuses = inits.map(container => containerStatus(container, stateOf(container), idle, true))
  const all = [...initContainerStatuses, ...containerStatuses]
  const phase: Phase = observed.ended ? 'Failed' : podPhase(pod, all, over)
  const conditions = podConditions(pod, observed, all, phase, now)
  const { reason, message, ...kept } = previous
  const why = observed.ended ?? (previous.phase === phase ? { reason, message } : {})
  return {
    ...kept,
    observedGeneration: pod.metadata.generation,
    phase, conditions,
    ...(why.reason ? { reason: why.reason } : {}), ...(why.message ? { message: why.message } : {}),
    hostIP, hostIPs: [{ ip: hostIP }],
    ...(observed.podIP ? { podIP: observed.podIP, podIPs: [{ ip: observed.podIP }] } : {}),
    startTime: previous.startTime ?? observed.startedAt,
    containerStatuses,
    ...(inits.length > 0 ? { initContainerStatuses } : {}),
  }
}

function podConditions(
  pod: Readonly<Pod>, observed: ObservedPod, statuses: readonly ContainerStatus[], phase: Phase, now: string,
): PodCondition[] {
  const before = pod.status?.conditions ?? []
  const others = before.filter(condition => !ownConditions.has(condition.type))
  const containersReady = containersReadyCondition(pod, statuses, phase)
  const next = (type: string, { status, reason, message }: Verdict): PodCondition => {
    const old = before.find(condition => condition.type === type)
    return {
      type, observedGeneration: pod.metadata.generation, status,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
      ...(reason ? { reason } : {}), ...(message ? { message } : {}),
    }
  }
  return [
    ...others,
    next('PodReadyToStartContainers', { status: observed.sandbox ? 'True' : 'False' }),
    next('Initialized', initializedCondition(pod, statuses, phase)),
    next('Ready', containersReady.status === 'True' ? gatesCondition(pod, others) : containersReady),
    next('ContainersReady', containersReady),
    next('PodScheduled', { status: 'True' }),
  ]
}

interface Verdict { status: 'True' | 'False'; reason?: string; message?: string }

function containersReadyCondition(pod: Readonly<Pod>, statuses: readonly ContainerStatus[], phase: Phase): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const counted = [...(pod.spec?.initContainers ?? []).filter(isSidecar), ...(pod.spec?.containers ?? [])]
  const unready = counted.filter(({ name }) => !statuses.find(status => status.name === name)?.ready).map(({ name }) => name)
  return unready.length === 0 ? { status: 'True' }
    : { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
}

function initializedCondition(pod: Readonly<Pod>, statuses: readonly ContainerStatus[], phase: Phase): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' }
  const byName = new Map(statuses.map(status => [status.name, status]))
  const begun = (pod.spec?.containers ?? []).some(({ name }) => {
    const status = byName.get(name)
    return status?.state?.running || status?.state?.terminated || status?.lastState?.terminated
  })
  const incomplete = begun ? [] : (pod.spec?.initContainers ?? [])
    .filter(container => !byName.get(container.name)?.[isSidecar(container) ? 'started' : 'ready'])
    .map(({ name }) => name)
  return incomplete.length === 0 ? { status: 'True' }
    : {
      status: 'False', reason: 'ContainersNotInitialized',
      message: `containers with incomplete status: [${incomplete.join(' ')}]`,
    }
}

function gatesCondition(pod: Readonly<Pod>, others: readonly PodCondition[]): Verdict {
  const complaints = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = others.find(({ type }) => type === conditionType)
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    return condition.status === 'True' ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`]
  })
  return complaints.length === 0 ? { status: 'True' }
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: complaints.join(', ') }
}

const rootUser = Object.freeze({ linux: Object.freeze({ gid: 0, supplementalGroups: [0], uid: 0 }) })

function containerStatus(
  container: Container, state: ObservedContainer | undefined, idle: string, isInit = false,
): ContainerStatus {
  const run = state?.run, running = run !== undefined && !run.exit
  // A container that waits to run again shows why, and its end as the last state.
  const waits = !running && state?.waiting
  const last = waits && run?.exit ? run.exit : state?.last
  const doneInit = isInit && !isSidecar(container) && run?.exit?.code === 0 && !waits
  return {
    name: container.name,
    state: waits ? { waiting: state!.waiting } : running ? { running: { startedAt: run.startedAt } }
      : run?.exit ? terminated(run.exit) : { waiting: { reason: idle } },
    lastState: last ? terminated(last) : {},
    ready: doneInit || (running && run.started && (isInit && !isSidecar(container) ? false : run.ready)),
    restartCount: state?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: run?.imageID ?? '',
    ...(run ? { containerID: containerID(run.id) } : {}),
    started: running && run.started,
    ...(run ? {
      ...(container.resources?.requests ? { allocatedResources: container.resources.requests } : {}),
      resources: container.resources ?? {},
      user: rootUser,
    } : {}),
    ...(container.volumeMounts ? {
      volumeMounts: container.volumeMounts.map(({ name, mountPath, readOnly }) =>
        ({ name, mountPath, ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}) })),
    } : {}),
  }
}

const containerID = (id: string) => `mimikube://${id}`

const terminated = ({ id, code, reason, message, startedAt, finishedAt }: Exited): ContainerState => ({
  terminated: { exitCode: code, reason, ...(message ? { message } : {}), startedAt, finishedAt, containerID: containerID(id) },
})
