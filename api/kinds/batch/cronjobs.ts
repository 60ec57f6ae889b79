import { age } from '../../duration.ts'
import { defineKind } from '../../kind.ts'
import type { ObjectMeta } from '../../object.ts'
import type { CronJob, CronJobSpec, JobSpec, PodTemplateSpec } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { hostnameWarning } from '../pod/warnings.ts'
import { containerColumns, formatSelector, selectorColumn } from '../pod/workload-columns.ts'
import { defaultPodFailurePolicy } from './default-job.ts'
import { jobSpecWarnings } from './job-warnings.ts'
import { validateCronJob } from './validate-cronjob.ts'

export const cronJobs = defineKind<CronJob>({
  group: 'batch', version: 'v1', kind: 'CronJob', plural: 'cronjobs', singular: 'cronjob', namespaced: true,
  shortNames: ['cj'], categories: ['all'], schema: 'batch.v1.CronJob',
  hasGeneration: true,
  notSimulated: 'no CronJob controller runs: no jobs are made of it',
  subresources: { status: true },

  defaults(draft) {
    const spec = draft.spec ??= {} as CronJobSpec
    // The job in it gets its own defaults when it is made.
    const template = spec.jobTemplate ??= {}
    template.metadata ??= {} as ObjectMeta
    template.spec ??= {} as JobSpec
    defaultPodTemplate(template.spec.template ??= {} as PodTemplateSpec)
    defaultPodFailurePolicy(template.spec)
    spec.concurrencyPolicy ||= 'Allow'
    spec.suspend ??= false
    spec.successfulJobsHistoryLimit ??= 3
    spec.failedJobsHistoryLimit ??= 1
    draft.status ??= {}
  },

  prepareForCreate(draft) {
    draft.status = {}
    dropDisabledTemplateFields(draft.spec.jobTemplate.spec?.template)
  },

  prepareForUpdate(draft, old, { subresource }) {
    if (subresource !== 'status') {
      dropDisabledTemplateFields(draft.spec.jobTemplate.spec?.template, old.spec.jobTemplate.spec?.template)
    }
  },

  validate: validateCronJob,

  warnings(next, old) {
    const ofJob = () => jobSpecWarnings(next.spec.jobTemplate.spec!, 'spec.jobTemplate.spec')
    if (old === undefined) return [...hostnameWarning(next, 'Pod names and hostnames'), ...ofJob()]
    return [
      ...(next.metadata.generation === old.metadata.generation ? [] : ofJob()),
      ...(next.spec.schedule.includes('TZ') ? ['cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see '
        + 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'] : []),
    ]
  },

  columns: [
    nameColumn,
    { name: 'Schedule', type: 'string', value: ({ spec }) => spec.schedule },
    { name: 'Timezone', type: 'string', value: ({ spec }) => spec.timeZone ?? '<none>' },
    { name: 'Suspend', type: 'boolean', value: ({ spec }) =>
      (spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False') },
    { name: 'Active', type: 'integer', value: ({ status }) => status?.active?.length ?? 0 },
    { name: 'Last Schedule', type: 'string', value: ({ status }, now) =>
      (status?.lastScheduleTime ? age(status.lastScheduleTime, now) : '<none>') },
    ageColumn,
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    selectorColumn<CronJob>(({ spec }) => formatSelector(spec.jobTemplate.spec?.selector)),
  ],
})
