import { invalid, notSupported, raw, required, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import type { DaemonSet, DaemonSetUpdateStrategy } from '../../schema/generated/types.ts'
import { goStruct } from '../pod/go-values.ts'
import { validateLastingPods, validatePodTemplate, validateTemplateSelected } from '../pod/validate-template.ts'
import { validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts'
import { printableSelector, validateLabelSelector } from '../validation/labels.ts'
import { validateImmutable, validateNonnegative } from '../validation/values.ts'
import { intOrPercentValue } from './validate-rolling-update.ts'
import { isUsable, validateNotEmpty } from './validate-selector.ts'
import { validateCollisions, validateCounters } from './validate-status.ts'

/** DaemonSets (apps/validation, 1.36). */

const counters = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration',
  'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount']

export function validateDaemonSet(
  next: Readonly<DaemonSet>, old: Readonly<DaemonSet> | undefined, { subresource }: KindContext,
): FieldError[] {
  if (subresource === 'status') {
    return [...validateCounters(next.status, counters), ...validateCollisions(next.status, old?.status)]
  }
  const { spec } = next, { selector, template } = spec
  return [
    ...(old ? validateImmutable(selector, old.spec.selector, 'spec.selector', printableSelector(selector)) : []),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(isUsable(selector) ? validateTemplateSelected(template, selector, 'spec.template') : []),
    ...validateNotEmpty(selector, 'daemonset', 'spec.selector'),
    ...validatePodTemplate(template, 'spec.template'),
    ...validateLastingPods(template, 'DaemonSet', 'spec.template'),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'),
    ...validateNonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ]
}

function validateStrategy(strategy: Readonly<DaemonSetUpdateStrategy>, path: string): FieldError[] {
  const type: string = strategy.type ?? '', { rollingUpdate } = strategy
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') {
    const printed = goStruct({ Type: type, RollingUpdate: rollingUpdate
      && { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 } })
    return [notSupported(path, raw(printed), ['RollingUpdate', 'OnDelete'])]
  }
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`)]
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate, at = `${path}.rollingUpdate`
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0, hasSurge = intOrPercentValue(maxSurge) !== 0
  return [
    ...validatePositiveIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...validatePositiveIntOrPercent(maxSurge, `${at}.maxSurge`),
    ...validateNotMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`),
    ...validateNotMoreThan100Percent(maxSurge, `${at}.maxSurge`),
    ...(hasUnavailable && hasSurge
      ? [invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')] : []),
    ...(!hasUnavailable && !hasSurge ? [required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
  ]
}
