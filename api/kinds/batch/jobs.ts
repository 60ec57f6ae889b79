import { same } from '../../edit.ts'
import { age, humanDuration } from '../../duration.ts'
import { defineKind } from '../../kind.ts'
import type { Job, JobSpec, PodTemplateSpec } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { hostnameWarning } from '../pod/warnings.ts'
import { containerColumns, formatSelector, selectorColumn } from '../pod/workload-columns.ts'
import { defaultPodFailurePolicy } from './default-job.ts'
import { generateSelector, labelFromTemplate, shareTemplateLabels } from './job-labels.ts'
import { jobSpecWarnings } from './job-warnings.ts'
import { validateJob } from './validate-job.ts'

const maxInt32 = 2147483647

const isTrue = (job: Readonly<Job>, type: string) =>
  job.status?.conditions?.find(condition => condition.type === type)?.status === 'True'

/** The first that holds, in this order (printers/internalversion printJob, 1.36). */
function statusOf(job: Readonly<Job>): string {
  if (isTrue(job, 'Complete')) return 'Complete'
  if (isTrue(job, 'Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(type => isTrue(job, type)) ?? 'Running'
}

function completionsOf({ spec, status }: Readonly<Job>): string {
  const succeeded = status?.succeeded ?? 0
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`
  return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`
}

function durationOf({ status }: Readonly<Job>, now: Date): string {
  if (!status?.startTime) return ''
  return status.completionTime ? humanDuration(Date.parse(status.completionTime) - Date.parse(status.startTime))
    : age(status.startTime, now)
}

export const jobs = defineKind<Job>({
  group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', singular: 'job', namespaced: true,
  categories: ['all'], schema: 'batch.v1.Job',
  hasGeneration: true,
  notSimulated: 'no Job controller runs: no pods are made of it',
  orphansByDefault: true,
  deletionWarning: 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set ' +
    'propagationPolicy=Orphan to suppress this warning',
  subresources: { status: true },

  defaults(draft) {
    const spec = draft.spec ??= {} as JobSpec
    defaultPodTemplate(spec.template ??= {} as PodTemplateSpec)
    defaultPodFailurePolicy(spec)
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
    spec.parallelism ??= 1
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : maxInt32
    spec.completionMode ??= 'NonIndexed'
    spec.suspend ??= false
    spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
    spec.manualSelector ??= false
    shareTemplateLabels(draft)
    draft.status ??= {}
  },

  prepareForCreate(draft) {
    if (!draft.spec.manualSelector) generateSelector(draft)
    draft.status = {}
    dropDisabledTemplateFields(draft.spec.template)
    labelFromTemplate(draft)
  },

  prepareForUpdate(draft, old, { subresource }) {
    if (subresource !== 'status') dropDisabledTemplateFields(draft.spec.template, old.spec.template)
  },

  validate: validateJob,

  warnings(next, old) {
    if (old === undefined) return [...hostnameWarning(next, 'Pod names and hostnames'), ...jobSpecWarnings(next.spec, 'spec')]
    return same(next.spec, old.spec) ? [] : jobSpecWarnings(next.spec, 'spec')
  },

  columns: [
    nameColumn,
    { name: 'Status', type: 'string', description: 'Status of the job.', value: statusOf },
    { name: 'Completions', type: 'string', value: completionsOf },
    { name: 'Duration', type: 'string', description: 'Time required to complete the job.', value: durationOf },
    ageColumn,
    ...containerColumns<Job>(({ spec }) => spec.template),
    selectorColumn<Job>(({ spec }) => formatSelector(spec.selector)),
  ],

  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
})
