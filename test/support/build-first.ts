import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Vitest's global setup: the tests of the command line run dist/, which has to be made of these very sources. */
export default function buildFirst(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../build/build.mjs', import.meta.url)), '--if-stale'], { stdio: 'inherit' })
}
