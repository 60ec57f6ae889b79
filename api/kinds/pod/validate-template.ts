import { forbidden, invalid, notSupported, type FieldError } from '../../field-error.ts'
import { labelSelectorMatches, type LabelSelector } from '../../label-selector.ts'
import type { PodTemplateSpec } from '../../schema/generated/types.ts'
import { printableMap, validateAnnotations, validateLabels } from '../validation/labels.ts'
import { validatePodAnnotations, validateProfilesAgree } from './validate-annotations.ts'
import { validatePodSpec } from './validate-pod-spec.ts'

/** The pod template of a workload (core/validation ValidatePodTemplateSpec, 1.36). */
export function validatePodTemplate(template: Readonly<PodTemplateSpec>, path: string): FieldError[] {
  const { metadata, spec = {} as NonNullable<PodTemplateSpec['spec']> } = template
  return [
    ...validateLabels(metadata?.labels, `${path}.labels`),
    ...validateAnnotations(metadata?.annotations, `${path}.annotations`),
    ...validatePodAnnotations(metadata?.annotations, spec, `${path}.annotations`),
    ...validatePodSpec(spec, `${path}.spec`, { isPod: false }),
    ...validateProfilesAgree(metadata?.annotations, spec, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')] : []),
  ]
}

/** Templates of workloads whose pods run for ever: `owner` is how messages name the kind. */
export function validateLastingPods(template: Readonly<PodTemplateSpec>, owner: string, path: string): FieldError[] {
  const { restartPolicy = '' as string, activeDeadlineSeconds } = template.spec ?? {}
  return [
    ...(restartPolicy === 'Always' ? [] : [notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined ? []
      : [forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`)]),
  ]
}

/** A workload must make pods that it selects; upstream lets a missing selector select nothing. */
export function validateTemplateSelected(
  template: Readonly<PodTemplateSpec>, selector: Readonly<LabelSelector> | undefined, path: string,
): FieldError[] {
  const { labels } = template.metadata ?? {}
  return labelSelectorMatches(selector, labels) ? []
    : [invalid(`${path}.metadata.labels`, printableMap(labels), '`selector` does not match template `labels`')]
}
