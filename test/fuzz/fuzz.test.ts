import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

/** `npm run test:fuzz` sends 100,000 requests; among the other tests it is a short run. */
const requests = Number(process.env.FUZZ_REQUESTS ?? 2_000), seed = Number(process.env.FUZZ_SEED ?? 5)
const timeout = 60_000 + requests * 60

test(`${requests} generated requests (seed ${seed}) get nothing but answers and Statuses`, { timeout }, async () => {
  const before = process.memoryUsage().heapUsed / 1e6
  const report = await fuzz({ requests, seed, from: Number(process.env.FUZZ_FROM ?? 0) })
  console.log([
    `${report.requests} requests, seed ${report.seed}, ${report.seconds.toFixed(1)} s`,
    `${report.heapMegabytes.toFixed(0)} MB of heap (${before.toFixed(0)} before)`, JSON.stringify(report.byStatus),
    `worst: ${report.worst.milliseconds.toFixed(0)} ms for ${report.worst.request.slice(0, 300)}`,
  ].join(', '))
  expect(report.failures.join('\n\n')).toBe('')
  expect(report.worst.milliseconds, report.worst.request).toBeLessThan(3_000)
  expect(report.heapMegabytes - before).toBeLessThan(600)
})
