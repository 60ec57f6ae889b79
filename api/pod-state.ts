import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from './schema/generated/types.ts'

/** Questions about the state of a pod, as upstream's api/v1/pod package and controllers ask them (1.36). */

type ReadonlyPod = Readonly<Pod>

export function getPodCondition(status: Readonly<PodStatus> | undefined, type: string): PodCondition | undefined {
  return status?.conditions?.find(condition => condition.type === type)
}

export const isPodReady = (pod: ReadonlyPod): boolean => getPodCondition(pod.status, 'Ready')?.status === 'True'

/** Ready for at least `minReadySeconds`. */
export function isPodAvailable(pod: ReadonlyPod, minReadySeconds: number, now: Date): boolean {
  const untilMs = msUntilAvailable(pod, minReadySeconds, now)
  return untilMs !== undefined && untilMs <= 0
}

/** Milliseconds until a ready pod counts as available, 0 when it does already, undefined while it is not ready. */
export function msUntilAvailable(pod: ReadonlyPod, minReadySeconds: number, now: Date): number | undefined {
  const ready = getPodCondition(pod.status, 'Ready')
  if (ready?.status !== 'True') return undefined
  if (minReadySeconds === 0) return 0
  if (!ready.lastTransitionTime) return undefined
  return Math.max(0, Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 - now.getTime())
}

export const isPodTerminal = (pod: ReadonlyPod): boolean => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'
export const isPodTerminating = (pod: ReadonlyPod): boolean => pod.metadata.deletionTimestamp !== undefined
/** Neither finished nor being deleted: what a controller counts as one of its replicas. */
export const isPodActive = (pod: ReadonlyPod): boolean => !isPodTerminal(pod) && !isPodTerminating(pod)

export const containerStatus = (statuses: readonly ContainerStatus[] | undefined, name: string): ContainerStatus | undefined =>
  statuses?.find(status => status.name === name)

/** A sidecar: an init container that keeps running beside the others. */
export const isSidecar = (container: Readonly<Container>): boolean => container.restartPolicy === 'Always'

/** All restarts of all containers, for telling healthy pods from unhealthy ones. */
export function maxContainerRestarts(pod: ReadonlyPod): { regular: number; sidecar: number } {
  const most = (statuses: readonly ContainerStatus[]) => statuses.reduce((max, status) => Math.max(max, status.restartCount), 0)
  const sidecars = new Set(pod.spec.initContainers?.filter(isSidecar).map(container => container.name))
  return {
    regular: most(pod.status?.containerStatuses ?? []),
    sidecar: most((pod.status?.initContainerStatuses ?? []).filter(status => sidecars.has(status.name))),
  }
}

/**
 * The conditions with this one in them: replaced in place (its lastTransitionTime kept while the status stays the same) or
 * appended. Returns the same list when nothing changes (upstream: UpdatePodCondition).
 */
export function withPodCondition(
  conditions: readonly PodCondition[] | undefined, condition: PodCondition, now: string,
): PodCondition[] {
  const list = conditions ?? [], index = list.findIndex(each => each.type === condition.type)
  if (index < 0) return [...list, { ...condition, lastTransitionTime: now }]
  const old = list[index]
  const next = { ...condition, lastTransitionTime: old.status === condition.status ? old.lastTransitionTime : now }
  const unchanged = old.status === next.status && old.reason === next.reason && old.message === next.message
    && old.lastProbeTime === next.lastProbeTime && old.observedGeneration === next.observedGeneration
  return unchanged ? list as PodCondition[] : list.map((each, i) => (i === index ? next : each))
}
