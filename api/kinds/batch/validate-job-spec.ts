import { duplicate, invalid, notSupported, quote, required, tooLong, tooMany, type FieldError } from '../../field-error.ts'
import type { JobSpec, PodFailurePolicyRule, SuccessPolicyRule } from '../../schema/generated/types.ts'
import { validatePodTemplate } from '../pod/validate-template.ts'
import { isQualifiedName, validateDomainPrefixedPath } from '../validation/labels.ts'
import { byteLength } from '../validation/names.ts'
import { complain, validateNonnegative } from '../validation/values.ts'
import { goSuccessPolicy } from './go-job.ts'
import { countIndexes } from './indexes.ts'

/** The spec of a job, in a job or in a CronJob (batch/validation, 1.36). */

const mostIndexed = 100_000
const manyCompletions = 100_000
const mostWithManyCompletions = 10_000

export function validateJobSpec(spec: Readonly<JobSpec>, path: string): FieldError[] {
  const { completionMode, backoffLimitPerIndex, maxFailedIndexes, managedBy, podFailurePolicy, successPolicy } = spec
  const numbers = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes'] as const
  const errors = numbers.flatMap(field => validateNonnegative(spec[field], `${path}.${field}`))
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined) {
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  }
  if (managedBy !== undefined) {
    errors.push(...validateDomainPrefixedPath(managedBy, `${path}.managedBy`))
    if (byteLength(managedBy) > 63) errors.push(tooLong(`${path}.managedBy`, 63))
  }
  if (completionMode !== undefined && completionMode !== 'NonIndexed' && completionMode !== 'Indexed') {
    errors.push(notSupported(`${path}.completionMode`, completionMode, ['NonIndexed', 'Indexed']))
  }
  if (completionMode === 'Indexed') errors.push(...validateIndexed(spec, path))
  if (completionMode === undefined || completionMode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[field] !== undefined) errors.push(invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode'))
    }
  }
  if (podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy`))
  if (successPolicy) {
    errors.push(...(completionMode === 'Indexed' ? validateSuccessPolicy(spec, `${path}.successPolicy`)
      : [invalid(`${path}.successPolicy`, goSuccessPolicy(successPolicy), 'requires indexed completion mode')]))
  }
  return [
    ...errors,
    ...validateReplacementPolicy(spec, `${path}.podReplacementPolicy`),
    ...validatePodTemplate(spec.template ?? {}, `${path}.template`),
    ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`),
  ]
}

