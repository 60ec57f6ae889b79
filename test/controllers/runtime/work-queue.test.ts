import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../clock.ts'
import { WorkQueue } from '../../../controllers/runtime/work-queue.ts'

describe('the work queue', () => {
  const start = () => {
    const clock = new ManualClock(), queue = new WorkQueue(clock), taken: string[] = []
    const drain = () => { while (queue.length > 0) taken.push(queue.take() as string) }
    return { clock, queue, taken, drain }
  }

  test('gives a key once however often it was added, in order', () => {
    const { queue, taken, drain } = start()
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
    drain()
    expect(taken).toEqual(['a', 'b', 'c'])
  })

  test('never gives a key to two workers, and gives it again when it was added meanwhile', () => {
    const { queue } = start()
    queue.add('a')
    expect(queue.take()).toBe('a')
    queue.add('a')
    expect(queue.length).toBe(0)
    queue.done('a')
    expect(queue.take()).toBe('a')
  })

  test('wakes a worker that waits, and lets all go when it stops', async () => {
    const { queue } = start()
    const first = queue.take(), second = queue.take()
    queue.add('a')
    queue.stop()
    expect(await first).toBe('a')
    expect(await second).toBeUndefined()
    expect(queue.take()).toBeUndefined()
  })

  test('adds later keys at their earliest time, with one timer', async () => {
    const { clock, queue, taken, drain } = start()
    for (let i = 0; i < 100; i++) queue.addAfter(`k${i % 10}`, 1000 - i)
    expect(clock.untilNext).toBe(901)
    await clock.advance(909)
    drain()
    expect(taken).toEqual(['k9', 'k8', 'k7', 'k6', 'k5', 'k4', 'k3', 'k2', 'k1'])
    await clock.advance(10_000)
    drain()
    expect(taken).toHaveLength(10)
  })

  test('waits twice as long after each failure, until it is forgotten', async () => {
    const { clock, queue } = start()
    const waits = () => {
      queue.addRateLimited('a')
      const wait = clock.untilNext
      return clock.advance(wait!).then(() => { queue.done(queue.take() as string); return wait })
    }
    expect([await waits(), await waits(), await waits()]).toEqual([5, 10, 20])
    queue.forget('a')
    expect(await waits()).toBe(5)
  })
})
