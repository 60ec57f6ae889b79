import type { Deployment } from '../../api/schema/generated/types.ts'

/** How many pods a rolling deployment may have too many, and how many may be missing (util/deployment_util.go, 1.36). */
export interface Bounds { maxSurge: number; maxUnavailable: number }

export const replicasOf = (owner: { spec: { replicas?: number } }): number => owner.spec.replicas ?? 1
export const isRollingUpdate = (deployment: Readonly<Deployment>): boolean => deployment.spec.strategy?.type === 'RollingUpdate'

/**
 * Percentages of the replicas: a surge is rounded up, what may be missing is rounded down. If both come to nothing, one
 * pod may be missing, for else the rollout could never move. Strategies other than RollingUpdate allow neither.
 *
 *     4 replicas, 25 % and 25 %: surge 1, unavailable 1      3 replicas, 25 % and 25 %: surge 1, unavailable 0
 *     1 replica, 0 % and 25 %:   surge 0, unavailable 1
 */
export function boundsOf(deployment: Readonly<Deployment>): Bounds {
  if (!isRollingUpdate(deployment)) return { maxSurge: 0, maxUnavailable: 0 }
  const replicas = replicasOf(deployment), rolling = deployment.spec.strategy?.rollingUpdate
  const maxSurge = scaled(rolling?.maxSurge, replicas, Math.ceil)
  let maxUnavailable = scaled(rolling?.maxUnavailable, replicas, Math.floor)
  if (maxSurge === 0 && maxUnavailable === 0) maxUnavailable = 1
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) }
}

function scaled(value: number | string | undefined, total: number, round: (n: number) => number): number {
  if (value === undefined) return 0
  if (typeof value === 'number') return value
  const percent = /^([0-9]+)%$/.exec(value)
  return percent ? round(Number(percent[1]) * total / 100) : 0
}

/** MaxInt32 stands for "none" in both of these fields. */
const none = 2_147_483_647
export const hasProgressDeadline = ({ spec }: Readonly<Deployment>): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== none
export const hasHistoryLimit = ({ spec }: Readonly<Deployment>): boolean =>
  spec.revisionHistoryLimit !== undefined && spec.revisionHistoryLimit !== none
