import type { Container, ContainerStatus, Pod } from '../api/schema/generated/types.ts'
import { initRestarts, isSidecar, restarts } from './pod-state.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** The phase of a pod from the states of its containers (kubelet's getPhase, 1.36). `over`: nothing will run again. */
export function podPhase(pod: Readonly<Pod>, statuses: readonly ContainerStatus[], over: boolean): Phase {
  const byName = new Map(statuses.map(status => [status.name, status]))
  const containers = pod.spec?.containers ?? [], inits = pod.spec?.initContainers ?? []
  const lastExit = (status: ContainerStatus | undefined) =>
    status?.state?.terminated ?? (status?.state?.waiting ? status.lastState?.terminated : undefined)
  const hasBegun = containers.some(({ name }) => byName.get(name)?.state?.running || lastExit(byName.get(name)))

  let pendingInit = false
  for (const container of inits) {
    const status = byName.get(container.name), exit = lastExit(status)
    if (isSidecar(container)) {
      if (!hasBegun && !exit && !(status?.state?.running && status.started)) pendingInit = true
    } else if (exit) {
      if (exit.exitCode !== 0 && !initRestarts(container, pod, exit.exitCode)) return 'Failed'
      if (exit.exitCode !== 0) pendingInit = true
    } else pendingInit = true
  }
  const ends = containers.map(({ name }) => lastExit(byName.get(name)))
  const isRunning = (container: Container) => byName.get(container.name)?.state?.running !== undefined
  const someRun = containers.some(isRunning) || inits.some(container => isSidecar(container) && isRunning(container))
  if (pendingInit && !hasBegun) return 'Pending'
  if (containers.some((container, i) => !isRunning(container) && !ends[i])) return 'Pending'
  if (containers.some(isRunning) || (someRun && !over)) return 'Running'
  const again = !over && containers.some((container, i) => restarts(container, pod, ends[i]!.exitCode))
  if (again) return 'Running'
  return ends.every(end => end!.exitCode === 0) ? 'Succeeded' : 'Failed'
}
