import { describe, expect, test } from 'vitest'
import type { MetricSpec } from '../../../api/schema/generated/types.ts'
import { computeReplicas, type Observed } from '../../../controllers/horizontalpodautoscaler/compute.ts'
import { withCondition } from '../../../controllers/horizontalpodautoscaler/conditions.ts'
import { planFirst, planMeasured, tolerancesOf } from '../../../controllers/horizontalpodautoscaler/plan.ts'
import { createSelectors } from '../../../controllers/horizontalpodautoscaler/selectors.ts'
import { now, pod, podMetric } from './example.ts'

const spec = { scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }, minReplicas: 2, maxReplicas: 5 }

describe('before anything is measured', () => {
  test.each([
    ['too few replicas become the minimum', 1,
      { act: 'rescale', replicas: 2, reason: 'Current number of replicas below Spec.MinReplicas' }],
    ['too many become the maximum', 9,
      { act: 'rescale', replicas: 5, reason: 'Current number of replicas above Spec.MaxReplicas' }],
    ['none at all switch the autoscaler off', 0, { act: 'disabled' }],
    ['all others wait for the metrics', 3, { act: 'measure' }],
  ])('%s', (_, replicas, expected) => { expect(planFirst(spec, replicas)).toEqual(expected) })
})

const resource = (name: string, target: object): MetricSpec =>
  ({ type: 'Resource', resource: { name, target: { type: '', ...target } } }) as MetricSpec
const cpu = (averageUtilization: number) => resource('cpu', { averageUtilization })
const observed = (more: Partial<Observed> = {}): Observed => ({
  namespace: 'default', currentReplicas: 2, tolerances: tolerancesOf(spec), now, pods: [pod('a'), pod('b')],
  metrics: [podMetric('a', '80m', '64Mi'), podMetric('b', '80m', '64Mi')], ...more,
})
const notServed = new Error(
  'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)')

describe('metrics', () => {
  test('that want the most decide, and all are told', () => {
    const found = computeReplicas([cpu(80), resource('memory', { averageValue: '32Mi' })], observed())
    expect(found).toMatchObject({ replicas: 4, metric: 'memory resource', problems: [] })
    expect(found.scalingActive).toEqual({
      type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound',
      message: 'the HPA was able to successfully calculate a replica count from memory resource',
    })
    expect(found.statuses).toEqual([
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 80, averageValue: '80m' } } },
      { type: 'Resource', resource: { name: 'memory', current: { averageValue: '64Mi' } } },
    ])
  })

  test('of one container are named as such', () => {
    const one: MetricSpec = {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 40 } },
    }
    const current = { averageUtilization: 80, averageValue: '80m' }
    expect(computeReplicas([one], observed())).toMatchObject({
      replicas: 4, metric: 'cpu container resource utilization (percentage of request)',
      statuses: [{ type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', current } }],
    })
  })

  test('that nobody serves are said in upstream\'s words', () => {
    const found = computeReplicas([cpu(80)], observed({ metrics: notServed }))
    const message = `failed to get cpu utilization: unable to get metrics for resource cpu: ${notServed.message}`
    expect(found.replicas).toBeUndefined()
    expect(found.statuses).toEqual([{ type: '' }])
    expect(found.scalingActive).toMatchObject({
      status: 'False', reason: 'FailedGetResourceMetric', message: `the HPA was unable to compute the replica count: ${message}`,
    })
    expect(found.error)
      .toBe(`invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${message}`)
  })

  test('that fail forbid scaling down, but not up', () => {
    const metric = { name: 'queue', selector: { matchLabels: { q: 'a' } } }
    const queue: MetricSpec = { type: 'External', external: { metric, target: { type: 'Value', value: '3' } } }
    expect(computeReplicas([cpu(800), queue], observed()).replicas).toBeUndefined()
    const up = computeReplicas([cpu(40), queue], observed())
    expect(up).toMatchObject({ replicas: 4, scalingActive: { status: 'True' } })
    expect(up.problems).toEqual([{
      reason: 'FailedGetExternalMetric',
      message: 'unable to get external metric default/queue/'
        + '&LabelSelector{MatchLabels:map[string]string{q: a,},MatchExpressions:[]LabelSelectorRequirement{},}: '
        + 'unable to fetch metrics from external metrics API: '
        + 'the server could not find the requested resource (get queue.external.metrics.k8s.io)',
      error: expect.stringMatching(
        /^failed to get queue external metric value: failed to get external metric queue: unable to get external metric default/),
    }])
  })
})

describe('a decision', () => {
  const measured = { currentReplicas: 3, now, history: { recommendations: [], ups: [], downs: [] } }
  test.each([
    ['names the metric on the way up', 5, 'cpu resource above target'],
    ['names all on the way down', 2, 'All metrics below target'],
    ['needs no reason when nothing changes', 3, ''],
  ])('%s', (_, replicas, reason) => {
    expect(planMeasured(spec, { replicas, metric: 'cpu resource' }, measured)).toMatchObject({ replicas, reason })
  })
})

test('a tolerance of ten percent holds unless the behavior has another', () => {
  expect(tolerancesOf(spec)).toEqual({ scaleDown: 0.1, scaleUp: 0.1 })
  expect(tolerancesOf({ ...spec, behavior: { scaleUp: { tolerance: '50m' } } })).toEqual({ scaleDown: 0.1, scaleUp: 0.05 })
})

test('a condition keeps its place, and its time while its status stays', () => {
  const said = (status: 'True' | 'False', reason: string) => ({ type: 'AbleToScale' as const, status, reason, message: '' })
  let conditions = withCondition([], said('True', 'a'), 'first')
  conditions = withCondition(conditions, { ...said('True', 'x'), type: 'ScalingActive' }, 'first')
  conditions = withCondition(conditions, said('True', 'b'), 'second')
  expect(conditions.map(({ type, reason, lastTransitionTime }) => [type, reason, lastTransitionTime]))
    .toEqual([['AbleToScale', 'b', 'first'], ['ScalingActive', 'x', 'first']])
  expect(withCondition(conditions, said('False', 'c'), 'third')[0].lastTransitionTime).toBe('third')
})

describe('selectors', () => {
  const labelled = { ...pod('a'), metadata: { ...pod('a').metadata, labels: { app: 'web' } } }
  test('find the pods, and complain when there are none or two autoscalers pull at them', () => {
    const selectors = createSelectors()
    expect(selectors.check('default/one', 'app=web', [labelled, pod('b')])).toEqual({ pods: [labelled] })
    expect(selectors.check('default/none', '', [])).toMatchObject({ event: 'SelectorRequired', error: 'selector is required' })
    expect(selectors.check('other/two', 'app', [labelled])).toHaveProperty('pods')
    expect(selectors.check('default/two', 'app', [labelled])).toMatchObject({
      reason: 'AmbiguousSelector', message: 'pods by selector app are controlled by multiple HPAs: [default/one default/two]' })
    selectors.forget('default/one')
    expect(selectors.check('default/two', 'app', [labelled])).toHaveProperty('pods')
  })
})
