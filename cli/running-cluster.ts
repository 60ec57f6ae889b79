import { askStatus, type ClusterStatus } from './control.ts'
import { exitCodes, Failure } from './failure.ts'
import { checkName, type ClusterState, readState } from './state.ts'
import { commandName } from './version.ts'

export interface RunningCluster { state: ClusterState; status: ClusterStatus }

/** Nothing noted, noted but its process is gone, or running. */
export type Found = { state?: undefined; status?: undefined } | { state: ClusterState; status?: ClusterStatus }

export async function findCluster(task: string, name: string): Promise<Found> {
  checkName(task, name)
  const state = await readState(name)
  return state ? { state, status: await askStatus(state) } : {}
}

/** The cluster of that name, which has to run for what the command is about to do. */
export async function runningCluster(task: string, name: string): Promise<RunningCluster> {
  const { state, status } = await findCluster(task, name)
  const hint = `${commandName} start${name === 'mimikube' ? '' : ` --name ${name}`}`
  if (!state) throw new Failure(task, `there is no cluster "${name}"`, { hint, exitCode: exitCodes.notRunning })
  if (!status) throw new Failure(task, `the cluster "${name}" is not running any more: its process ${state.pid} is gone`, { hint, exitCode: exitCodes.notRunning })
  return { state, status }
}
