import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { everyKubectl, findKubectl } from '../../cli/find-kubectl.ts'
import { type Finished, run, type RunOptions } from './run.ts'

/** The kubectl that tests use; undefined on a machine without one, where tests skip and say so. */
export const kubectlPath = await findKubectl()

export const withoutKubectl = kubectlPath ? false : 'no kubectl: neither the npm package for Linux x64 nor one on PATH'

/** Each kubectl on the machine, for what has to work with all of them. */
export const allKubectl = await everyKubectl()

export interface Kubectl {
  /** Runs it and returns what it wrote to stdout; throws with its stderr when it fails. */
  (...args: string[]): Promise<string>
  /** Runs it whatever comes of it. */
  attempt(args: string[], options?: RunOptions): Promise<Finished>
  env: NodeJS.ProcessEnv
}

/** kubectl with this kubeconfig, and with a home of its own so that no cache of another cluster is used. */
export function kubectlWith(options: { kubeconfig: string; program?: string; home?: string }): Kubectl {
  const program = options.program ?? kubectlPath ?? 'kubectl'
  const env = { ...process.env, KUBECONFIG: options.kubeconfig, HOME: options.home ?? path.dirname(options.kubeconfig.split(path.delimiter)[0]) }
  const attempt = (args: string[], more: RunOptions = {}) => run(program, args, { env, ...more })
  const kubectl = async (...args: string[]) => {
    const { code, stdout, stderr } = await attempt(args)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`)
    return stdout
  }
  return Object.assign(kubectl, { attempt, env })
}

/** A folder that is gone after the test. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), `mimikube-${name}-`))
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}
