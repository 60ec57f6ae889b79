import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

export const kubeconfigCommand = () => new Command('kubeconfig')
  .description("print the cluster's own kubeconfig")
  .addOption(nameOption())
  .action(async ({ name }: { name: string }) => {
    const { readFile } = await import('node:fs/promises')
    const { runningCluster } = await import('../running-cluster.ts')
    const { filesOf } = await import('../state.ts')
    await runningCluster(`print the kubeconfig of "${name}"`, name)
    process.stdout.write(await readFile(filesOf(name).kubeconfig, 'utf8'))
  })