function validateIndexed(spec: Readonly<JobSpec>, path: string): FieldError[] {
  const { completions, parallelism, maxFailedIndexes } = spec, errors: FieldError[] = []
  const above = `when completions are above ${manyCompletions} and used with backoff limit per index`
  const atMost = (field: 'parallelism' | 'maxFailedIndexes', most: number, why: string) => {
    const value = spec[field]
    if (value !== undefined && value > most) errors.push(invalid(`${path}.${field}`, value, why))
  }
  if (completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'))
  atMost('parallelism', mostIndexed, `must be less than or equal to ${mostIndexed} when completion mode is Indexed`)
  if (completions !== undefined) atMost('maxFailedIndexes', completions, 'must be less than or equal to completions')
  atMost('maxFailedIndexes', mostIndexed, `must be less than or equal to ${mostIndexed}`)
  if (completions !== undefined && completions > manyCompletions && spec.backoffLimitPerIndex !== undefined) {
    if (maxFailedIndexes === undefined) {
      errors.push(required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${manyCompletions}`))
    }
    if (parallelism !== undefined) {
      atMost('parallelism', mostWithManyCompletions, `must be less than or equal to ${mostWithManyCompletions} ${above}`)
    }
    atMost('maxFailedIndexes', mostWithManyCompletions, `must be less than or equal to ${mostWithManyCompletions} ${above}`)
  }
  return errors
}

function validateReplacementPolicy(
  { podReplacementPolicy: policy, podFailurePolicy }: Readonly<JobSpec>, path: string,
): FieldError[] {
  if (policy === undefined) return []
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  return supported.includes(policy) ? [] : [notSupported(path, policy, supported)]
}

/** The default of pods is no policy for a job, so it counts as missing. */
function validateRestartPolicy({ template, podFailurePolicy }: Readonly<JobSpec>, path: string): FieldError[] {
  const policy: string = template?.spec?.restartPolicy ?? ''
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')]
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])]
  return podFailurePolicy && policy !== 'Never'
    ? [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')] : []
}

/** `Invalid value` without a value (field.OmitValueType). */
export const invalidWithoutValue = (field: string, detail: string): FieldError =>
  ({ type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` })

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const operators = ['In', 'NotIn']
const statuses = ['False', 'True', 'Unknown']
/** A list as Go's %q prints it. */
const quoted = (values: readonly string[]) => `valid values: [${values.map(quote).join(' ')}]`

function validateFailurePolicy(spec: Readonly<JobSpec>, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [], pod = spec.template?.spec
  const names = new Set([...pod?.containers ?? [], ...pod?.initContainers ?? []].map(container => container.name))
  return [
    ...(rules.length > 20 ? [tooMany(`${path}.rules`, rules.length, 20)] : []),
    ...rules.flatMap((rule, i) => validateFailureRule(spec, rule, names, `${path}.rules[${i}]`)),
  ]
}

function validateFailureRule(
  spec: Readonly<JobSpec>, rule: Readonly<PodFailurePolicyRule>, containers: ReadonlySet<string>, path: string,
): FieldError[] {
  const action: string = rule.action ?? '', conditions = rule.onPodConditions ?? [], errors: FieldError[] = []
  if (action === '') errors.push(required(`${path}.action`, quoted(actions)))
  else if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'))
    }
  } else if (!actions.includes(action)) errors.push(notSupported(`${path}.action`, action, actions))
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, containers, `${path}.onExitCodes`))
  if (conditions.length > 20) errors.push(tooMany(`${path}.onPodConditions`, conditions.length, 20))
  conditions.forEach(({ type = '', status = '' }, i) => {
    const at = `${path}.onPodConditions[${i}]`
    errors.push(...complain(`${at}.type`, type, isQualifiedName(type)))
    if (status === '') errors.push(required(`${at}.status`, quoted(statuses)))
    else if (!statuses.includes(status)) errors.push(notSupported(`${at}.status`, status, statuses))
  })
  if (rule.onExitCodes && conditions.length > 0) {
    errors.push(invalidWithoutValue(path, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  }
  if (!rule.onExitCodes && conditions.length === 0) {
    errors.push(invalidWithoutValue(path, 'specifying one of OnExitCodes and OnPodConditions is required'))
  }
  return errors
}

function validateExitCodes(
  requirement: Readonly<NonNullable<PodFailurePolicyRule['onExitCodes']>>, containers: ReadonlySet<string>, path: string,
): FieldError[] {
  const operator: string = requirement.operator ?? '', { containerName } = requirement, values = requirement.values ?? []
  const errors: FieldError[] = [], seen = new Set<number>()
  if (operator === '') errors.push(required(`${path}.operator`, quoted(operators)))
  else if (!operators.includes(operator)) errors.push(notSupported(`${path}.operator`, operator, operators))
  if (containerName !== undefined && !containers.has(containerName)) {
    errors.push(invalid(`${path}.containerName`, containerName,
      'must be one of the container or initContainer names in the pod template'))
  }
  if (values.length === 0) errors.push(invalid(`${path}.values`, null, 'at least one value is required'))
  else if (values.length > 255) errors.push(tooMany(`${path}.values`, values.length, 255))
  values.forEach((value, i) => {
    if (operator === 'In' && value === 0) errors.push(invalid(`${path}.values[${i}]`, value, 'must not be 0 for the In operator'))
    if (seen.has(value)) errors.push(duplicate(`${path}.values[${i}]`, value))
    seen.add(value)
  })
  if (values.some((value, i) => i > 0 && values[i - 1] > value)) errors.push(invalid(`${path}.values`, values, 'must be ordered'))
  return errors
}

function validateSuccessPolicy({ successPolicy, completions = 0 }: Readonly<JobSpec>, path: string): FieldError[] {
  const rules = successPolicy?.rules ?? []
  return [
    ...(rules.length === 0
      ? [required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified')] : []),
    ...(rules.length > 20 ? [tooMany(`${path}.rules`, rules.length, 20)] : []),
    ...rules.flatMap((rule, i) => validateSuccessRule(rule, completions, `${path}.rules[${i}]`)),
  ]
}

const longestIndexes = 64 * 1024

function validateSuccessRule(
  { succeededCount: count, succeededIndexes: indexes }: Readonly<SuccessPolicyRule>, completions: number, path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (count === undefined && indexes === undefined) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'))
  }
  let total = 0
  if (indexes !== undefined) {
    if (byteLength(indexes) > longestIndexes) errors.push(tooLong(`${path}.succeededIndexes`, longestIndexes))
    try {
      total = countIndexes(indexes, completions)
    } catch (error) {
      errors.push(invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${(error as Error).message}`))
    }
  }
  if (count !== undefined) {
    const at = `${path}.succeededCount`
    errors.push(...validateNonnegative(count, at))
    if (count > completions) {
      errors.push(invalid(at, count, `must be less than or equal to ${completions} (the number of specified completions)`))
    }
    if (indexes !== undefined && count > total) {
      errors.push(invalid(at, count,
        `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`))
    }
  }
  return errors
}
