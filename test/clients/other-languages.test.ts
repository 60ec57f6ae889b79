import { describe, expect, it } from 'vitest'
import { startTestCluster } from '../support/cluster.ts'
import { run } from '../support/run.ts'
import { missing, programs } from './prepare.mjs'

/**
 * Small programs of the other client libraries, each with the same promise: a line `ok …` for each thing that is as it should
 * be, `WRONG …` and exit status 1 at the first that is not, `done` at the end. See README.md for how they are built.
 */
describe.each(programs)('$name', program => {
  const reason = missing(program)
  if (reason) console.log(`${program.name} is skipped: ${reason}`)
  it.skipIf(reason)('finds everything as it is used to', { timeout: 180_000 }, async () => {
    const cluster = await startTestCluster({ nodes: 1 })
    try {
      const [command, ...args] = program.command
      const env = { ...process.env, KUBECONFIG: cluster.kubeconfigFile }
      const { code, stdout, stderr } = await run(command, args, { env })
      const lines = stdout.trim().split('\n')
      expect({ code, wrong: lines.filter(line => !line.startsWith('ok ')), stderr: code ? stderr : '' })
        .toEqual({ code: 0, wrong: ['done'], stderr: '' })
      expect(lines.length).toBeGreaterThan(8)
    } finally {
      await cluster.stop()
    }
  })
})
