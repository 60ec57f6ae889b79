import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { type Finished, run, type RunOptions } from '../support/run.ts'
import { temporaryFolder } from '../support/kubectl.ts'

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface CommandLine {
  (...args: string[]): Promise<Finished>
  with(options: RunOptions, ...args: string[]): Promise<Finished>
  /** Home of this person: kubeconfig at `kubeconfig`, clusters noted under `state`. */
  home: string
  kubeconfig: string
  state: string
  env: NodeJS.ProcessEnv
  main: string
  /** Stops every cluster that is left. */
  leave(): Promise<void>
}

/** The command line of a person with an empty home. */
export async function commandLine(): Promise<CommandLine> {
  const folder = await temporaryFolder('home')
  const state = path.join(folder.path, 'state', 'mimikube')
  const env = { ...process.env, HOME: folder.path, XDG_STATE_HOME: path.join(folder.path, 'state'), KUBECONFIG: '' }
  const call = (options: RunOptions, ...args: string[]) => run(process.execPath, [main, ...args], { env, cwd: folder.path, ...options })
  return Object.assign((...args: string[]) => call({}, ...args), {
    with: call, home: folder.path, kubeconfig: path.join(folder.path, '.kube', 'config'), state, env, main,
    leave: async () => {
      const { stdout } = await call({}, 'list')
      for (const line of stdout.split('\n').slice(1).filter(Boolean)) await call({}, 'stop', '--name', line.split(' ')[0])
      await folder.remove()
    },
  })
}
