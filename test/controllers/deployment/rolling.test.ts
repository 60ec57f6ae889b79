import * as fc from 'fast-check'
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

  test('healthy old pods go from the oldest ReplicaSet on', () => {
    const steps = planOld(replicas(4, 1, 1),
      { newRS: replicaSet('v3', 3), oldRSs: [replicaSet('v2', 1, 1), replicaSet('v1', 1, 1, { age: 9 })] })
    expect(steps).toEqual([{ name: 'web-v1', to: 0 }, { name: 'web-v2', to: 0 }])
  })
})

describe('any rolling update', () => {
  test('never falls below its availability, never has too many pods, and ends when pods become ready', () => {
    const percentOrNumber = fc.oneof(fc.nat(6), fc.nat(100).map(n => `${n}%`))
    fc.assert(fc.property(fc.integer({ min: 0, max: 20 }), percentOrNumber, percentOrNumber,
      fc.array(fc.nat(20), { maxLength: 3 }), fc.infiniteStream(fc.nat(3)),
      (replicas, maxSurge, maxUnavailable, olds, chance) => {
        const wanted = deployment({ replicas, maxSurge, maxUnavailable }), bounds = boundsOf(wanted)
        const sizes = shares(replicas, olds)
        let newRS = replicaSet('v2', 0), oldRSs = sizes.map((size, i) => replicaSet(`old${i}`, size, size, { age: 10 - i }))
        const draw = () => chance.next().value as number
        for (let step = 0; ; step++) {
          expect(step).toBeLessThan(500)
          const up = planNew(wanted, { newRS, oldRSs }), down = up.length > 0 ? [] : planOld(wanted, { newRS, oldRSs })
          for (const { name, to } of [...up, ...down]) {
            // Of the pods that go, those that are not available go first.
            const resized = (rs: typeof newRS) => (rs.metadata.name !== name ? rs
              : replicaSet(rs.metadata.uid, to, Math.min(to, rs.status!.availableReplicas!), { age: 1 }))
            newRS = resized(newRS)
            oldRSs = oldRSs.map(resized)
          }
          const all = [newRS, ...oldRSs], total = all.reduce((sum, rs) => sum + rs.spec.replicas!, 0)
          const available = all.reduce((sum, rs) => sum + rs.status!.availableReplicas!, 0)
          expect(total).toBeLessThanOrEqual(Math.max(replicas + bounds.maxSurge, sizes.reduce((a, b) => a + b, 0)))
          expect(available).toBeGreaterThanOrEqual(replicas - bounds.maxUnavailable)
          if (newRS.spec.replicas === replicas && available === total && total === replicas) return
          const { replicas: size = 0 } = newRS.spec, ready = newRS.status!.availableReplicas!
          newRS = replicaSet('v2', size, Math.min(size, ready + (step % 5 === 4 ? 1 : draw() % 2)))
        }
      }), { seed: 20, numRuns: 300 })
  })
})

/** Old ReplicaSets that together have all replicas. */
function shares(total: number, weights: readonly number[]): number[] {
  let left = total
  const sizes = weights.map(weight => {
    const size = Math.min(left, weight)
    left -= size
    return size
  })
  return [...sizes, left]
}
