import { describe, expect, test } from 'vitest'
import type { HPAScalingRules } from '../../../api/schema/generated/types.ts'
import { beginHistory, recommended, scaled, type History } from '../../../controllers/horizontalpodautoscaler/history.ts'
import { normalize, type Wish } from '../../../controllers/horizontalpodautoscaler/normalize.ts'

const now = Date.UTC(2026, 0, 1)
const secondsAgo = (seconds: number) => now - seconds * 1000
const nothing: History = { recommendations: [], ups: [], downs: [] }

const short: Record<string, string> = { 'ReadyForNewScale=True': 'ready', 'DesiredWithinRange=False': 'inRange' }
/** Replicas and the reasons of both conditions; the usual ones in short. */
const outcome = (wish: Partial<Wish>) => {
  const usual = { currentReplicas: 4, desiredReplicas: 4, minReplicas: 1, maxReplicas: 20, history: nothing, now }
  const { replicas, verdicts } = normalize({ ...usual, ...wish })
  return [replicas, ...verdicts.map(({ reason, status }) => short[`${reason}=${status}`] ?? `${reason}=${status}`)].join(' ')
}

describe('without a behavior', () => {
  test.each<[string, Partial<Wish>, string]>([
    ['a wish in range is followed', { desiredReplicas: 6 }, '6 ready inRange'],
    ['replicas at most double', { desiredReplicas: 15 }, '8 ready ScaleUpLimit=True'],
    ['from one replica four are reached', { currentReplicas: 1, desiredReplicas: 9 }, '4 ready ScaleUpLimit=True'],
    ['the maximum holds', { desiredReplicas: 9, maxReplicas: 5 }, '5 ready TooManyReplicas=True'],
    ['the minimum holds', { desiredReplicas: 1, minReplicas: 2 }, '2 ready TooFewReplicas=True'],
    ['a wish for less waits while a higher one is young', {
      desiredReplicas: 1, history: { ...nothing, recommendations: [{ replicas: 4, at: secondsAgo(299) }] },
    }, '4 ScaleDownStabilized=True inRange'],
    ['after five minutes it is followed', {
      desiredReplicas: 1, history: { ...nothing, recommendations: [{ replicas: 4, at: secondsAgo(301) }] },
    }, '1 ready inRange'],
    ['the highest of the recent wishes counts', {
      desiredReplicas: 1,
      history: { ...nothing, recommendations: [{ replicas: 4, at: secondsAgo(400) }, { replicas: 3, at: secondsAgo(30) }] },
    }, '3 ScaleDownStabilized=True inRange'],
  ])('%s', (_, wish, expected) => { expect(outcome(wish)).toBe(expected) })

  test('the replicas at the first look are its first recommendation', () => {
    expect(outcome({ desiredReplicas: 1, history: beginHistory(4, now) })).toBe('4 ScaleDownStabilized=True inRange')
  })

  test('recommendations that no window reaches are forgotten', () => {
    let history = nothing
    for (let look = 0; look < 100; look++) history = recommended(history, look, 300, now + look * 15_000)
    expect(history.recommendations).toHaveLength(21)
  })
})

describe('with a behavior', () => {
  const down = (rules: HPAScalingRules): Partial<Wish> => ({
    currentReplicas: 10, desiredReplicas: 1,
    behavior: { scaleUp: {}, scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', ...rules } },
  })
  const up = (rules: HPAScalingRules): Partial<Wish> => ({
    currentReplicas: 10, desiredReplicas: 50, maxReplicas: 100,
    behavior: { scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', ...rules }, scaleDown: {} },
  })
  const pods = (value: number, periodSeconds = 60) => ({ type: 'Pods', value, periodSeconds })
  const percent = (value: number, periodSeconds = 60) => ({ type: 'Percent', value, periodSeconds })

  test.each<[string, Partial<Wish>, string]>([
    ['so many pods may come in a period', up({ policies: [pods(4)] }), '14 ready ScaleUpLimit=True'],
    ['a percentage is rounded up', up({ policies: [percent(25)] }), '13 ready ScaleUpLimit=True'],
    ['the policy that allows more counts', up({ policies: [pods(4), percent(100)] }), '20 ready ScaleUpLimit=True'],
    ['or the one that allows less', up({ policies: [pods(4), percent(100)], selectPolicy: 'Min' }), '14 ready ScaleUpLimit=True'],
    ['scaling up may be forbidden', up({ policies: [pods(4)], selectPolicy: 'Disabled' }), '10 ready ScaleUpLimit=True'],
    ['the maximum holds', { ...up({ policies: [pods(40)] }), maxReplicas: 12 }, '12 ready TooManyReplicas=True'],
    ['what came lately counts', {
      ...up({ policies: [pods(4)] }), history: { ...nothing, ups: [{ change: 3, at: secondsAgo(30) }] },
    }, '11 ready ScaleUpLimit=True'],
    ['what came before the period does not', {
      ...up({ policies: [pods(4)] }), history: { ...nothing, ups: [{ change: 3, at: secondsAgo(61) }] },
    }, '14 ready ScaleUpLimit=True'],
    ['what went lately may come again', {
      ...up({ policies: [pods(4)] }), history: { ...nothing, downs: [{ change: 2, at: secondsAgo(30) }] },
    }, '16 ready ScaleUpLimit=True'],
    ['so many pods may go in a period', down({ policies: [pods(2)] }), '8 ready ScaleDownLimit=True'],
    ['a percentage of those that go is rounded up', down({ policies: [percent(25)] }), '7 ready ScaleDownLimit=True'],
    ['the policy that takes more counts', down({ policies: [pods(2), percent(50)] }), '5 ready ScaleDownLimit=True'],
    ['or the one that takes less', down({ policies: [pods(2), percent(50)], selectPolicy: 'Min' }),
      '8 ready ScaleDownLimit=True'],
    ['scaling down may be forbidden', down({ policies: [pods(2)], selectPolicy: 'Disabled' }), '10 ready ScaleDownLimit=True'],
    ['the minimum holds', { ...down({ policies: [percent(100)] }), minReplicas: 3 }, '3 ready TooFewReplicas=True'],
    ['its own window waits for scaling up', {
      ...up({ policies: [percent(900)], stabilizationWindowSeconds: 60 }),
      history: { ...nothing, recommendations: [{ replicas: 12, at: secondsAgo(59) }, { replicas: 11, at: secondsAgo(60) }] },
    }, '12 ScaleUpStabilized=True inRange'],
    ['the usual five minutes hold for scaling down', {
      ...down({ policies: [percent(100)], stabilizationWindowSeconds: undefined }),
      history: { ...nothing, recommendations: [{ replicas: 6, at: secondsAgo(200) }] },
    }, '6 ScaleDownStabilized=True inRange'],
  ])('%s', (_, wish, expected) => { expect(outcome(wish)).toBe(expected) })

  test('changes that no policy looks at are forgotten', () => {
    let history = nothing
    for (let look = 0; look < 50; look++) history = scaled(history, look % 2 ? 1 : -1, { up: 60, down: 15 }, now + look * 15_000)
    expect([history.ups.length, history.downs.length]).toEqual([3, 1])
  })
})
