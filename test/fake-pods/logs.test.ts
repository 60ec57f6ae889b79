import { expect, test } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { ContainerLogs } from '../../fake-pods/container-logs.ts'
import { logOf } from './support.ts'

const start = new Date('2026-01-01T00:00:00Z')

test('tail, since, timestamps and a limit choose what is shown', async () => {
  const clock = new ManualClock(start),
    logs = new ContainerLogs(clock)
  logs.write('one\ntwo\n')
  await clock.advance(60_000)
  logs.write('three\nfo')
  logs.write('ur\n')
  expect(await logOf({ logs })).toBe('one\ntwo\nthree\nfour\n')
  expect(await logOf({ logs }, { tailLines: 1 })).toBe('four\n')
  expect(await logOf({ logs }, { tailLines: 0 })).toBe('')
  expect(await logOf({ logs }, { sinceSeconds: 10 })).toBe('three\nfour\n')
  expect(await logOf({ logs }, { sinceTime: '2026-01-01T00:00:30Z' })).toBe('three\nfour\n')
  expect(await logOf({ logs }, { tailLines: 1, timestamps: true })).toBe('2026-01-01T00:01:00.000000000Z four\n')
  expect(await logOf({ logs }, { limitBytes: 6 })).toBe('one\ntw')
})

test('a follower gets what comes, and ends with the run', async () => {
  const logs = new ContainerLogs(new ManualClock(start))
  logs.write('before\n')
  const followed = logOf({ logs }, { follow: true })
  await new Promise(resolve => setImmediate(resolve))
  logs.write('after\n')
  await new Promise(resolve => setImmediate(resolve))
  logs.write('no line end')
  logs.end()
  expect(await followed).toBe('before\nafter\nno line end')
})

test('a follower that goes away is let go', async () => {
  const logs = new ContainerLogs(new ManualClock(start)),
    abort = new AbortController()
  const reading = (async () => {
    for await (const part of logs.read({ follow: true }, abort.signal)) void part
  })()
  abort.abort()
  await reading
})

test('a long log keeps its end within bounds, and a slow reader only misses lines', async () => {
  const logs = new ContainerLogs(new ManualClock(start))
  const reader = logs.read({ follow: true }, new AbortController().signal)[Symbol.asyncIterator]()
  logs.write('first\n')
  expect(Buffer.from((await reader.next()).value!).toString()).toBe('first\n')
  for (let i = 0; i < 300_000; i++) logs.write(`line number ${i}\n`)
  const held = await logOf({ logs })
  expect(held.length).toBeLessThan(1024 * 1024 + 100)
  expect(held.endsWith('line number 299999\n')).toBe(true)
  expect(Buffer.from((await reader.next()).value!).toString()).toMatch(/^line number \d+\n/)
})
