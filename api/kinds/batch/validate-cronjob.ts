import { parseCronSchedule } from '../../cron-schedule.ts'
import { isKnownTimeZone } from '../../time-zone.ts'
import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import type { CronJob, JobTemplateSpec } from '../../schema/generated/types.ts'
import { oneOf } from '../pod/validate-containers.ts'
import { printableSelector } from '../validation/labels.ts'
import { byteLength } from '../validation/names.ts'
import { validateNonnegative } from '../validation/values.ts'
import { validateJobSpec } from './validate-job-spec.ts'

/** CronJobs (batch/validation, 1.36). */

/** Eleven characters less than a name may have: the jobs' names end in the time. */
const longestName = 52

export function validateCronJob(
  next: Readonly<CronJob>, old: Readonly<CronJob> | undefined, { subresource }: KindContext,
): FieldError[] {
  if (subresource === 'status') return []
  const { spec, metadata } = next, schedule = spec.schedule ?? '', before = old?.spec
  return [
    ...(schedule === '' ? [required('spec.schedule')]
      : validateSchedule(schedule, spec.timeZone, before?.schedule, 'spec.schedule')),
    ...validateNonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...(before && before.timeZone === spec.timeZone ? [] : validateTimeZone(spec.timeZone, 'spec.timeZone')),
    ...oneOf(spec.concurrencyPolicy ?? '', ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
    ...validateJobTemplate(spec.jobTemplate, 'spec.jobTemplate'),
    ...validateNonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...validateNonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
    ...(!old && byteLength(metadata.name) > longestName
      ? [invalid('metadata.name', metadata.name, `must be no more than ${longestName} characters`)] : []),
  ]
}

function validateSchedule(
  schedule: string, timeZone: string | undefined, before: string | undefined, path: string,
): FieldError[] {
  const errors: FieldError[] = []
  try {
    parseCronSchedule(schedule)
  } catch (error) {
    errors.push(invalid(path, schedule, (error as Error).message))
  }
  if (!schedule.includes('TZ')) return errors
  if (!before?.includes('TZ')) {
    errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
  } else if (timeZone !== undefined) errors.push(invalid(path, schedule,
    'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
  return errors
}

function validateTimeZone(zone: string | undefined, path: string): FieldError[] {
  if (zone === undefined) return []
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')]
  const unknown = invalid(path, zone, `unknown time zone ${zone}`)
  const oddPart = zone.split('/').some(part => part === '.' || part === '..' || part.startsWith('-')
    || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part))
  if (oddPart) return [unknown]
  return [
    ...(zone.toLowerCase() === 'local'
      ? [invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')] : []),
    ...(zone === 'Local' || isKnownTimeZone(zone) ? [] : [unknown]),
  ]
}

function validateJobTemplate(template: Readonly<JobTemplateSpec>, path: string): FieldError[] {
  const { selector, manualSelector } = template.spec!
  return [
    ...validateJobSpec(template.spec!, `${path}.spec`),
    ...(selector ? [invalid(`${path}.spec.selector`, printableSelector(selector), '`selector` will be auto-generated')] : []),
    ...(manualSelector ? [notSupported(`${path}.spec.manualSelector`, manualSelector, ['nil', 'false'])] : []),
  ]
}
