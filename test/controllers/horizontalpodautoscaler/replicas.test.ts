import { describe, expect, test } from 'vitest'
import { metricsOf } from '../../../controllers/horizontalpodautoscaler/metrics.ts'
import {
  replicasForAverage, replicasForUtilization, type Measured,
} from '../../../controllers/horizontalpodautoscaler/replicas.ts'
import { now, pod, podMetric, type PodSays } from './example.ts'

/** Pods by what they use (undefined: no metrics), each with what else is said of it. */
type Fleet = (string | undefined | [string | undefined, PodSays])[]

function measured(fleet: Fleet, more: Partial<Measured> = {}): Measured {
  const all = fleet.map((each, i) => {
    const [cpu, says] = Array.isArray(each) ? each : [each, {}]
    return { name: `web-${i}`, cpu, says }
  })
  return {
    currentReplicas: fleet.length, tolerances: { scaleDown: 0.1, scaleUp: 0.1 }, resource: 'cpu', container: '', now,
    pods: all.map(({ name, says }) => pod(name, says)),
    metrics: metricsOf('cpu', '', all.flatMap(({ name, cpu }) => (cpu === undefined ? [] : [podMetric(name, cpu)]))), ...more,
  }
}

describe('replicas for a share of the requests', () => {
  test.each<[string, Fleet, number, { replicas: number; utilization?: number }]>([
    ['grow with the usage', ['90m', '100m', '110m'], 50, { replicas: 6, utilization: 100 }],
    ['shrink with the usage', ['10m', '20m', '30m', '20m'], 50, { replicas: 2, utilization: 20 }],
    ['are rounded up', ['61m', '61m', '61m'], 50, { replicas: 4, utilization: 61 }],
    ['stay within the tolerance above', ['55m', '55m'], 50, { replicas: 2, utilization: 55 }],
    ['stay within the tolerance below', ['45m', '45m'], 50, { replicas: 2, utilization: 45 }],
    ['leave out pods that are being deleted', ['100m', ['500m', { deleted: true }]], 50, { replicas: 2, utilization: 100 }],
    ['leave out pods that have failed', ['100m', ['500m', { phase: 'Failed' }]], 50, { replicas: 2, utilization: 100 }],
    ['take missing pods for idle on the way up', ['100m', '100m', undefined], 50, { replicas: 4, utilization: 100 }],
    ['take missing pods for busy on the way down', ['10m', '10m', undefined, '10m'], 50, { replicas: 3, utilization: 10 }],
    ['never turn for missing pods', ['60m', undefined, undefined], 50, { replicas: 3, utilization: 60 }],
    ['take unready pods for idle on the way up', ['100m', '100m', ['400m', { phase: 'Pending' }]], 50,
      { replicas: 4, utilization: 100 }],
    ['leave out unready pods on the way down', ['10m', '10m', ['400m', { phase: 'Pending' }]], 50,
      { replicas: 1, utilization: 10 }],
    ['wait a window after a young pod became ready', ['60m', ['400m', { age: 60, ready: 10 }]], 50,
      { replicas: 2, utilization: 60 }],
    ['count a young pod after that window', ['60m', ['140m', { age: 60, ready: 20 }]], 50, { replicas: 4, utilization: 100 }],
    ['leave out a pod that was never ready', ['60m', ['140m', { ready: false }]], 50, { replicas: 2, utilization: 60 }],
    ['count an old pod that is unready for once', ['60m', ['140m', { ready: 1 }]], 50, { replicas: 4, utilization: 100 }],
  ])('%s', (_, fleet, target, expected) => {
    expect(replicasForUtilization(measured(fleet), target)).toMatchObject(expected)
  })

  test.each<[string, Fleet, string]>([
    ['there is no pod', [], 'no pods returned by selector while calculating replica count'],
    ['no pod counts', [['10m', { phase: 'Pending' }]], 'did not receive metrics for targeted pods (pods might be unready)'],
    ['a container asks for nothing', ['10m', ['10m', { request: null }]], 'missing request for cpu in container c of Pod web-1'],
  ])('are not known when %s', (_, fleet, message) => {
    expect(() => replicasForUtilization(measured(fleet), 50)).toThrow(message)
  })

  test('follow one container when it is named, and say when a pod has none such', () => {
    expect(replicasForUtilization(measured(['100m', '100m'], { container: 'c' }), 50).replicas).toBe(4)
    expect(() => replicasForUtilization(measured(['100m'], { container: 'other' }), 50))
      .toThrow('container other not found in Pod web-0')
  })

  test('have a tolerance for each way', () => {
    const tolerances = { scaleDown: 0, scaleUp: 0.5 }
    expect(replicasForUtilization(measured(['70m', '70m'], { tolerances }), 50).replicas).toBe(2)
    expect(replicasForUtilization(measured(['49m', '49m', '49m'], { tolerances }), 50).replicas).toBe(3)
    expect(replicasForUtilization(measured(['30m', '30m', '30m'], { tolerances }), 50).replicas).toBe(2)
  })
})

describe('replicas for an amount of each pod', () => {
  test.each<[string, Fleet, { replicas: number; average: number }]>([
    ['grow', ['400m', '600m'], { replicas: 4, average: 500 }],
    ['shrink', ['100m', '100m', '100m', '200m'], { replicas: 2, average: 125 }],
    ['take missing pods to be at the target on the way down', ['50m', '50m', '50m', undefined], { replicas: 2, average: 50 }],
    ['need no requests', [['500m', { request: null }]], { replicas: 2, average: 500 }],
  ])('%s', (_, fleet, expected) => {
    expect(replicasForAverage(measured(fleet), 250)).toMatchObject(expected)
  })
})
