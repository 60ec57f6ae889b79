import { invalid, notSupported, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { PodDisruptionBudget } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateConditions } from '../validation/conditions.ts'
import { validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts'
import { printableSelector, validateLabelSelector } from '../validation/labels.ts'
import { nameIsPathSegment } from '../validation/object-meta.ts'
import { validateNonnegative } from '../validation/values.ts'

const policies = ['AlwaysAllow', 'IfHealthyBudget']

export const podDisruptionBudgets = defineKind<PodDisruptionBudget>({
  group: 'policy', version: 'v1', kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets', singular: 'poddisruptionbudget', namespaced: true,
  shortNames: ['pdb'], schema: 'policy.v1.PodDisruptionBudget',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
  validateName: nameIsPathSegment,
  prepareForCreate(draft) {
    draft.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
  },
  validate: (next, old, { subresource }) => (subresource === 'status' ? validateStatus(next) : validate(next, old)),
  columns: [
    nameColumn,
    textColumn('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    textColumn('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    { name: 'Allowed Disruptions', type: 'integer', value: ({ status }) => status?.disruptionsAllowed ?? 0 },
    ageColumn,
  ],
})

/** policy/validation ValidatePodDisruptionBudgetSpec, 1.36. */
function validate({ spec }: Readonly<PodDisruptionBudget>, old: Readonly<PodDisruptionBudget> | undefined): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec, errors: FieldError[] = []
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalid('spec', {
      MinAvailable: minAvailable, Selector: printableSelector(selector), MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    }, 'minAvailable and maxUnavailable cannot be both set'))
  }
  for (const [name, value] of Object.entries({ minAvailable, maxUnavailable })) {
    if (value === undefined) continue
    errors.push(...validatePositiveIntOrPercent(value, `spec.${name}`), ...validateNotMoreThan100Percent(value, `spec.${name}`))
  }
  // Label values that were stored under older rules may stay.
  const allowInvalidValues = old !== undefined && validateLabelSelector(old.spec.selector, '').length > 0
  errors.push(...validateLabelSelector(selector, 'spec.selector', { allowInvalidValues }))
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, policies))
  }
  return errors
}

function validateStatus({ status }: Readonly<PodDisruptionBudget>): FieldError[] {
  return [
    ...validateConditions(status?.conditions, 'status.conditions'),
    ...(['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const)
      .flatMap(name => validateNonnegative(status?.[name], `status.${name}`)),
  ]
}
