import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Cluster processes and kubectl share the cores with the tests: no more than two files at a time on a small machine.
const maxWorkers = Math.max(2, Math.min(4, Math.floor(availableParallelism() / 2)))

const common = {
  pool: 'forks' as const,
  maxWorkers,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  maxConcurrency: 4,
  // Real clients share the machine with others there: what fails twice is wrong. Here at home it is wrong the first time.
  retry: process.env.CI ? 1 : 0,
}

/** What takes its time: whole documents followed with real clients, every kubectl there is, many watchers, rough days. */
const long = [
  'test/labs/deployment-page/*.test.ts', 'test/labs/{every-kubectl,rough-day,traffic}.test.ts', 'test/server/streams/watchers.test.ts',
  'test/clients/*.test.ts',
]

export default defineConfig({
  test: {
    ...common,
    globalSetup: ['test/support/build-first.ts'],
    projects: [
      { test: { ...common, name: 'quick', include: ['test/**/*.test.ts'], exclude: long } },
      { test: { ...common, name: 'labs', include: long, sequence: { groupOrder: 1 } } },
      { test: { ...common, name: 'recorded', include: ['test/recorded/recorded.test.mjs'], sequence: { groupOrder: 2 } } },
    ],
  },
})
