#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { exitCodes, Failure } from './failure.ts'
import { productVersion } from './version.ts'
import { ipCommand } from './commands/ip.ts'
import { kubeconfigCommand } from './commands/kubeconfig.ts'
import { kubectlCommand } from './commands/kubectl.ts'
import { listCommand } from './commands/list.ts'
import { logsCommand } from './commands/logs.ts'
import { serviceCommand } from './commands/service.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { stopCommand } from './commands/stop.ts'

// What a command needs it imports when it runs: parsing the arguments is all that every command waits for.
const program = new Command('mimikube')
  .description('A Kubernetes cluster in one process, for learning and for tests.')
  .version(productVersion)
  .enablePositionalOptions()
  .exitOverride()
for (const command of [startCommand, stopCommand, statusCommand, listCommand, ipCommand, serviceCommand, kubeconfigCommand, logsCommand, kubectlCommand]) {
  const added = command()
  added.exitOverride()
  program.addCommand(added)
}

// Our clocks keep no process alive; a command that waits does.
const alive = new MessageChannel()
alive.port1.on('message', () => {})
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.wrongUsage
  else if (error instanceof Failure) {
    console.error(error.text)
    process.exitCode = error.exitCode
  } else {
    console.error(error)
    process.exitCode = exitCodes.failed
  }
} finally {
  alive.port1.close()
}
