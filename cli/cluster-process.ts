import { keepCluster, type StartOptions } from './keep-cluster.ts'
import { Failure, type FailureFacts } from './failure.ts'

/**
 * The background process that keeps one cluster. `start` spawns it with the options as its only argument and listens until the
 * nodes are Ready; from then on the process stands alone and is reached over its control port.
 */

export type Message =
  | { type: 'notice'; text: string }
  | { type: 'ready'; url: string }
  | { type: 'failed'; failure: FailureFacts }

const options = JSON.parse(process.argv[2]) as StartOptions
process.title = `mimikube ${options.name}`

const tell = (message: Message) => { if (process.connected) process.send!(message) }
const log = (text: string) => console.error(text)

// A bug in one controller or pod must not take the cluster down with it.
process.on('uncaughtException', error => log(`uncaught: ${error.stack ?? error}`))
process.on('unhandledRejection', reason => log(`unhandled: ${reason instanceof Error ? reason.stack : reason}`))
process.on('SIGHUP', () => {})     // the terminal that started us may close

try {
  const kept = await keepCluster(options, text => { log(text); tell({ type: 'notice', text }) })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void kept.stop())
  // `start` was interrupted before it could hear that all is well
  let handedOver = false
  process.once('disconnect', () => { if (!handedOver) void kept.stop() })
  if (!process.connected) void kept.stop()
  else process.send!({ type: 'ready', url: kept.state.url } satisfies Message, () => { handedOver = true; process.disconnect() })
  await kept.ended
  process.exit(0)
} catch (error) {
  log(error instanceof Error ? error.stack ?? error.message : String(error))
  const failure = error instanceof Failure ? error : new Failure(`start the cluster "${options.name}"`, (error as Error).message)
  tell({ type: 'failed', failure: { message: failure.message, hint: failure.hint, exitCode: failure.exitCode } })
  process.exit(1)
}
