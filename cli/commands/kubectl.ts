import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

export const kubectlCommand = () => new Command('kubectl')
  .description('run kubectl against the cluster, whatever context is current: mimikube kubectl -- get pods')
  .argument('[args...]', 'what kubectl gets; put -- before it')
  .addOption(nameOption())
  .passThroughOptions()
  .action(async (args: string[], { name }: { name: string }) => {
    const { spawn } = await import('node:child_process')
    const { findKubectl } = await import('../find-kubectl.ts')
    const { Failure } = await import('../failure.ts')
    const { runningCluster } = await import('../running-cluster.ts')
    const { filesOf } = await import('../state.ts')
    const task = 'run kubectl'
    await runningCluster(task, name)
    const kubectl = await findKubectl()
    if (!kubectl) throw new Failure(task, 'there is none on PATH', { hint: 'https://kubernetes.io/docs/tasks/tools/ says how to install it' })
    const child = spawn(kubectl, args, { stdio: 'inherit', env: { ...process.env, KUBECONFIG: filesOf(name).kubeconfig } })
    process.on('SIGINT', () => {})      // the terminal sends it to kubectl as well, which decides
    process.exitCode = await new Promise<number>((resolve, reject) =>
      child.once('error', reject).once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1))))
  })
