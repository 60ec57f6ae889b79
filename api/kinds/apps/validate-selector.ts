import { invalid, required, type FieldError } from '../../field-error.ts'
import { labelSelectorAsRequirements, type LabelSelector } from '../../label-selector.ts'
import { printableSelector, validateLabelSelector } from '../validation/labels.ts'

/** Selectors of workloads (apps/validation, 1.36). */

/** A selector that must be there and say something; `owner` is what upstream calls the kind. */
export function validateWorkloadSelector(
  selector: Readonly<LabelSelector> | undefined, owner: string, path: string,
): FieldError[] {
  if (!selector) return [required(path)]
  return [...validateLabelSelector(selector, path), ...validateNotEmpty(selector, owner, path)]
}

export function validateNotEmpty(selector: Readonly<LabelSelector> | undefined, owner: string, path: string): FieldError[] {
  if (!selector || !isEmptySelector(selector)) return []
  return [invalid(path, printableSelector(selector), `empty selector is invalid for ${owner}`)]
}

export const isEmptySelector = (selector: Readonly<LabelSelector>): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0

/** Whether the selector can be used at all; its mistakes have been reported elsewhere. */
export function isUsable(selector: Readonly<LabelSelector> | undefined): boolean {
  try {
    if (selector) labelSelectorAsRequirements(selector)
    return true
  } catch {
    return false
  }
}
