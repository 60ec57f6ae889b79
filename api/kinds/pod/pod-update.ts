import { edit, same } from '../../edit.ts'
import { forbidden, invalid, quote, required, type FieldError } from '../../field-error.ts'
import { isSidecar } from '../../pod-state.ts'
import type {
  Container, NodeAffinity, NodeSelectorTerm, Pod, PodSchedulingGate, PodSpec, ResourceRequirements, Toleration,
} from '../../schema/generated/types.ts'
import { unifiedDiff } from '../../unified-diff.ts'
import { printableMap } from '../validation/labels.ts'
import { rangeComplaint } from '../validation/names.ts'
import { goEphemeralContainer, goNodeSelectorTerm, goPodSpec } from './go-pod-spec.ts'
import { qosClassOf } from './qos.ts'
import { mirrorAnnotation } from './validate-annotations.ts'
import { validateImageSpaces } from './validate-containers.ts'
import { validateTolerations } from './validate-scheduling.ts'

/** What may change in a pod that is there (core/validation, 1.36). */

const changeable = ['`spec.containers[*].image`', '`spec.initContainers[*].image`', '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)']
const maxInt32 = 2147483647

export function validatePodUpdate({ spec: next }: Readonly<Pod>, { spec: old }: Readonly<Pod>): FieldError[] {
  const errors: FieldError[] = []
  for (const field of ['containers', 'initContainers'] as const) {
    const containers = next[field] ?? []
    if (containers.length !== (old[field] ?? []).length) {
      return [...errors, forbidden(`spec.${field}`, 'pod updates may not add or remove containers')]
    }
    containers.forEach((container, i) => {
      if (!container.image) errors.push(required(`spec.${field}[${i}].image`))
      errors.push(...validateImageSpaces(container.image, `spec.${field}[${i}]`))
    })
  }
  const deadline = next.activeDeadlineSeconds, at = 'spec.activeDeadlineSeconds'
  if (deadline !== undefined) {
    if (deadline < 0 || deadline > maxInt32) return [...errors, invalid(at, deadline, rangeComplaint(0, maxInt32))]
    if (old.activeDeadlineSeconds !== undefined && old.activeDeadlineSeconds < deadline) {
      return [...errors, invalid(at, deadline, 'must be less than or equal to previous value')]
    }
  } else if (old.activeDeadlineSeconds !== undefined) {
    errors.push(invalid(at, null, 'must not update from a positive integer to nil value'))
  }
  errors.push(...validateOnlyAddedTolerations(next.tolerations, old.tolerations, 'spec.tolerations'))
  errors.push(...validateOnlyDeletedGates(next.schedulingGates, old.schedulingGates, 'spec.schedulingGates'))
  if (same(next, old)) return errors

  const masked = maskChangeable(next, old)
  if (old.schedulingGates?.length) errors.push(...allowGatedChanges(masked, old))
  if (!same(masked, old)) {
    errors.push(forbidden('spec',
      `pod updates may not change fields other than ${changeable.join(',')}\n${unifiedDiff(goPodSpec(old), goPodSpec(masked))}`))
  }
  return errors
}

const withImages = (containers: Container[] | undefined, old: readonly Container[] | undefined) =>
  containers?.map((container, i) => (container.image === old?.[i].image ? container : { ...container, image: old?.[i].image }))

/** The new spec with the old value of all that may change. */
function maskChangeable(next: Readonly<PodSpec>, old: Readonly<PodSpec>): PodSpec {
  const masked: PodSpec = { ...next, containers: withImages(next.containers, old.containers)! }
  const keep = <K extends keyof PodSpec>(field: K, value: PodSpec[K]) => {
    if (value === undefined) delete masked[field]
    else masked[field] = value
  }
  keep('initContainers', withImages(next.initContainers, old.initContainers))
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) keep(field, old[field])
  return masked
}

