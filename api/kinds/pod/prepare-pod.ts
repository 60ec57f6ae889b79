import type { KindContext } from '../../kind.ts'
import { timestamp } from '../../clock.ts'
import type { Container, LabelSelector, Pod, PodAffinityTerm } from '../../schema/generated/types.ts'
import { copyAppArmorAnnotations } from './app-armor.ts'
import { mirrorServiceAccount } from './defaults.ts'
import { dropDisabledFields } from './dropped-fields.ts'
import { qosClassOf } from './qos.ts'

/** What the server makes of a pod before it validates it (registry/core/pod strategy, 1.36). */

export function preparePodForCreate(pod: Pod, { now }: KindContext): void {
  mirrorServiceAccount(pod.spec)
  pod.status = { phase: 'Pending', qosClass: qosClassOf(pod.spec) }
  dropDisabledFields(pod.spec)
  if (pod.spec.schedulingGates?.length) {
    pod.status.conditions = [{
      type: 'PodScheduled', status: 'False', lastProbeTime: null as unknown as undefined, lastTransitionTime: timestamp(now),
      reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates',
    }]
  }
  mergeLabelKeys(pod)
  copyAppArmorAnnotations(pod)
}

export function preparePodForUpdate(pod: Pod, old: Readonly<Pod>, { subresource }: KindContext): void {
  switch (subresource) {
    case 'status': return prepareStatus(pod, old)
    case 'ephemeralcontainers': {
      const { ephemeralContainers } = pod.spec
      pod.spec = { ...old.spec }
      if (ephemeralContainers?.length) pod.spec.ephemeralContainers = ephemeralContainers
      else delete pod.spec.ephemeralContainers
      keepMetadata(pod, old)
      break
    }
    case 'resize':
      prepareResize(pod, old)
      break
  }
  mirrorServiceAccount(pod.spec)
  dropDisabledFields(pod.spec, old.spec)
}

function prepareStatus(pod: Pod, old: Readonly<Pod>): void {
  const { ownerReferences } = old.metadata
  if (ownerReferences) pod.metadata.ownerReferences = ownerReferences
  else delete pod.metadata.ownerReferences
  const status = pod.status ??= {}
  // Behind the gates DRANodeAllocatableResources and ImageVolumeWithDigest, off in 1.36.
  delete status.nodeAllocatableResourceClaimStatuses
  for (const { volumeMounts } of [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? [],
    ...status.ephemeralContainerStatuses ?? []]) {
    for (const mount of volumeMounts ?? []) delete mount.volumeStatus
  }
  if (!status.qosClass && old.status?.qosClass) status.qosClass = old.status.qosClass
  // A writer that knows nothing of observed generations keeps those that are there; the nth condition of a type follows the nth.
  if (!status.observedGeneration && old.status?.observedGeneration) status.observedGeneration = old.status.observedGeneration
  const before = [...old.status?.conditions ?? []]
  for (const condition of status.conditions ?? []) {
    const index = before.findIndex(({ type }) => type === condition.type)
    const [previous] = index < 0 ? [] : before.splice(index, 1)
    if (!condition.observedGeneration && previous?.observedGeneration) condition.observedGeneration = previous.observedGeneration
  }
}

/** Only resources and resize policies of the same containers come through. */
function prepareResize(pod: Pod, old: Readonly<Pod>): void {
  const { containers, initContainers, resources } = pod.spec
  if (containers.length !== old.spec.containers.length
    || (initContainers?.length ?? 0) !== (old.spec.initContainers?.length ?? 0)) {
    return
  }
  pod.spec = { ...old.spec, containers: resized(containers, old.spec.containers) }
  if (initContainers) pod.spec.initContainers = resized(initContainers, old.spec.initContainers!)
  if (resources) pod.spec.resources = resources
  else delete pod.spec.resources
  keepMetadata(pod, old)
}

function resized(next: Container[], old: readonly Container[]): Container[] {
  if (next.some((container, i) => container.name !== old[i].name)) return next
  return old.map((container, i) => {
    const { resizePolicy: _, ...rest } = container, { resources, resizePolicy } = next[i]
    return { ...rest, resources, ...(resizePolicy ? { resizePolicy } : {}) }
  })
}

/** These subresources leave labels, annotations, owners and finalizers alone. */
function keepMetadata(pod: Pod, old: Readonly<Pod>): void {
  const { managedFields } = pod.metadata
  pod.metadata = { ...old.metadata, ...(managedFields ? { managedFields } : {}) }
}

/** Adds the pod's own values of `matchLabelKeys` to the selectors they belong to. */
function mergeLabelKeys({ metadata, spec }: Pod): void {
  const labels = metadata.labels ?? {}
  const merge = (selector: LabelSelector | undefined, keys: readonly string[] | undefined, operator: 'In' | 'NotIn') => {
    if (!selector) return
    for (const key of keys ?? []) {
      if (Object.hasOwn(labels, key)) (selector.matchExpressions ??= []).push({ key, operator, values: [labels[key]] })
    }
  }
  const terms: PodAffinityTerm[] = [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity].flatMap(affinity => [
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted => weighted.podAffinityTerm),
    ...affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
  ])
  for (const term of terms) {
    if (!term) continue
    merge(term.labelSelector, term.matchLabelKeys, 'In')
    merge(term.labelSelector, term.mismatchLabelKeys, 'NotIn')
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) merge(constraint.labelSelector, constraint.matchLabelKeys, 'In')
}
