import { describe, expect, test } from 'vitest'
import { isScaling, planScale } from '../../../controllers/deployment/scale.ts'
import { deployment, replicaSet } from './example.ts'

const then = (desired: number, maximum: number) => ({ annotations: {
  'deployment.kubernetes.io/desired-replicas': String(desired), 'deployment.kubernetes.io/max-replicas': String(maximum),
} })

describe('scaling a deployment', () => {
  test('shows in an active ReplicaSet that was sized for another number', () => {
    expect(isScaling(deployment({ replicas: 5 }), [replicaSet('v1', 3, 3, then(3, 4))])).toBe(true)
    expect(isScaling(deployment({ replicas: 3 }), [replicaSet('v1', 3, 3, then(3, 4))])).toBe(false)
    expect(isScaling(deployment({ replicas: 5 }), [replicaSet('v1', 0, 0, then(3, 4))])).toBe(false)
    expect(isScaling(deployment({ replicas: 5 }), [replicaSet('v1', 3)])).toBe(false)
  })

  test('gives all to the only one at work, or to the newest when none is', () => {
    expect(planScale(deployment({ replicas: 5 }), { newRS: replicaSet('v2', 3), oldRSs: [replicaSet('v1', 0)] }))
      .toEqual({ steps: [{ name: 'web-v2', to: 5 }] })
    expect(planScale(deployment({ replicas: 5 }),
      { newRS: undefined, oldRSs: [replicaSet('v0', 0, 0, { age: 9 }), replicaSet('v1', 0)] }))
      .toEqual({ steps: [{ name: 'web-v1', to: 5 }] })
    expect(planScale(deployment(), { newRS: undefined, oldRSs: [] })).toEqual({ steps: [] })
  })

  test('empties old ReplicaSets when the new one is complete', () => {
    const split = { newRS: replicaSet('v2', 3, 3, then(3, 4)), oldRSs: [replicaSet('v1', 1)] }
    expect(planScale(deployment({ replicas: 3 }), split)).toEqual({ steps: [{ name: 'web-v1', to: 0 }] })
  })

  // The document's example: 10 replicas, surge 3, unavailable 2, stuck at old 8 and new 5, scaled to 15.
  test('shares out what is added in proportion, from the largest on', () => {
    const split = { newRS: replicaSet('v2', 5, 0, then(10, 13)), oldRSs: [replicaSet('v1', 8, 8, { ...then(10, 13), age: 9 })] }
    expect(planScale(deployment({ replicas: 15, maxSurge: 3, maxUnavailable: 2 }), split))
      .toEqual({ always: true, steps: [{ name: 'web-v1', to: 11 }, { name: 'web-v2', to: 7 }] })
  })

  test('takes away in proportion too, and all when nothing is wanted', () => {
    const split = { newRS: replicaSet('v2', 5, 0, then(10, 13)), oldRSs: [replicaSet('v1', 8, 8, { ...then(10, 13), age: 9 })] }
    expect(planScale(deployment({ replicas: 5, maxSurge: 3, maxUnavailable: 2 }), split).steps)
      .toEqual([{ name: 'web-v1', to: 5 }, { name: 'web-v2', to: 3 }])
    expect(planScale(deployment({ replicas: 0 }), split).steps).toEqual([{ name: 'web-v1', to: 0 }, { name: 'web-v2', to: 0 }])
  })
})