/** A gated pod has not been looked at by the scheduler: where it may run can still be narrowed down. */
function allowGatedChanges(masked: PodSpec, old: Readonly<PodSpec>): FieldError[] {
  const errors: FieldError[] = [], { nodeSelector } = masked
  if (!same(nodeSelector ?? {}, old.nodeSelector ?? {})) {
    if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => nodeSelector?.[key] !== value)) {
      errors.push(invalid('spec.nodeSelector', printableMap(nodeSelector),
        'only additions to spec.nodeSelector are allowed (no mutations or deletions)'))
    }
    if (old.nodeSelector) masked.nodeSelector = old.nodeSelector
    else delete masked.nodeSelector
  }
  const before = old.affinity?.nodeAffinity, after = masked.affinity?.nodeAffinity
  if (!same(before, after)) {
    errors.push(...validateNarrowed(after, before,
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'))
    const { nodeAffinity: _, ...others } = masked.affinity ?? {}
    if (before) masked.affinity = { ...others, nodeAffinity: before }
    else if (Object.keys(others).length === 0 && !old.affinity) delete masked.affinity
    else masked.affinity = others
  }
  return errors
}

function validateNarrowed(
  next: Readonly<NodeAffinity> | undefined, old: Readonly<NodeAffinity> | undefined, path: string,
): FieldError[] {
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const after = next?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  if (before.length > 0 && before.length !== after.length) {
    return [invalid(path, after.length ? after.map(goNodeSelectorTerm) : null,
      'no additions/deletions to non-empty NodeSelectorTerms list are allowed')]
  }
  return before.flatMap((term, i) => (onlyAdds(after[i], term) ? []
    : [invalid(`${path}[${i}]`, goNodeSelectorTerm(after[i]), 'only additions are allowed (no mutations or deletions)')]))
}

function onlyAdds(next: Readonly<NodeSelectorTerm>, old: Readonly<NodeSelectorTerm>): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  if (lists.every(field => !old[field]?.length)) return lists.every(field => !next[field]?.length)
  return lists.every(field => same((next[field] ?? []).slice(0, old[field]?.length ?? 0), old[field] ?? []))
}

