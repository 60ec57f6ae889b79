import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

export const ipCommand = () => new Command('ip')
  .description('print the address on which node ports listen')
  .addOption(nameOption())
  .action(async ({ name }: { name: string }) => {
    const { runningCluster } = await import('../running-cluster.ts')
    const { state } = await runningCluster(`print the address of "${name}"`, name)
    console.log(state.nodeAddress)
  })
