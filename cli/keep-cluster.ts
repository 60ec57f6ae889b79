import { createServer } from 'node:net'
import { startCluster, type Cluster } from '../cluster.ts'
import { systemClock } from '../clock.ts'
import { timestamp } from '../api/clock.ts'
import { nodes as nodeKind } from '../api/kinds/core/nodes.ts'
import { serveControl, type ClusterStatus } from './control.ts'
import { Failure, isCode } from './failure.ts'
import { checkKubeconfig, credentialsOf, mergeContext, removeContext } from './kubeconfig-file.ts'
import { type ClusterState, makeFolder, removeState, writeState } from './state.ts'
import { productVersion } from './version.ts'

/** What `start` was asked for, as it travels to the process that keeps the cluster. */
export interface StartOptions {
  name: string
  nodes: number
  port: number
  nodeAddress: string
  speed: number | 'instant'
  seed?: number
  kubeconfigFile: string
  tokens: { token: string; user: string; uid?: string; groups: string[] }[]
  anonymousAuth: boolean
  simulationWarnings: boolean
  metrics: boolean
  controllers: 'all' | 'none' | string[]
  scheduler: boolean
  auditLog?: string
  verbosity: number
}

export interface KeptCluster {
  state: ClusterState
  /** Resolves when the cluster has ended and has left nothing behind. */
  ended: Promise<void>
  stop(): Promise<void>
}

/** Starts a cluster in this process, notes it on disk and in the kubeconfig, and takes both back when it stops. */
export async function keepCluster(options: StartOptions, say: (notice: string) => void): Promise<KeptCluster> {
  const task = `start the cluster "${options.name}"`
  await makeFolder(options.name)
  const checked = checkKubeconfig(options.kubeconfigFile)
  checked.catch(() => {})     // seen below, when the cluster can be stopped again
  const cluster = await startOnPort(options, task, say)
  let stopping: Promise<void> | undefined
  let onEnd!: () => void
  const ended = new Promise<void>(resolve => { onEnd = resolve })
  const stop = () => stopping ??= (async () => {
    await cluster.stop()
    await removeContext(options.kubeconfigFile, options.name).catch(error => say(error.message))
    await removeState(options.name)
    void control.close().then(onEnd)
  })()
  const startedAt = timestamp(systemClock().now())
  const control = await serveControl({ status: () => describe(cluster, options, startedAt), stop })
  try {
    await checked
    await mergeContext(options.kubeconfigFile, options.name, await credentialsOf(cluster.kubeconfig))
    const state: ClusterState = {
      name: options.name, pid: process.pid, control: { port: control.port, token: control.token }, url: cluster.url,
      nodeAddress: options.nodeAddress, speed: String(options.speed), startedAt, version: productVersion,
      kubeconfigFile: options.kubeconfigFile,
    }
    await writeState(state, cluster.kubeconfig)
    return { state, ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Takes a free port when another program has the one asked for. */
async function startOnPort(options: StartOptions, task: string, say: (notice: string) => void): Promise<Cluster> {
  const { kubeconfigFile: _, ...clusterOptions } = options
  const log = (message: string) => console.error(`${timestamp(systemClock().now())} ${message}`)
  const start = (port: number) => startCluster({ ...clusterOptions, port, log })
  try {
    if (options.port === 0 || await isFree(options.port)) return await start(options.port)
  } catch (error) {
    if (!isCode(error, 'EADDRINUSE')) throw asFailure(error, task)
  }
  const cluster = await start(0).catch(error => { throw asFailure(error, task) })
  say(`Port ${options.port} is taken by another program: the API server listens on ${cluster.port}`)
  return cluster
}

function asFailure(error: unknown, task: string): Error {
  if (isCode(error, 'EACCES')) return new Failure(task, 'this user may not listen on that port', { hint: 'choose a --port of 1024 or more', cause: error })
  if (isCode(error, 'EADDRNOTAVAIL'))
    return new Failure(task, 'the node address is none of this machine', { hint: 'choose a --node-address that `ip addr` shows', cause: error })
  return error as Error
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', error => resolve(!isCode(error, 'EADDRINUSE')))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

async function describe(cluster: Cluster, options: StartOptions, startedAt: string): Promise<ClusterStatus> {
  const { items } = await cluster.client.list(nodeKind)
  return {
    name: options.name, pid: process.pid, url: cluster.url, nodeAddress: options.nodeAddress, speed: String(options.speed), startedAt,
    nodes: items.map(node => ({
      name: node.metadata.name,
      ready: Boolean(node.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True')),
    })),
    portProblems: [...cluster.portProblems()],
  }
}
