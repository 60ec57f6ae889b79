import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startTestCluster } from '../support/cluster.ts'
import { run } from '../support/run.ts'
import { goProgram, python } from './prepare.mjs'

/**
 * Small programs of the other client libraries. They are built by `node test/clients/prepare.mjs`, which takes minutes and needs
 * the toolchains; what was not built is skipped.
 */
const programs: { name: string; program: string; args: string[]; parts: string[] }[] = [
  { name: 'client-go with protobuf', program: goProgram, args: [],
    parts: ['informer', 'workload', 'conflicts', 'apply', 'lock', 'metadata', 'done'] },
  {
    name: 'the Python client', program: python, args: [fileURLToPath(new URL('python/client.py', import.meta.url))],
    parts: ['objects', 'workload', 'watching', 'any kind', 'done'],
  },
]

describe.each(programs)('$name', ({ name, program, args, parts }) => {
  const missing = !existsSync(program)
  if (missing) console.log(`${name} is skipped: not built; \`node test/clients/prepare.mjs\` does so where its toolchain is`)
  it.skipIf(missing)('finds everything as it is used to', { timeout: 120_000 }, async () => {
    const cluster = await startTestCluster({ nodes: 1 })
    try {
      const { code, stdout, stderr } = await run(program, args, { env: { ...process.env, KUBECONFIG: cluster.kubeconfigFile } })
      expect([code, stdout.trim().split('\n').filter(line => !line.startsWith('version ')), stderr]).toEqual([0, parts, ''])
    } finally {
      await cluster.stop()
    }
  })
})
