import type { Deployment, ReplicaSet } from '../../api/schema/generated/types.ts'
import { replicasOf } from './bounds.ts'
import { sameTemplate } from './hash.ts'

/** Looking at the ReplicaSets of a deployment: which is new, which are old, and their sums (util/deployment_util.go, 1.36). */

export interface Split { newRS: ReplicaSet | undefined; oldRSs: ReplicaSet[] }

/** The new one is the oldest whose template is the deployment's: after an undo that is one of the old ones. */
export function splitByTemplate(deployment: Readonly<Deployment>, replicaSets: readonly ReplicaSet[]): Split {
  const sorted = [...replicaSets].sort(byCreation)
  const newRS = sorted.find(rs => sameTemplate(rs.spec.template, deployment.spec.template))
  return { newRS, oldRSs: sorted.filter(rs => rs !== newRS) }
}

/** Oldest first, then by name. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  return compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compare(a.metadata.name, b.metadata.name)
}
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Largest first; of the same size the newer one first. */
export const bySizeNewerFirst = (a: ReplicaSet, b: ReplicaSet): number => replicasOf(b) - replicasOf(a) || byCreation(b, a)
/** Largest first; of the same size the older one first. */
export const bySizeOlderFirst = (a: ReplicaSet, b: ReplicaSet): number => replicasOf(b) - replicasOf(a) || byCreation(a, b)

export const isActive = (rs: ReplicaSet): boolean => replicasOf(rs) > 0
export const allOf = ({ newRS, oldRSs }: Split): ReplicaSet[] => (newRS ? [...oldRSs, newRS] : [...oldRSs])

type Count = 'replicas' | 'readyReplicas' | 'availableReplicas'
export const totalWanted = (all: readonly ReplicaSet[]): number => all.reduce((sum, rs) => sum + replicasOf(rs), 0)
export const total = (all: readonly ReplicaSet[], count: Count): number =>
  all.reduce((sum, rs) => sum + (rs.status?.[count] ?? 0), 0)

/** Undefined when a ReplicaSet that was synced does not say how many of its pods are terminating. */
export function totalTerminating(all: readonly ReplicaSet[]): number | undefined {
  let sum = 0
  for (const { status } of all) {
    if (status?.terminatingReplicas !== undefined) sum += status.terminatingReplicas
    else if (status?.observedGeneration) return undefined
  }
  return sum
}
