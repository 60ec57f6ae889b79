import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

export const logsCommand = () => new Command('logs')
  .description("print what the cluster's process has logged")
  .addOption(nameOption())
  .option('-f, --follow', 'go on with what it logs, until it is stopped', false)
  .action(async ({ name, follow }: { name: string; follow: boolean }) => {
    const { existsSync } = await import('node:fs')
    const { exitCodes, Failure } = await import('../failure.ts')
    const { checkName, filesOf } = await import('../state.ts')
    const { commandName } = await import('../version.ts')
    const task = `print the log of "${name}"`
    checkName(task, name)
    const { log } = filesOf(name)
    if (!existsSync(log)) throw new Failure(task, 'there is no such cluster', { hint: `\`${commandName} list\` shows those that run`, exitCode: exitCodes.notRunning })
    if (!follow) { await printFrom(log, 0); return }
    const { watch } = await import('node:fs')
    await new Promise<void>((resolve, reject) => {
      let printed = 0, reading: Promise<unknown> = Promise.resolve()
      const read = () => { reading = reading.then(async () => { printed += await printFrom(log, printed) }).catch(reject) }
      // The folder tells both: that the log grew, and that it went with its cluster.
      const watcher = watch(filesOf(name).folder, () => {
        read()
        if (!existsSync(log)) { watcher.close(); void reading.then(() => resolve()) }
      }).on('error', reject)
      read()
    })
  })

/** Prints a file from a position on and resolves with how much that was; nothing when the file is gone. */
async function printFrom(file: string, start: number): Promise<number> {
  const { createReadStream } = await import('node:fs')
  const { pipeline } = await import('node:stream/promises')
  const bytes = createReadStream(file, { start })
  try { await pipeline(bytes, process.stdout, { end: false }) } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return bytes.bytesRead
}
