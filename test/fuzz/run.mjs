// `npm run test:fuzz [requests] [seed]`: the long run of test/fuzz/fuzz.test.ts.
import { spawnSync } from 'node:child_process'

const [requests = '100000', seed = '5'] = process.argv.slice(2)
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'quick', 'test/fuzz'],
  { stdio: 'inherit', env: { ...process.env, FUZZ_REQUESTS: requests, FUZZ_SEED: seed } })
process.exit(status ?? 1)
