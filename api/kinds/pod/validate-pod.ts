import { forbidden, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import type { Pod } from '../../schema/generated/types.ts'
import { validateEphemeralContainersUpdate, validatePodUpdate, validateResize } from './pod-update.ts'
import { validatePodAnnotationUpdates, validatePodAnnotations, validateProfilesAgree } from './validate-annotations.ts'
import { validateImageSpaces } from './validate-containers.ts'
import { validatePodSpec } from './validate-pod-spec.ts'
import { validatePodStatus } from './validate-pod-status.ts'

/** Pods (core/validation, 1.36): new ones, updates and their subresources. */
export function validatePod(next: Readonly<Pod>, old: Readonly<Pod> | undefined, { subresource }: KindContext): FieldError[] {
  if (old === undefined) return validateNewPod(next)
  const annotations = () => [
    ...validatePodAnnotationUpdates(next.metadata.annotations, old.metadata.annotations, 'metadata.annotations'),
    ...validatePodAnnotations(next.metadata.annotations, next.spec, 'metadata.annotations'),
  ]
  switch (subresource) {
    case 'status': return [...annotations(), ...validatePodStatus(next, old)]
    case 'ephemeralcontainers': return [...validateAnyPod(next), ...annotations(),
      ...validateEphemeralContainersUpdate(next, old)]
    case 'resize': return [...validateAnyPod(next), ...validateResize(next, old)]
    // A spec that stays has passed when it was stored.
    default: return [...(next.spec === old.spec ? [] : validateAnyPod(next)), ...annotations(), ...validatePodUpdate(next, old)]
  }
}

function validateNewPod(pod: Readonly<Pod>): FieldError[] {
  const { spec, metadata } = pod
  return [
    ...validateAnyPod(pod),
    ...(spec.ephemeralContainers?.length ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')] : []),
    ...(spec.nodeName && spec.schedulingGates?.length
      ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')] : []),
    ...validateProfilesAgree(metadata.annotations, spec, 'spec'),
  ]
}

/** What holds for every version of a pod. */
function validateAnyPod({ metadata, spec }: Readonly<Pod>): FieldError[] {
  return [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', { isPod: true, podName: metadata.name }),
    ...(spec.serviceAccountName ? [] : (spec.volumes ?? [])
      .flatMap((volume, i) => (volume.projected?.sources ?? []).flatMap((source, j) => (
      source.serviceAccountToken ? [forbidden(`spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`,
        'must not be specified when serviceAccountName is not set')] : [])))),
    ...(spec.containers ?? []).flatMap((container, i) => validateImageSpaces(container.image, `spec.containers[${i}]`)),
    ...(spec.initContainers ?? []).flatMap((container, i) => validateImageSpaces(container.image, `spec.initContainers[${i}]`)),
  ]
}

