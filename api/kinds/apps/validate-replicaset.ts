import { invalid, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import type { ReplicaSet } from '../../schema/generated/types.ts'
import { validateLastingPods, validatePodTemplate, validateTemplateSelected } from '../pod/validate-template.ts'
import { printableSelector } from '../validation/labels.ts'
import { validateImmutable, validateNonnegative } from '../validation/values.ts'
import { isEmptySelector, isUsable, validateWorkloadSelector } from './validate-selector.ts'
import { validateReplicaCounters } from './validate-status.ts'

/** ReplicaSets (apps/validation, 1.36). */

const counters = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration',
  'terminatingReplicas']

export function validateReplicaSet(
  next: Readonly<ReplicaSet>, old: Readonly<ReplicaSet> | undefined, { subresource }: KindContext,
): FieldError[] {
  if (subresource === 'status') {
    return validateReplicaCounters(next.status, counters, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'])
  }
  const { spec } = next, { selector } = spec, template = spec.template ?? {}
  return [
    ...validateNonnegative(spec.replicas, 'spec.replicas'),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    // Upstream says deployment here too.
    ...validateWorkloadSelector(selector, 'deployment', 'spec.selector'),
    ...(!isUsable(selector) ? [invalid('spec.selector', printableSelector(selector), 'invalid label selector')] : [
      ...(selector && isEmptySelector(selector) ? [] : validateTemplateSelected(template, selector, 'spec.template')),
      ...validatePodTemplate(template, 'spec.template'),
      ...validateLastingPods(template, 'ReplicaSet', 'spec.template'),
    ]),
    ...(old ? validateImmutable(selector, old.spec.selector, 'spec.selector', printableSelector(selector)) : []),
  ]
}
