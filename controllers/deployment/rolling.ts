import type { Deployment, ReplicaSet } from '../../api/schema/generated/types.ts'
import { boundsOf, isRollingUpdate, replicasOf } from './bounds.ts'
import { allOf, byCreation, isActive, total, totalWanted, type Split } from './replica-sets.ts'

/** The arithmetic of a rolling update (rolling.go, 1.36). */

/** One ReplicaSet gets another size. Steps are taken in order; a later one may go on from an earlier one. */
export interface Resize { name: string; to: number }

/** How many pods the new ReplicaSet should have: as many more as the surge leaves room for. */
export function newReplicaSetSize(deployment: Readonly<Deployment>, all: readonly ReplicaSet[], current: number): number {
  const replicas = replicasOf(deployment)
  if (!isRollingUpdate(deployment)) return replicas
  const room = replicas + boundsOf(deployment).maxSurge - totalWanted(all)
  return room <= 0 ? current : current + Math.min(room, replicas - current)
}

/** Up first: a step that makes the new ReplicaSet larger (or smaller than it was, when fewer are wanted). */
export function planNew(deployment: Readonly<Deployment>, { newRS, oldRSs }: Required<Split> & { newRS: ReplicaSet }): Resize[] {
  const replicas = replicasOf(deployment), current = replicasOf(newRS)
  const to = current > replicas ? replicas
    : current === replicas ? current : newReplicaSetSize(deployment, [...oldRSs, newRS], current)
  return to === current ? [] : [{ name: newRS.metadata.name, to }]
}

/**
 * Then down: old ReplicaSets become smaller as far as availability allows, their unhealthy pods first, for those take
 * nothing away.
 *
 *     10 replicas, 2 may be missing, surge 3: new 5 of which 0 available, old 8, all available
 *     13 pods - 8 that must be available - 5 new ones that are not: nothing can go.
 *     The same with an undo (the new one is the good one with 8, 7 of them available): 13 - 8 - 1 = 4 bad ones can go.
 */
export function planOld(deployment: Readonly<Deployment>, { newRS, oldRSs }: Split & { newRS: ReplicaSet }): Resize[] {
  const active = oldRSs.filter(isActive).sort(byCreation)
  if (active.length === 0) return []
  const minAvailable = replicasOf(deployment) - boundsOf(deployment).maxUnavailable
  const newUnavailable = replicasOf(newRS) - (newRS.status?.availableReplicas ?? 0)
  const canGo = totalWanted(allOf({ newRS, oldRSs })) - minAvailable - newUnavailable
  if (canGo <= 0) return []

  const sizes = new Map(active.map(rs => [rs.metadata.name, replicasOf(rs)]))
  const steps: Resize[] = []
  const shrink = (rs: ReplicaSet, by: number) => {
    const to = sizes.get(rs.metadata.name)! - by
    sizes.set(rs.metadata.name, to)
    steps.push({ name: rs.metadata.name, to })
  }
  let unhealthyGone = 0
  for (const rs of active) {
    if (unhealthyGone >= canGo) break
    const unhealthy = replicasOf(rs) - (rs.status?.availableReplicas ?? 0)
    if (unhealthy === 0) continue
    // It has not acted on its last size yet, so nothing can be said of its pods; its next status brings us back (upstream: an
    // error).
    if (unhealthy < 0) return steps
    const by = Math.min(canGo - unhealthyGone, unhealthy)
    shrink(rs, by)
    unhealthyGone += by
  }

  const spare = total([...active, newRS], 'availableReplicas') - minAvailable
  let gone = 0
  for (const rs of active) {
    if (gone >= spare) break
    const by = Math.min(sizes.get(rs.metadata.name)!, spare - gone)
    if (by <= 0) continue
    shrink(rs, by)
    gone += by
  }
  return steps
}
