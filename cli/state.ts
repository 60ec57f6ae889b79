import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { exitCodes, Failure, isCode } from './failure.ts'

/** What is on disk about one cluster, from when its nodes are Ready until it is stopped. */
export interface ClusterState {
  name: string
  /** Of the process that keeps the cluster; only shown: whether it lives is asked over `control`, as ids are used again. */
  pid: number
  control: { port: number; token: string }
  url: string
  nodeAddress: string
  speed: string
  startedAt: string
  version: string
  /** The kubeconfig file that holds this cluster's context. */
  kubeconfigFile: string
}

/** Where clusters of this user are noted, as the XDG base directory specification wants it. */
export const stateRoot = (env: NodeJS.ProcessEnv = process.env): string =>
  path.join(env.XDG_STATE_HOME && path.isAbsolute(env.XDG_STATE_HOME) ? env.XDG_STATE_HOME : path.join(homedir(), '.local', 'state'), 'mimikube')

export function filesOf(name: string) {
  const folder = path.join(stateRoot(), name)
  return {
    folder,
    state: path.join(folder, 'cluster.json'),
    kubeconfig: path.join(folder, 'kubeconfig'),
    log: path.join(folder, 'cluster.log'),
    starting: path.join(folder, 'starting'),
  }
}

/** A name becomes node names (`NAME-m02`), a context and a folder: a DNS label that leaves room for the suffix. */
export function checkName(task: string, name: string): void {
  if (!/^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/.test(name))
    throw new Failure(task, `${JSON.stringify(name)} is no name for a cluster`,
      { hint: "use up to 50 lower case letters, digits and '-', with a letter or digit at both ends", exitCode: exitCodes.wrongUsage })
}

/** The folder is for its owner only: it holds credentials that may do everything in the cluster. */
export async function makeFolder(name: string): Promise<void> {
  const { folder } = filesOf(name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
}

export async function writeState(state: ClusterState, kubeconfig: string): Promise<void> {
  const files = filesOf(state.name)
  await writePrivately(files.kubeconfig, kubeconfig)
  await writePrivately(files.state, JSON.stringify(state, undefined, 2) + '\n')
}

export async function readState(name: string): Promise<ClusterState | undefined> {
  try {
    return JSON.parse(await readFile(filesOf(name).state, 'utf8')) as ClusterState
  } catch (error) {
    if (isCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Forgets the cluster. The folder goes with it unless the log is to stay, to say why the cluster ended. */
export async function removeState(name: string, options: { keepLog?: boolean } = {}): Promise<void> {
  const files = filesOf(name)
  if (!options.keepLog) return rm(files.folder, { recursive: true, force: true })
  await Promise.all([files.state, files.kubeconfig].map(file => rm(file, { force: true })))
}

/** All clusters noted on disk, running or not, by name. */
export async function listStates(): Promise<ClusterState[]> {
  let names: string[]
  try {
    names = await readdir(stateRoot())
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
  const states = await Promise.all(names.sort().map(readState))
  return states.filter(state => state !== undefined)
}

async function writePrivately(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, file)
}
