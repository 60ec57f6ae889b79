import type { ObjectMeta } from '../../object.ts'
import type { Job } from '../../schema/generated/types.ts'
import { isQualifiedName, isValidLabelValue } from '../validation/labels.ts'

/** The labels by which a job knows its pods (registry/batch/job strategy, 1.36). */

const prefix = 'batch.kubernetes.io/'
/** With the prefix, and as they were called before 1.27. */
export const jobNameLabels = ['job-name', `${prefix}job-name`] as const
export const controllerUidLabels = ['controller-uid', `${prefix}controller-uid`] as const

/** Makes the pods of this job and of no other match: their labels and the selector carry the job's UID. */
export function generateSelector({ metadata, spec }: Job): void {
  const template = spec.template.metadata ??= {} as ObjectMeta, labels = template.labels ??= {}
  for (const label of jobNameLabels) if (!Object.hasOwn(labels, label)) labels[label] = metadata.name
  for (const label of controllerUidLabels) if (!Object.hasOwn(labels, label)) labels[label] = metadata.uid
  const matchLabels = (spec.selector ??= {}).matchLabels ??= {}
  if (!Object.hasOwn(matchLabels, controllerUidLabels[1])) matchLabels[controllerUidLabels[1]] = metadata.uid
}

/**
 * A job without labels has those of its pods: with Go the very same map (batch/v1/defaults.go, 1.36), so that it gets the
 * generated ones too, and what is wrong with them is told of both.
 */
export function shareTemplateLabels({ metadata, spec }: Job): void {
  const labels = spec.template.metadata?.labels
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels
}

/**
 * Where the pods had no labels but those generated, upstream finds them when it reads the job back from its store, after
 * validation: labels that no object may have are reported for the template alone.
 */
export function labelFromTemplate({ metadata, spec }: Job): void {
  const labels = Object.entries(spec.template.metadata?.labels ?? {})
  const fine = labels.every(([key, value]) => isQualifiedName(key).length === 0 && isValidLabelValue(value).length === 0)
  if (labels.length > 0 && fine && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = Object.fromEntries(labels)
}
