import { getPodCondition } from '../../api/pod-state.ts'
import type { Pod } from '../../api/schema/generated/types.ts'
import type { PodMetric, PodMetricsInfo } from './metrics.ts'

/** A pod's CPU says little while it starts: --horizontal-pod-autoscaler-cpu-initialization-period, -initial-readiness-delay. */
const initializationMs = 5 * 60_000, initialReadinessMs = 30_000

export interface PodGroups {
  ready: number
  /** Names of pods whose metrics don't count yet, that have none, and that are no longer of interest. */
  unready: ReadonlySet<string>
  missing: ReadonlySet<string>
  ignored: ReadonlySet<string>
}

/** Which pods' metrics count (podautoscaler, groupPods, 1.36). */
export function groupPods(pods: readonly Readonly<Pod>[], metrics: PodMetricsInfo, resource: string, now: number): PodGroups {
  const unready = new Set<string>(), missing = new Set<string>(), ignored = new Set<string>()
  let ready = 0
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata, metric = metrics.get(name)
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored.add(name)
    else if (pod.status?.phase === 'Pending') unready.add(name)
    else if (!metric) missing.add(name)
    else if (resource === 'cpu' && isUnready(pod, metric, now)) unready.add(name)
    else ready++
  }
  return { ready, unready, missing, ignored }
}

function isUnready({ status }: Readonly<Pod>, { at = 0, windowMs = 0 }: PodMetric, now: number): boolean {
  const condition = getPodCondition(status, 'Ready')
  if (!condition || status?.startTime === undefined) return true
  const startedAt = Date.parse(status.startTime), changedAt = Date.parse(condition.lastTransitionTime ?? '')
  // While it may still be starting, a whole window has to lie behind its becoming ready; later only pods that were never ready
  // are left out.
  if (startedAt + initializationMs > now) return condition.status === 'False' || at < changedAt + windowMs
  return condition.status === 'False' && startedAt + initialReadinessMs > changedAt
}
