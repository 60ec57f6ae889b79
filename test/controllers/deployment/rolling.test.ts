import { describe, expect, test } from 'vitest'
import { boundsOf } from '../../../controllers/deployment/bounds.ts'
import { newReplicaSetSize, planNew, planOld } from '../../../controllers/deployment/rolling.ts'
import { deployment, replicaSet } from './example.ts'

describe('the bounds of a rolling update', () => {
  test.each([
    [4, '25%', '25%', 1, 1], [3, '25%', '25%', 1, 0], [1, 0, '25%', 0, 1], [10, '30%', 2, 3, 2], [0, '25%', '25%', 0, 0],
    [2, 1, '100%', 1, 2], [5, '100%', 0, 5, 0],
  ])('%i replicas with surge %s and unavailable %s allow %i more and %i fewer',
    (replicas, maxSurge, maxUnavailable, more, fewer) => {
    expect(boundsOf(deployment({ replicas, maxSurge, maxUnavailable }))).toEqual({ maxSurge: more, maxUnavailable: fewer })
  })

  test('a Recreate deployment allows neither', () => {
    expect(boundsOf(deployment({ strategy: { type: 'Recreate' } }))).toEqual({ maxSurge: 0, maxUnavailable: 0 })
  })
})

describe('the steps of a rolling update', () => {
  const replicas = (n: number, maxSurge: number | string, maxUnavailable: number | string) =>
    deployment({ replicas: n, maxSurge, maxUnavailable })

  test('a new ReplicaSet starts as large as the surge leaves room', () => {
    expect(newReplicaSetSize(replicas(3, 1, 0), [replicaSet('v1', 3)], 0)).toBe(1)
    expect(newReplicaSetSize(replicas(3, 1, 0), [replicaSet('v1', 4)], 0)).toBe(0)
    expect(newReplicaSetSize(replicas(3, '100%', 0), [replicaSet('v1', 3)], 0)).toBe(3)
  })

  test('the new one grows only as far as there is room', () => {
    const grow = (newSize: number, old: number) =>
      planNew(replicas(10, 3, 2), { newRS: replicaSet('v2', newSize), oldRSs: [replicaSet('v1', old)] })
    expect(grow(5, 8)).toEqual([])
    expect(grow(5, 6)).toEqual([{ name: 'web-v2', to: 7 }])
    expect(grow(12, 0)).toEqual([{ name: 'web-v2', to: 10 }])
  })

  test('unavailable new pods keep the old ones alive', () => {
    expect(planOld(replicas(10, 3, 2), { newRS: replicaSet('v2', 5, 0), oldRSs: [replicaSet('v1', 8)] })).toEqual([])
  })

  test('unhealthy old pods go first, whatever their ReplicaSet', () => {
    const steps = planOld(replicas(10, 3, 2), { newRS: replicaSet('v1', 8, 7), oldRSs: [replicaSet('v2', 5, 0)] })
    expect(steps).toEqual([{ name: 'web-v2', to: 1 }])
  })

  test('an old ReplicaSet that has not acted on its last size yet is left alone', () => {
    expect(planOld(replicas(4, 1, 3), { newRS: replicaSet('v2', 3), oldRSs: [replicaSet('v1', 1, 2)] })).toEqual([])
  })

  test('healthy old pods go from the oldest ReplicaSet on', () => {
    const steps = planOld(replicas(4, 1, 1),
      { newRS: replicaSet('v3', 3), oldRSs: [replicaSet('v2', 1, 1), replicaSet('v1', 1, 1, { age: 9 })] })
    expect(steps).toEqual([{ name: 'web-v1', to: 0 }, { name: 'web-v2', to: 0 }])
  })
})
