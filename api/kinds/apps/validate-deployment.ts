import { forbidden, invalid, notSupported, raw, required, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import type { Deployment, DeploymentStrategy } from '../../schema/generated/types.ts'
import { goStruct } from '../pod/go-values.ts'
import { validateLastingPods, validatePodTemplate, validateTemplateSelected } from '../pod/validate-template.ts'
import { validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts'
import { printableSelector } from '../validation/labels.ts'
import { validateImmutable, validateNonnegative } from '../validation/values.ts'
import { intOrPercentValue } from './validate-rolling-update.ts'
import { isEmptySelector, isUsable, validateWorkloadSelector } from './validate-selector.ts'
import { validateCollisions, validateReplicaCounters } from './validate-status.ts'

/** Deployments (apps/validation, 1.36). */

const counters = ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas', 'collisionCount']

export function validateDeployment(
  next: Readonly<Deployment>, old: Readonly<Deployment> | undefined, { subresource }: KindContext,
): FieldError[] {
  if (subresource === 'status') {
    return [
      ...validateReplicaCounters(next.status, counters, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
      ...validateCollisions(next.status, old?.status),
    ]
  }
  const { spec } = next, { selector, template } = spec, deadline = spec.progressDeadlineSeconds,
    minReady = spec.minReadySeconds ?? 0
  return [
    ...validateNonnegative(spec.replicas, 'spec.replicas'),
    ...validateWorkloadSelector(selector, 'deployment', 'spec.selector'),
    ...(!isUsable(selector) ? [invalid('spec.selector', printableSelector(selector), 'invalid label selector')] : [
      ...(selector && isEmptySelector(selector) ? [] : validateTemplateSelected(template, selector, 'spec.template')),
      ...validatePodTemplate(template, 'spec.template'),
      ...validateLastingPods(template, 'ReplicaSet', 'spec.template'),
    ]),
    ...validateStrategy(spec.strategy ?? {}, 'spec.strategy'),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...validateNonnegative(deadline, 'spec.progressDeadlineSeconds'),
    ...(deadline !== undefined && deadline <= minReady
      ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')] : []),
    ...(old ? validateImmutable(selector, old.spec.selector, 'spec.selector', printableSelector(selector)) : []),
  ]
}

function validateStrategy(strategy: Readonly<DeploymentStrategy>, path: string): FieldError[] {
  const type: string = strategy.type ?? '', { rollingUpdate } = strategy
  if (type === 'Recreate') {
    return rollingUpdate ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")] : []
  }
  if (type !== 'RollingUpdate') {
    const printed = goStruct({ Type: type, RollingUpdate: rollingUpdate
      && { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 } })
    return [notSupported(path, raw(printed), ['Recreate', 'RollingUpdate'])]
  }
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')]
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate, at = `${path}.rollingUpdate`
  return [
    ...validatePositiveIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...validatePositiveIntOrPercent(maxSurge, `${at}.maxSurge`),
    ...(intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0
      ? [invalid(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...validateNotMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`),
  ]
}
