import type { Deployment, ReplicaSet } from '../../api/schema/generated/types.ts'
import { boundsOf, isRollingUpdate, replicasOf } from './bounds.ts'
import { allOf, byCreation, bySizeNewerFirst, bySizeOlderFirst, isActive, totalWanted, type Split } from './replica-sets.ts'
import { desiredThen, maximumThen } from './revision.ts'
import type { Resize } from './rolling.ts'

/** A deployment that gets another number of replicas (sync.go, 1.36). */

/** Whether some ReplicaSet got its size when another number of replicas was wanted. */
export function isScaling(deployment: Readonly<Deployment>, all: readonly ReplicaSet[]): boolean {
  return all.filter(isActive).some(rs => {
    const then = desiredThen(rs)
    return then !== undefined && then !== replicasOf(deployment)
  })
}

/** `always` marks steps that are taken even without another size, to renew the annotations. */
export interface ScalePlan { steps: Resize[]; always?: true }

/**
 * With one ReplicaSet at work it gets all; with a complete new one the old ones go; in the middle of a rolling update
 * the difference is shared out in proportion to the sizes.
 */
export function planScale(deployment: Readonly<Deployment>, split: Split): ScalePlan {
  const replicas = replicasOf(deployment)
  const only = activeOrLatest(split)
  if (only === 'none') return { steps: [] }
  if (only !== 'several') return { steps: replicasOf(only) === replicas ? [] : [{ name: only.metadata.name, to: replicas }] }
  if (isSaturated(deployment, split.newRS)) {
    return { steps: split.oldRSs.filter(isActive).map(rs => ({ name: rs.metadata.name, to: 0 })) }
  }
  return isRollingUpdate(deployment) ? { steps: planProportions(deployment, split), always: true } : { steps: [] }
}

function activeOrLatest({ newRS, oldRSs }: Split): ReplicaSet | 'none' | 'several' {
  const active = allOf({ newRS, oldRSs }).filter(isActive)
  if (active.length > 1) return 'several'
  return active[0] ?? newRS ?? [...oldRSs].sort(byCreation).at(-1) ?? 'none'
}

/** Both believe that the new ReplicaSet holds all replicas, and all are available. */
function isSaturated(deployment: Readonly<Deployment>, newRS: ReplicaSet | undefined): boolean {
  const replicas = replicasOf(deployment)
  return newRS !== undefined && replicasOf(newRS) === replicas && desiredThen(newRS) === replicas
    && (newRS.status?.availableReplicas ?? 0) === replicas
}

/**
 * Shares out what is to be added (or taken away) in proportion, from the largest ReplicaSet to the smallest; what rounding
 * leaves over goes to the largest.
 *
 *     10 -> 15 replicas, surge 3, old 8 and new 5: 18 allowed, 5 to add: old 8*18/13 = 11 (+3), new +2
 */
function planProportions(deployment: Readonly<Deployment>, split: Split): Resize[] {
  const replicas = replicasOf(deployment), active = allOf(split).filter(isActive)
  const allowed = replicas > 0 ? replicas + boundsOf(deployment).maxSurge : 0
  const toAdd = allowed - totalWanted(active)
  if (toAdd !== 0) active.sort(toAdd > 0 ? bySizeNewerFirst : bySizeOlderFirst)
  let added = 0
  const steps = active.map(rs => {
    const share = shareOf(rs, deployment, toAdd, added)
    added += share
    return { name: rs.metadata.name, to: replicasOf(rs) + share }
  })
  if (toAdd !== 0 && steps.length > 0) steps[0].to = Math.max(0, steps[0].to + toAdd - added)
  return steps
}

function shareOf(rs: ReplicaSet, deployment: Readonly<Deployment>, toAdd: number, added: number): number {
  if (toAdd === 0 || toAdd === added) return 0
  const fraction = fractionOf(rs, deployment), left = toAdd - added
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left)
}

function fractionOf(rs: ReplicaSet, deployment: Readonly<Deployment>): number {
  const size = replicasOf(rs), replicas = replicasOf(deployment)
  if (replicas === 0) return -size
  const before = maximumThen(rs) || (deployment.status?.replicas ?? 0)
  if (before === 0) return 0
  return roundHalfAway(size * (replicas + boundsOf(deployment).maxSurge) / before) - size
}

const roundHalfAway = (n: number) => (n < 0 ? Math.ceil(n - 0.5) : Math.floor(n + 0.5))
