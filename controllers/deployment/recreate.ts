import { controllerOf } from '../../api/object.ts'
import { isPodTerminal } from '../../api/pod-state.ts'
import type { Pod, ReplicaSet } from '../../api/schema/generated/types.ts'
import { isActive, total, type Split } from './replica-sets.ts'
import type { Resize } from './rolling.ts'

/** Recreate (recreate.go, 1.36): all old pods go, and only when none runs any more the new ones come. */
export const planDown = (oldRSs: readonly ReplicaSet[]): Resize[] =>
  oldRSs.filter(isActive).map(rs => ({ name: rs.metadata.name, to: 0 }))

/** `pods` are all that belong to ReplicaSets of the deployment. */
export function oldPodsRun({ newRS, oldRSs }: Split, pods: readonly Readonly<Pod>[]): boolean {
  if (total(oldRSs, 'replicas') > 0) return true
  return pods.some(pod => !isPodTerminal(pod) && controllerOf(pod)?.uid !== newRS?.metadata.uid)
}
