import type { Container, Pod } from '../api/schema/generated/types.ts'
import { initRestarts, isSidecar, restarts, type ObservedContainer, type ObservedPod } from './pod-state.ts'

/** What is to be done next for a pod. */
export interface PodPlan {
  /** Containers to start now. */
  start: string[]
  /** Nothing will ever start again: what still runs (sidecars) is to be stopped, and then the pod is over. */
  over: boolean
  /** When to look again, in milliseconds, if nothing happens before. */
  wakeAt?: number
}

/**
 * The next step of a pod's life, from what is observed (kuberuntime's computePodActions, 1.36): init containers one after
 * the other, a sidecar among them once it has started, then all containers at once; those that ended again as their policy
 * says, after their back-off.
 */
export function planPod(pod: Readonly<Pod>, observed: ObservedPod, now: number): PodPlan {
  const plan: PodPlan = { start: [], over: false }
  const want = (container: Container, state: ObservedContainer | undefined) => {
    if (state?.starting) return
    if (state?.retryAt !== undefined && state.retryAt > now) plan.wakeAt = Math.min(plan.wakeAt ?? Infinity, state.retryAt)
    else plan.start.push(container.name)
  }
  const initialized = planInit(pod, observed, plan, want)
  if (initialized === 'failed') return { ...plan, start: [], over: true }
  if (!initialized) return plan
  let alive = false
  for (const container of pod.spec?.containers ?? []) {
    const state = observed.containers.get(container.name), exit = state?.run?.exit
    if (state?.run && !exit) alive = true
    else if (!exit || restarts(container, pod, exit.code)) {
      alive = true
      want(container, state)
    }
  }
  return alive ? plan : { start: [], over: true }
}

/** Plans the init containers and sidecars; says whether the ordinary containers may run. */
function planInit(pod: Readonly<Pod>, observed: ObservedPod, plan: PodPlan,
  want: (container: Container, state: ObservedContainer | undefined) => void): boolean | 'failed' {
  const begun = (pod.spec?.containers ?? []).some(({ name }) => observed.containers.get(name)?.run)
  for (const container of pod.spec?.initContainers ?? []) {
    const state = observed.containers.get(container.name), run = state?.run
    if (isSidecar(container)) {
      if (!run || run.exit) want(container, state)
      if (!begun && !(run && !run.exit && run.started)) return false
      continue
    }
    if (begun || run?.exit?.code === 0) continue
    if (run && !run.exit) return false
    if (run?.exit && !initRestarts(container, pod, run.exit.code)) return 'failed'
    want(container, state)
    return false
  }
  return true
}
