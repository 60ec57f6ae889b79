import { duplicate, invalid, required, type FieldError } from '../../field-error.ts'
import type { Job, JobCondition } from '../../schema/generated/types.ts'
import { validateNonnegative } from '../validation/values.ts'
import { countIndexes, parseIndexes } from './indexes.ts'
import { invalidWithoutValue } from './validate-job-spec.ts'

/** What a job's controller may write to its status (batch/validation ValidateJobStatusUpdate, 1.36). */

export const isTrue = (conditions: readonly JobCondition[] | undefined, type: string): boolean =>
  conditions?.some(condition => condition.type === type && condition.status === 'True') ?? false

/** Most rules look only at what this update changes, so that a status that broke them before can still be written. */
export function validateJobStatus(next: Readonly<Job>, old: Readonly<Job>): FieldError[] {
  return [...validateValues(next, old), ...validateTransition(next, old)]
}

function validateValues({ spec, status = {} }: Readonly<Job>, { status: before = {} }: Readonly<Job>): FieldError[] {
  const errors: FieldError[] = ['active', 'succeeded', 'failed', 'ready', 'terminating']
    .flatMap(field => validateNonnegative(status[field as 'active'], `status.${field}`))
  const seen = new Set<string>()
  for (const field of ['succeeded', 'failed'] as const) {
    status.uncountedTerminatedPods?.[field]?.forEach((uid, i) => {
      const at = `status.uncountedTerminatedPods.${field}[${i}]`
      if (uid === '') errors.push(invalid(at, uid, 'must not be empty'))
      else if (seen.has(uid)) errors.push(duplicate(at, uid))
      seen.add(uid)
    })
  }
  const is = (type: string) => isTrue(status.conditions, type)
  const changed = (type: string) => is(type) !== isTrue(before.conditions, type)
  const differs = (field: keyof typeof status) => JSON.stringify(status[field]) !== JSON.stringify(before[field])
  const refuse = (when: boolean, detail: string) => { if (when) errors.push(invalidWithoutValue('status.conditions', detail)) }
  const complete = is('Complete'), failed = is('Failed'), finished = complete || failed
  const finishedChanged = finished !== (isTrue(before.conditions, 'Complete') || isTrue(before.conditions, 'Failed'))
  const { startTime, completionTime, active = 0, ready, terminating, completedIndexes = '', failedIndexes } = status
  const timesChanged = differs('startTime') || differs('completionTime')

  refuse((changed('Complete') || changed('Failed')) && complete && failed, 'cannot set Complete=True and Failed=true conditions')
  refuse((changed('Complete') || changed('FailureTarget')) && complete && is('FailureTarget'),
    'cannot set Complete=True and FailureTarget=true conditions')
  if (changed('Complete') || differs('completionTime')) {
    if (completionTime && !complete) {
      errors.push(invalid('status.completionTime', completionTime,
        'cannot set completionTime when there is no Complete=True condition'))
    }
    if (!completionTime && complete) {
      errors.push(required('status.completionTime', 'completionTime is required for Complete jobs'))
    }
  }
  if (timesChanged && startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime)) {
    errors.push(invalid('status.completionTime', completionTime, 'must be equal to or after `startTime`'))
  }
  refuse((changed('Failed') || differs('failedIndexes')) && failed && !is('FailureTarget'),
    'cannot set Failed=True condition without the FailureTarget=true condition')
  refuse((changed('Complete') || changed('SuccessCriteriaMet')) && complete && !is('SuccessCriteriaMet'),
    'cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  if ((finishedChanged || differs('active')) && active > 0 && finished) {
    errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'))
  }
  const nothingToDo = spec.suspend === true && spec.completions === 0
  if ((finishedChanged || differs('startTime')) && !nothingToDo && !startTime && finished) {
    errors.push(required('status.startTime', 'startTime is required for finished job'))
  }
  const uncounted = status.uncountedTerminatedPods
  if ((finishedChanged || differs('uncountedTerminatedPods')) && finished && (uncounted?.failed?.length ?? 0)
    + (uncounted?.succeeded?.length ?? 0) > 0) {
    errors.push(invalid('status.uncountedTerminatedPods',
      { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null },
      'must be empty for finished job'))
  }
  if (spec.completions !== undefined) errors.push(...validateIndexes(spec.completions))
  if (differs('completedIndexes') && completedIndexes !== '' && spec.completionMode !== 'Indexed') {
    errors.push(invalid('status.completedIndexes', completedIndexes,
      'cannot set non-empty completedIndexes when non-indexed completion mode'))
  }
  if (differs('failedIndexes') && spec.backoffLimitPerIndex === undefined && failedIndexes !== undefined) {
    errors.push(invalid('status.failedIndexes', failedIndexes,
      'cannot set non-null failedIndexes when backoffLimitPerIndex is null'))
  }
  if (spec.completions !== undefined && failedIndexes !== undefined
    && (differs('failedIndexes') || differs('completedIndexes'))) {
    const overlap = firstOverlap(completedIndexes, failedIndexes, spec.completions)
    if (overlap !== undefined) {
      errors.push(invalid('status.failedIndexes', failedIndexes,
        `failedIndexes and completedIndexes overlap at index: ${overlap}`))
    }
  }
  if ((finishedChanged || differs('terminating')) && (terminating ?? 0) > 0 && finished) {
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  }
  if ((differs('ready') || differs('active')) && ready !== undefined && ready > active) {
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'))
  }
  refuse(is('SuccessCriteriaMet') && failed, 'cannot set SuccessCriteriaMet=True and Failed=true conditions')
  refuse(is('SuccessCriteriaMet') && is('FailureTarget'), 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  refuse(spec.successPolicy !== undefined && !is('SuccessCriteriaMet') && complete,
    'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
  return errors

  function validateIndexes(completions: number): FieldError[] {
    const fields: ('completedIndexes' | 'failedIndexes')[] = spec.backoffLimitPerIndex === undefined ? ['completedIndexes']
      : ['completedIndexes', 'failedIndexes']
    return fields.filter(differs).flatMap(field => {
      try {
        countIndexes(status[field] ?? '', completions)
        return []
      } catch (error) {
        return [invalid(`status.${field}`, status[field] ?? '', `error parsing ${field}: ${(error as Error).message}`)]
      }
    })
  }
}

/** The first index that both lists hold; a list that can't be read has been reported. */
function firstOverlap(completed: string, failed: string, completions: number): number | undefined {
  try {
    const others = parseIndexes(failed, completions)
    for (const [first, last] of parseIndexes(completed, completions)) {
      const other = others.find(([from, to]) => first <= to && from <= last)
      if (other) return Math.max(first, other[0])
    }
  } catch {
    return undefined
  }
  return undefined
}

function validateTransition({ spec, status = {} }: Readonly<Job>, { status: before = {} }: Readonly<Job>): FieldError[] {
  const errors: FieldError[] = [], is = (type: string) => isTrue(status.conditions, type), was = (type: string) =>
    isTrue(before.conditions, type)
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (was(type) && !is(type)) {
      errors.push(invalidWithoutValue('status.conditions', `cannot disable the terminal ${type}=True condition`))
    }
  }
  const decreases = (field: 'failed' | 'succeeded') => (status[field] ?? 0) < (before[field] ?? 0)
  const mayShrink = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism
  if (decreases('failed')) errors.push(invalid('status.failed', status.failed ?? 0, 'cannot decrease the failed counter'))
  if (decreases('succeeded') && !mayShrink) {
    errors.push(invalid('status.succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter'))
  }
  if (status.completionTime && before.completionTime && status.completionTime !== before.completionTime) {
    errors.push(invalid('status.completionTime', status.completionTime, 'field is immutable'))
  }
  const resuming = was('Suspended')
    && (status.conditions?.some(condition => condition.type === 'Suspended' && condition.status === 'False') ?? false)
  if (before.startTime && status.startTime !== before.startTime && !spec.suspend && !resuming) {
    errors.push(invalid('status.startTime', status.startTime ?? null, 'field is immutable for unsuspended job once set'))
  }
  if (was('SuccessCriteriaMet') && !is('SuccessCriteriaMet')) {
    errors.push(invalidWithoutValue('status.conditions', 'cannot disable the SuccessCriteriaMet=True condition'))
  }
  if (was('Complete') && !was('SuccessCriteriaMet') && is('SuccessCriteriaMet')) {
    errors.push(invalidWithoutValue('status.conditions',
      'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'))
  }
  return errors
}