function validateOnlyAddedTolerations(
  next: readonly Toleration[] | undefined, old: readonly Toleration[] | undefined, path: string,
): FieldError[] {
  const identity = (toleration: Toleration) => ({ ...toleration, tolerationSeconds: undefined })
  const kept = (old ?? []).every(toleration => next?.some(other => same(identity(other), identity(toleration))))
  if (!kept) return [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')]
  return validateTolerations(next, path)
}

function validateOnlyDeletedGates(
  next: readonly PodSchedulingGate[] | undefined, old: readonly PodSchedulingGate[] | undefined, path: string,
): FieldError[] {
  return (next ?? []).flatMap(({ name }, i) => (old?.some(gate => gate.name === name) ? []
    : [forbidden(`${path}[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`)]))
}

/** Debug containers come and stay. */
export function validateEphemeralContainersUpdate(next: Readonly<Pod>, old: Readonly<Pod>): FieldError[] {
  if (isMirror(old)) return [forbidden('', 'static pods do not support ephemeral containers')]
  const path = 'spec.ephemeralContainers'
  return (old.spec.ephemeralContainers ?? []).flatMap(container => {
    const kept = next.spec.ephemeralContainers?.find(other => other.name === container.name)
    if (!kept) return [forbidden(path, `existing ephemeral containers ${quote(container.name)} may not be removed\n`)]
    return same(kept, container) ? []
      : [forbidden(path, `existing ephemeral containers ${quote(container.name)} may not be changed\n`
      + unifiedDiff(goEphemeralContainer(container), goEphemeralContainer(kept)))]
  })
}

const isMirror = (pod: Readonly<Pod>) => pod.metadata.annotations !== undefined
  && Object.hasOwn(pod.metadata.annotations, mirrorAnnotation)

/** The resize subresource: cpu and memory of containers and of the pod (core/validation ValidatePodResize). */
export function validateResize(next: Readonly<Pod>, old: Readonly<Pod>): FieldError[] {
  if (isMirror(old)) return [forbidden('', 'static pods cannot be resized')]
  if (old.spec.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')]
  const errors: FieldError[] = []
  if ((old.status?.qosClass ?? qosClassOf(old.spec)) !== qosClassOf(next.spec)) {
    errors.push(invalid('spec', next.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'))
  }
  const running = old.status?.containerStatuses?.find(status => status.state?.running)
  if (running && !running.resources) errors.push(forbidden('spec', 'Pod running on node without support for resize'))
  errors.push(...validatePodLevelResize(next.spec, old.spec))
  const order = (['containers', 'initContainers'] as const)
    .flatMap(field => validateOrder(next.spec[field], old.spec[field], field))
  if (order.length > 0) return [...errors, ...order]

  for (const field of ['initContainers', 'containers'] as const) {
    old.spec[field]?.forEach((container, i) => {
      if (field === 'initContainers' && !isSidecar(container)) return
      for (const list of ['requests', 'limits'] as const) {
        if (removes(next.spec[field]![i].resources?.[list], container.resources?.[list])) {
          errors.push(forbidden(`spec.${field}[${i}].resources.${list}`, `resource ${list} cannot be removed`))
        }
      }
    })
  }
  old.spec.containers.forEach((container, i) => {
    if (!same(withoutCompute(next.spec.containers[i]), withoutCompute(container))) {
      errors.push(forbidden('spec', 'only cpu and memory resources are mutable'))
    }
  })
  old.spec.initContainers?.forEach((container, i) => {
    const changed = next.spec.initContainers![i]
    if (!isSidecar(container)) {
      if (!same(changed, container)) errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'))
    } else if (!same(withoutCompute(changed), withoutCompute(container))) {
      errors.push(forbidden(`spec.initContainers[${i}]`,
        'only cpu and memory resources for init or sidecar containers are mutable'))
    }
  })
  return errors
}

function validatePodLevelResize(next: Readonly<PodSpec>, old: Readonly<PodSpec>): FieldError[] {
  const isSet = (resources: ResourceRequirements | undefined) =>
    Object.keys(resources?.requests ?? {}).length + Object.keys(resources?.limits ?? {}).length > 0
  if (!isSet(next.resources) && !isSet(old.resources)) return []
  if (old.resources && !next.resources) return [forbidden('spec.resources', 'pod-level resources cannot be removed')]
  const errors = old.resources ? (['requests', 'limits'] as const)
    .filter(list => removes(next.resources?.[list], old.resources![list]))
    .map(list => forbidden(`spec.resources.${list}`, `pod-level resource ${list} cannot be removed`)) : []
  if (!same(withoutCompute({ resources: next.resources }), withoutCompute({ resources: old.resources }))) {
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable at pod-level'))
  }
  return errors
}

function validateOrder(
  next: readonly Container[] | undefined, old: readonly Container[] | undefined, field: string,
): FieldError[] {
  if ((next?.length ?? 0) !== (old?.length ?? 0)) {
    return [forbidden(`spec.${field}`, `${field} may not be added or removed on resize`)]
  }
  return (old ?? []).flatMap((container, i) => (next![i].name === container.name ? []
    : [forbidden(`spec.${field}[${i}].name`, `${field} may not be renamed or reordered on resize`)]))
}

const removes = (next: Readonly<Record<string, string>> | undefined, old: Readonly<Record<string, string>> | undefined) =>
  Object.keys(old ?? {}).some(name => next === undefined || !Object.hasOwn(next, name))

/** All but cpu and memory. */
function withoutCompute<T extends { resources?: ResourceRequirements }>(holder: T): T {
  return edit({ ...holder, resources: holder.resources ?? {} }, draft => {
    for (const list of ['requests', 'limits'] as const) {
      const amounts = { ...draft.resources![list] }
      delete amounts.cpu
      delete amounts.memory
      if (Object.keys(amounts).length > 0) draft.resources![list] = amounts
      else delete draft.resources![list]
    }
  }) as T
}
