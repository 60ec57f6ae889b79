import { same } from '../../edit.ts'
import { invalid, required, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import { labelSelectorMatches } from '../../label-selector.ts'
import type { Affinity, Job, JobSpec, PodSpec, PodTemplateSpec } from '../../schema/generated/types.ts'
import { isUsable } from '../apps/validate-selector.ts'
import { goPodSpec } from '../pod/go-pod-spec.ts'
import { validateTemplateSelected } from '../pod/validate-template.ts'
import { printableMap, printableSelector, validateLabelSelector } from '../validation/labels.ts'
import { isDns1123Label } from '../validation/names.ts'
import { validateImmutable } from '../validation/values.ts'
import { goPodFailurePolicy, goSuccessPolicy } from './go-job.ts'
import { controllerUidLabels, jobNameLabels } from './job-labels.ts'
import { isTrue, validateJobStatus } from './validate-job-status.ts'
import { validateJobSpec } from './validate-job-spec.ts'

/** Jobs (batch/validation, 1.36). */
export function validateJob(next: Readonly<Job>, old: Readonly<Job> | undefined, { subresource }: KindContext): FieldError[] {
  if (subresource === 'status' && old) return validateJobStatus(next, old)
  return [
    ...validateGeneratedSelector(next, old),
    ...validateSpecAndSelector(next.spec),
    ...validateIndexedHostnames(next),
    // An update goes through the rules of the spec a second time.
    ...(old ? [...validateSpecAndSelector(next.spec), ...validateSpecUpdate(next.spec, old)] : []),
  ]
}

function validateSpecAndSelector(spec: Readonly<JobSpec>): FieldError[] {
  const { selector } = spec
  return [
    ...validateJobSpec(spec, 'spec'),
    ...(selector ? validateLabelSelector(selector, 'spec.selector') : [required('spec.selector')]),
    ...(isUsable(selector) ? validateTemplateSelected(spec.template, selector, 'spec.template') : []),
  ]
}

/** Unless it was asked for by hand, selector and labels must be those that the server makes. */
function validateGeneratedSelector({ metadata, spec }: Readonly<Job>, old: Readonly<Job> | undefined): FieldError[] {
  if (spec.manualSelector || !spec.selector) return []
  const labels = spec.template.metadata?.labels, before = old?.spec.template.metadata?.labels
  // Jobs from before the prefixed labels may lack them.
  const prefixed = !old
    || (before !== undefined && Object.hasOwn(before, jobNameLabels[1]) && Object.hasOwn(before, controllerUidLabels[1]))
  const expected: Record<string, string> = prefixed
    ? { [controllerUidLabels[0]]: metadata.uid, [jobNameLabels[0]]: metadata.name, [controllerUidLabels[1]]: metadata.uid,
      [jobNameLabels[1]]: metadata.name }
    : { [controllerUidLabels[0]]: metadata.uid, [jobNameLabels[0]]: metadata.name }
  const errors = Object.entries(expected).flatMap(([key, value]) => {
    const at = `spec.template.metadata.labels[${key}]`
    if (labels === undefined || !Object.hasOwn(labels, key)) return [required(at, `must be '${value}'`)]
    return labels[key] === value ? [] : [invalid(at, printableMap(labels), `must be '${value}'`)]
  })
  if (isUsable(spec.selector) && !labelSelectorMatches(spec.selector, expected)) {
    errors.push(invalid('spec.selector', printableSelector(spec.selector), '`selector` not auto-generated'))
  }
  return errors
}

/** The index becomes part of the pods' host names. */
function validateIndexedHostnames({ metadata, spec }: Readonly<Job>): FieldError[] {
  if (spec.completionMode !== 'Indexed' || !spec.completions || spec.completions < 1) return []
  const longest = `${metadata.name}-${spec.completions - 1}`
  return isDns1123Label(longest).length === 0 ? []
    : [invalid('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${longest}`)]
}

function validateSpecUpdate(next: Readonly<JobSpec>, { spec: old, status }: Readonly<Job>): FieldError[] {
  const suspended = old.suspend === true, notStarted = !status?.startTime
  const templateMayChange = suspended && (notStarted || isTrue(status?.conditions, 'Suspended')) && (status?.active ?? 0) === 0
  return [
    ...validateCompletions(next, old),
    ...validateImmutable(next.selector, old.selector, 'spec.selector', printableSelector(next.selector)),
    ...validateTemplateUpdate(next.template, old.template, suspended, templateMayChange),
    ...validateImmutable(next.completionMode, old.completionMode, 'spec.completionMode'),
    ...validateImmutable(next.podFailurePolicy, old.podFailurePolicy, 'spec.podFailurePolicy',
      goPodFailurePolicy(next.podFailurePolicy)),
    ...validateImmutable(next.backoffLimitPerIndex, old.backoffLimitPerIndex, 'spec.backoffLimitPerIndex'),
    ...validateImmutable(next.managedBy, old.managedBy, 'spec.managedBy'),
    ...validateImmutable(next.successPolicy, old.successPolicy, 'spec.successPolicy', goSuccessPolicy(next.successPolicy)),
  ]
}

/** Indexed jobs can grow and shrink, all pods at once. */
function validateCompletions(next: Readonly<JobSpec>, old: Readonly<JobSpec>): FieldError[] {
  if (next.completionMode !== 'Indexed') return validateImmutable(next.completions, old.completions, 'spec.completions')
  if (next.completions === undefined || next.completions === old.completions || next.completions === next.parallelism) return []
  return [invalid('spec.completions', next.completions, 'can only be modified in tandem with spec.parallelism')]
}

/** While a job is suspended, where its pods run and what they ask for can be changed, as queues do before they start it. */
function validateTemplateUpdate(
  next: Readonly<PodTemplateSpec>, old: Readonly<PodTemplateSpec>, suspended: boolean, mayChange: boolean,
): FieldError[] {
  const allowed = mayChange ? withSchedulingOf(old, next) : old
  if (!suspended || !mayChange) {
    return same(next, allowed) ? [] : [invalid('spec.template', goTemplate(next), 'field is immutable')]
  }
  return validateImmutable(next.spec, withResourcesOf(allowed.spec!, next.spec!), 'spec.template.spec', goPodSpec(next.spec!))
}

/** Metadata stands among the fields of the internal type, with JSON names of its own. */
function goTemplate({ metadata, spec }: Readonly<PodTemplateSpec>): unknown {
  return { ...metadata, ...(metadata?.labels ? { labels: printableMap(metadata.labels) } : {}), Spec: goPodSpec(spec!) }
}

function withSchedulingOf(old: Readonly<PodTemplateSpec>, next: Readonly<PodTemplateSpec>): PodTemplateSpec {
  const spec = { ...old.spec! }, metadata = { ...old.metadata } as NonNullable<PodTemplateSpec['metadata']>
  const take = <T extends object, K extends keyof T>(target: T, from: Readonly<T>, field: K) => {
    if (from[field] === undefined) delete target[field]
    else target[field] = from[field]
  }
  for (const field of ['nodeSelector', 'tolerations', 'schedulingGates'] as const) {
    take<PodSpec, typeof field>(spec, next.spec!, field)
  }
  for (const field of ['annotations', 'labels'] as const) take(metadata, next.metadata ?? {} as typeof metadata, field)
  const affinity = affinityWithNodesOf(spec.affinity, next.spec!.affinity)
  if (affinity) spec.affinity = affinity
  else delete spec.affinity
  return { metadata, spec }
}

function affinityWithNodesOf(old: Readonly<Affinity> | undefined, next: Readonly<Affinity> | undefined): Affinity | undefined {
  if (!old && !next) return undefined
  const { nodeAffinity: _, ...others } = old ?? {}
  if (!next && Object.keys(others).length === 0) return undefined
  return next?.nodeAffinity ? { ...others, nodeAffinity: next.nodeAffinity } : others
}

function withResourcesOf(old: Readonly<PodSpec>, next: Readonly<PodSpec>): PodSpec {
  const spec = { ...old }
  for (const field of ['containers', 'initContainers'] as const) {
    const containers = old[field]
    if (!containers || containers.length !== next[field]?.length) continue
    spec[field] = containers.map((container, i) => {
      const other = next[field]![i]
      return other.name === container.name ? { ...container, resources: other.resources } : container
    })
  }
  return spec
}

