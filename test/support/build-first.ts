import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Vitest's global setup: the tests of the command line run dist/, which has to be made of these very sources. */
export default function buildFirst(): void {
  const build = fileURLToPath(new URL('../../build/build.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [build, '--if-stale'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`dist/ can't be built:\n${stderr.split('\n').slice(0, 4).join('\n')}`)
}
