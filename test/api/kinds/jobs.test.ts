import { describe, expect, it } from 'vitest'
import { parseCronSchedule } from '../../../api/cron-schedule.ts'
import { cronJobs } from '../../../api/kinds/batch/cronjobs.ts'
import { jobs } from '../../../api/kinds/batch/jobs.ts'
import { create, update } from './write.ts'

const uid = '11111111-2222-3333-4444-555555555555'
const template = (spec: object = {}) => ({ spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }], ...spec } })
const job = (spec: object = {}) => create(jobs, { metadata: {}, spec: { template: template(), ...spec } })

describe('a job', () => {
  it('selects its pods by its own UID', () => {
    const { object, errors } = job(),
      labels = { 'job-name': 'it', 'batch.kubernetes.io/job-name': 'it', 'controller-uid': uid,
        'batch.kubernetes.io/controller-uid': uid }
    expect(errors).toEqual([])
    expect(object.spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': uid } })
    expect(object.spec.template.metadata?.labels).toEqual(labels)
    expect(object.metadata.labels).toEqual(labels)
  })

  it.each<[object, object]>([
    [{}, { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed' }],
    [{ completions: 4 }, { completions: 4, parallelism: 1 }],
    [{ completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 1 }, { backoffLimit: 2147483647 }],
    [{ podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } },
      { podReplacementPolicy: 'Failed', podFailurePolicy: { rules: [{ onPodConditions: [{ status: 'True' }] }] } }],
  ])('with %j gets %j', (spec, defaults) => { expect(job(spec).object.spec).toMatchObject(defaults) })

  it.each<[object, string[]]>([
    [{ template: template({ restartPolicy: undefined }) },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']],
    [{ backoffLimitPerIndex: 1 }, ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode']],
    [{ podFailurePolicy: { rules: [{ action: 'Ignore' }] } },
      ['spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required']],
    [{ manualSelector: true },
      ['spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`']],
    [{ completionMode: 'Indexed', completions: 2, successPolicy: { rules: [{ succeededIndexes: '0,3' }] } },
      ['spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0,3": '
        + 'error parsing succeededIndexes: too large index: "3"']],
  ])('with %j is told what is wrong', (spec, errors) => { expect(job(spec).errors).toEqual(errors) })

  it('keeps its completions, and its template once it runs', () => {
    expect(update(jobs, job().object,
      draft => { draft.spec.completions = 3 }).errors).toEqual(['spec.completions: Invalid value: 3: field is immutable'])
    const [error] = update(jobs, job().object, draft => { draft.spec.template.spec!.containers[0].image = 'j' }).errors
    expect(error).toMatch(/^spec\.template: Invalid value: \{"labels":.*,"Spec":\{"Volumes":null,.*\}: field is immutable$/)
  })

  it('can change what its pods ask for while it is suspended', () => {
    const change = (field: object) =>
      (draft: ReturnType<typeof job>['object']) => { Object.assign(draft.spec.template.spec!.containers[0], field) }
    const { object } = job({ suspend: true })
    expect(update(jobs, object, change({ resources: { requests: { cpu: '1' } } })).errors).toEqual([])
    expect(update(jobs, object,
      change({ image: 'j' })).errors[0]).toMatch(/^spec\.template\.spec: Invalid value: .*: field is immutable$/)
  })

  it('fails and completes only in steps', () => {
    const finish = (type: string) =>
      update(jobs, job().object,
        draft => { draft.status = { startTime: '2026-01-01T00:00:00Z', conditions: [{ type, status: 'True' }] } },
          'status').errors
    expect(finish('Failed')).toEqual(['status.conditions: Invalid value: '
      + 'cannot set Failed=True condition without the FailureTarget=true condition'])
    expect(finish('Complete')).toEqual(['status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition'])
  })
})

describe('a cron job', () => {
  const cron = (spec: object, metadata: object = {}) =>
    create(cronJobs, { metadata, spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: template() } }, ...spec } })

  it('defaults its pods but not its jobs', () => {
    const { object, errors } = cron({})
    expect(errors).toEqual([])
    expect(object.spec).toMatchObject({ concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1 })
    expect(object.spec.jobTemplate.metadata).toEqual({})
    expect(object.spec.jobTemplate.spec).not.toHaveProperty('completions')
    expect(object.spec.jobTemplate.spec?.template.spec?.dnsPolicy).toBe('ClusterFirst')
  })

  it.each<[object, string]>([
    [{ timeZone: 'Mars/Base' }, 'spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'],
    [{ timeZone: 'europe/berlin' }, 'spec.timeZone: Invalid value: "europe/berlin": unknown time zone europe/berlin'],
    [{ schedule: 'TZ=UTC 0 * * * *' },
      'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    [{ concurrencyPolicy: 'Sometimes' },
      'spec.concurrencyPolicy: Unsupported value: "Sometimes": supported values: "Allow", "Forbid", "Replace"'],
  ])('with %j is told what is wrong', (spec, error) => { expect(cron(spec).errors).toEqual([error]) })
})

describe('a schedule', () => {
  it.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every 5x', 'failed to parse duration @every 5x: time: unknown unit "x" in duration "5x"'],
    ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ['TZ=0', 'invalid schedule format: runtime error: slice bounds out of range [:-1]'],
  ])('%s is refused', (text, message) => { expect(() => parseCronSchedule(text)).toThrow(message) })

  it('holds the values of its fields', () => {
    const { fields } = parseCronSchedule('*/20 9-17/4 1,15 JAN-mar ?')
    expect([...fields!.minute]).toEqual([0, 20, 40])
    expect([...fields!.hour]).toEqual([9, 13, 17])
    expect([...fields!.dayOfMonth]).toEqual([1, 15])
    expect([...fields!.month]).toEqual([1, 2, 3])
    expect(fields!.eitherDay).toBe(false)
    expect(parseCronSchedule('@every 1h30m').everyMs).toBe(5_400_000)
  })
})
