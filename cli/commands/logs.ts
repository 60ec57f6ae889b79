import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

export const logsCommand = () => new Command('logs')
  .description("print what the cluster's process has logged")
  .addOption(nameOption())
  .action(async ({ name }: { name: string }) => {
    const { createReadStream, existsSync } = await import('node:fs')
    const { pipeline } = await import('node:stream/promises')
    const { exitCodes, Failure } = await import('../failure.ts')
    const { checkName, filesOf } = await import('../state.ts')
    const { commandName } = await import('../version.ts')
    const task = `print the log of "${name}"`
    checkName(task, name)
    const { log } = filesOf(name)
    if (!existsSync(log)) throw new Failure(task, 'there is no such cluster', { hint: `\`${commandName} list\` shows those that run`, exitCode: exitCodes.notRunning })
    await pipeline(createReadStream(log), process.stdout, { end: false })
  })
