import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../clock.ts'
import type { Message } from './cluster-process.ts'
import { exitCodes, Failure, isCode } from './failure.ts'
import type { StartOptions } from './keep-cluster.ts'
import { defaultKubeconfigFile, removeContext } from './kubeconfig-file.ts'
import { findCluster } from './running-cluster.ts'
import { filesOf, makeFolder, removeState } from './state.ts'
import { readTokenFile } from './token-file.ts'
import { commandName, kubernetesVersion, productVersion } from './version.ts'

/** What the command line gives. */
export interface StartArguments extends Omit<StartOptions, 'kubeconfigFile' | 'tokens'> {
  foreground?: boolean
  kubeconfig?: string
  tokenFile?: string
}

/** Starts a cluster and returns when its nodes are Ready; in the foreground, when it has stopped. */
export async function start({ foreground, kubeconfig, tokenFile, ...given }: StartArguments): Promise<void> {
  const { name } = given
  const task = `start the cluster "${name}"`
  const clock = systemClock()
  const began = clock.now().getTime()
  const { state, status } = await findCluster(task, name)
  if (status) return console.log(`The cluster "${name}" runs already: ${status.url}\n${howToUse(name, false)}`)
  if (state) {
    console.log(` • The cluster "${name}" had ended without being stopped: cleaning up`)
    await removeContext(state.kubeconfigFile, name)
    await removeState(name)
  }
  if (!isIP(given.nodeAddress))
    throw new Failure(task, `${JSON.stringify(given.nodeAddress)} is no IP address`, { exitCode: exitCodes.wrongUsage })
  const options: StartOptions = {
    ...given, kubeconfigFile: defaultKubeconfigFile(kubeconfig), tokens: tokenFile ? await readTokenFile(tokenFile, task) : [],
    // The process in the background works in a folder of its own.
    ...given.auditLog === undefined ? {} : { auditLog: path.resolve(given.auditLog) },
  }
  await makeFolder(name)
  const release = await claim(name, task)
  const nodes = options.nodes === 0 ? 'no nodes' : options.nodes === 1 ? 'a node' : `${options.nodes} nodes`
  console.log(`mimikube ${productVersion} simulates Kubernetes ${kubernetesVersion}`)
  console.log(` • Starting "${name}": a control plane and ${nodes}, all in one process ...`)
  const ready = (url: string) => {
    const seconds = ((clock.now().getTime() - began) / 1000).toFixed(1)
    console.log(` ✓ ${options.nodes ? 'Nodes are Ready' : 'The control plane is ready'} after ${seconds} s, the API server at ${url}`)
    console.log(` ✓ Context "${name}" is current in ${options.kubeconfigFile}`)
    console.log(howToUse(name, Boolean(foreground)))
  }
  try {
    if (foreground) await keepHere(options, ready, release)
    else ready(await keepInBackground(options, task))
  } finally {
    await release()
  }
}

const notice = (text: string) => console.log(` ! ${text}`)

async function keepHere(options: StartOptions, ready: (url: string) => void, release: () => Promise<void>): Promise<void> {
  const { keepCluster } = await import('./keep-cluster.ts')
  let interrupted = false
  let stop = () => { interrupted = true }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop())
  process.on('uncaughtException', error => console.error(error))
  process.on('unhandledRejection', reason => console.error(reason))
  const kept = await keepCluster(options, notice)
  stop = () => { console.log(`\n • Stopping "${options.name}" ...`); void kept.stop() }
  await release()
  if (interrupted) stop()
  else ready(kept.state.url)
  await kept.ended
  console.log(` ✓ Stopped; the context "${options.name}" is gone from ${options.kubeconfigFile}`)
}

/** Resolves with the API server's URL when the process that keeps the cluster says that all is ready. */
async function keepInBackground(options: StartOptions, task: string): Promise<string> {
  const { folder, log } = filesOf(options.name)
  const output = openSync(log, 'w', 0o600)
  const child = spawn(process.execPath, [fileURLToPath(new URL('./cluster-process.js', import.meta.url)), JSON.stringify(options)], {
    detached: true, cwd: folder, stdio: ['ignore', output, output, 'ipc'],
  })
  return new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', async code => {
      const last = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-5).join('\n')
      reject(new Failure(task, `its process ended with ${code}`, { hint: `its log ${log} ends with:\n${last}` }))
    })
    child.on('message', (message: Message) => {
      if (message.type === 'notice') return notice(message.text)
      child.removeAllListeners('exit')
      child.unref()
      if (child.connected) child.disconnect()
      if (message.type === 'ready') return resolve(message.url)
      reject(Failure.from(message.failure))
    })
  })
}

/** Two `start` of one name at the same time: the second is told so. A claim that a killed `start` left counts for nothing. */
async function claim(name: string, task: string): Promise<() => Promise<void>> {
  const { starting } = filesOf(name)
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(starting, 'wx', 0o600)
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(starting, { force: true })
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
      if (attempt > 0 || !await isAbandoned(starting)) throw new Failure(task, 'it is being started already', { hint: `\`${commandName} status\` says when it runs` })
      await rm(starting, { force: true })
    }
  }
}

async function isAbandoned(starting: string): Promise<boolean> {
  const minute = 60_000
  const [pid, age] = await Promise.all([
    readFile(starting, 'utf8').then(Number, () => 0),
    stat(starting).then(found => systemClock().now().getTime() - found.mtimeMs, () => minute),
  ])
  if (age >= minute) return true
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

function howToUse(name: string, foreground: boolean): string {
  const context = name === 'mimikube' ? '' : ` --name ${name}`
  return [
    '',
    foreground ? 'In another terminal:' : 'Try:',
    '  kubectl get nodes',
    '  kubectl create deployment hello --image=nginx --port=80',
    '  kubectl expose deployment hello --type=NodePort',
    `  curl $(${commandName} service hello --url${context})`,
    '',
    foreground ? 'Ctrl+C stops the cluster.' : `\`${commandName} stop${context}\` stops the cluster.`,
  ].join('\n')
}
