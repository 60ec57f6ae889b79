import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReplicaSet } from '../../../api/schema/generated/types.ts'
import { boundsOf } from '../../../controllers/deployment/bounds.ts'
import { planNew, planOld } from '../../../controllers/deployment/rolling.ts'
import { deployment, replicaSet } from './example.ts'

// Any rolling update, as a small world of pods: what the plans of rolling.ts promise for each of them. 2,000 worlds are drawn for
// each promise, with seed 20.
const draws = { seed: 20, numRuns: 2000 }

const numberOrPercent = fc.oneof(fc.nat(6), fc.nat(100).map(n => `${n}%`))
const start = {
  replicas: fc.integer({ min: 0, max: 20 }), maxSurge: numberOrPercent, maxUnavailable: numberOrPercent,
  olds: fc.array(fc.nat(20), { maxLength: 3 }),
}
type Start = { replicas: number; maxSurge: number | string; maxUnavailable: number | string; olds: number[] }
/** What happens next, and to whom: numbers are taken modulo what there is. */
const chances = fc.array(fc.tuple(fc.nat(9), fc.nat(1000)), { minLength: 10, maxLength: 120 })

interface Pods { name: string; wanted: number; ready: boolean[]; seen: { replicas: number; available: number } }

/** A new ReplicaSet without pods, and old ones that share all replicas, every one of them ready. */
function world({ replicas, maxSurge, maxUnavailable, olds }: Start) {
  const wanted = deployment({ replicas, maxSurge, maxUnavailable }), { maxSurge: more, maxUnavailable: fewer } = boundsOf(wanted)
  const sets: Pods[] = ['new', ...shares(replicas, olds).map((_, i) => `old${i}`)].map((name, i) => {
    const size = i === 0 ? 0 : shares(replicas, olds)[i - 1]
    return { name, wanted: size, ready: Array.from({ length: size }, () => true), seen: { replicas: size, available: size } }
  })
  const asReplicaSet = ({ name, wanted: size, seen }: Pods, i: number): ReplicaSet => {
    const rs = replicaSet(name, size, seen.available, { age: 10 - i })
    return { ...rs, status: { ...rs.status!, replicas: seen.replicas } }
  }
  const all = () => sets.flatMap(({ ready }) => ready)
  return {
    sets, most: replicas + more, least: replicas - fewer,
    total: () => all().length,
    wantedInAll: () => sets.reduce((sum, each) => sum + each.wanted, 0),
    available: () => all().filter(Boolean).length,
    isDone: () => sets[0].ready.length === replicas && all().length === replicas && all().every(Boolean),
    /** The deployment controller looks once, at what the ReplicaSets last said of themselves. */
    roll() {
      const [newRS, ...oldRSs] = sets.map(asReplicaSet)
      const up = planNew(wanted, { newRS, oldRSs }), steps = up.length > 0 ? up : planOld(wanted, { newRS, oldRSs })
      for (const { name, to } of steps) sets.find(each => `web-${each.name}` === name)!.wanted = to
    },
    /** A ReplicaSet makes or deletes pods, those that are not ready first. */
    fill(set: Pods) {
      while (set.ready.length < set.wanted) set.ready.push(false)
      set.ready.sort()
      set.ready.splice(0, set.ready.length - set.wanted)
    },
    report(set: Pods) { set.seen = { replicas: set.ready.length, available: set.ready.filter(Boolean).length } },
    settle() {
      this.roll()
      for (const set of sets) {
        this.fill(set)
        this.report(set)
      }
    },
    becomeReady(chance: number) { change(sets, chance, (set, i) => { set.ready[i] = true }) },
    fail(chance: number) { change(sets, chance, (set, i) => { set.ready[i] = false }) },
    lose(chance: number) { change(sets, chance, (set, i) => { set.ready.splice(i, 1) }) },
  }
}

function change(sets: Pods[], chance: number, act: (set: Pods, index: number) => void): void {
  const all = sets.flatMap(set => set.ready.map((_, i) => ({ set, i })))
  if (all.length === 0) return
  const { set, i } = all[chance % all.length]
  act(set, i)
}

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

/** Lets all become ready, again and again; a rollout that does not end then never ends. */
function finish(each: ReturnType<typeof world>): void {
  for (let round = 0; round < 200 && !each.isDone(); round++) {
    for (const set of each.sets) {
      set.ready.fill(true)
      each.report(set)
    }
    each.settle()
  }
  expect(each.isDone()).toBe(true)
}

/** (`expect` costs too much to be asked 200,000 times.) */
function hold(condition: boolean, complaint: string): void { if (!condition) expect.fail(complaint) }

describe('any rolling update', () => {
  test('stays within its bounds, whatever its controllers see late and in whatever order pods become ready, and ends', () => {
    fc.assert(fc.property(fc.record(start), chances, (drawn, steps) => {
      const each = world(drawn)
      for (const [what, chance] of steps) {
        const set = each.sets[chance % each.sets.length]
        if (what < 3) each.roll()
        else if (what < 5) each.fill(set)
        else if (what < 7) each.report(set)
        else each.becomeReady(chance)
        // (A ReplicaSet that is quicker than another may make its pods before the other's are gone: what is wanted counts here.)
        hold(each.wantedInAll() <= each.most, 'too many are wanted')
        hold(each.available() >= each.least, 'too few are available')
      }
      finish(each)
    }), draws)
  })

  test('never takes an available pod that the bound needs, with pods failing and being deleted at any time, and ends', () => {
    fc.assert(fc.property(fc.record(start), chances, (drawn, steps) => {
      const each = world(drawn)
      for (const [what, chance] of steps) {
        if (what < 4) {
          for (const set of each.sets) each.report(set)
          const before = each.available()
          each.settle()
          hold(each.available() >= Math.min(before, each.least), 'a pod was taken that was needed')
        } else if (what < 7) each.becomeReady(chance)
        else if (what < 9) each.fail(chance)
        else each.lose(chance)
        hold(each.wantedInAll() <= each.most && each.total() <= each.most, 'there are too many')
      }
      finish(each)
    }), draws)
  })
})
