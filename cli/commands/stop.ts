import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

export const stopCommand = () => new Command('stop')
  .description('stop a cluster; nothing of it is kept')
  .addOption(nameOption())
  .action(async ({ name }: { name: string }) => {
    const { exitCodes, Failure } = await import('../failure.ts')
    const { askToStop } = await import('../control.ts')
    const { removeContext } = await import('../kubeconfig-file.ts')
    const { checkName, readState, removeState } = await import('../state.ts')
    const { commandName } = await import('../version.ts')
    const task = `stop the cluster "${name}"`
    checkName(task, name)
    const state = await readState(name)
    if (!state) throw new Failure(task, 'there is no such cluster', { hint: `\`${commandName} list\` shows those that run`, exitCode: exitCodes.notRunning })
    const stopped = await askToStop(state)
    // What the process does on its way out; done here again for one that was killed.
    await removeContext(state.kubeconfigFile, name)
    await removeState(name)
    console.log(stopped ? `Stopped the cluster "${name}" and removed its context from ${state.kubeconfigFile}`
      : `The cluster "${name}" was not running any more; removed what it left behind`)
  })
