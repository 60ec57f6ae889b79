import { Command, Option } from 'commander'
import { nameOption } from '../name-option.ts'

interface Options { name: string; output: 'text' | 'json' }

export const statusCommand = () => new Command('status')
  .description('say how a cluster is doing; the exit status is 3 when it does not run')
  .addOption(nameOption())
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .action(async ({ name, output }: Options) => {
    const { exitCodes } = await import('../failure.ts')
    const { findCluster } = await import('../running-cluster.ts')
    const { currentContext } = await import('../kubeconfig-file.ts')
    const { state, status } = await findCluster(`show the status of "${name}"`, name)
    if (!status) process.exitCode = exitCodes.notRunning
    const current = state && await currentContext(state.kubeconfigFile) === name
    const facts = {
      name, status: status ? 'Running' : state ? 'Gone' : 'Stopped',
      ...(status && {
        pid: status.pid, url: status.url, nodeAddress: status.nodeAddress, speed: status.speed, startedAt: status.startedAt,
        nodes: status.nodes, portProblems: status.portProblems,
      }),
      ...(state && { kubeconfig: state.kubeconfigFile, currentContext: current }),
    }
    if (output === 'json') return console.log(JSON.stringify(facts, undefined, 2))
    const line = (label: string, value: string) => console.log(`${(label + ':').padEnd(12)}${value}`)
    line('cluster', name)
    line('status', status ? `Running (process ${status.pid})` : state ? `Gone: the process ${state.pid} ended without \`mimikube stop\`` : 'Stopped')
    if (status) {
      line('server', status.url)
      line('nodes', status.nodes.length ? `${status.nodes.filter(node => node.ready).length} of ${status.nodes.length} Ready` : 'none: pods stay Pending')
      line('speed', status.speed)
    }
    if (state) line('kubeconfig', `${state.kubeconfigFile}, context "${name}"${current ? ' (current)' : ''}`)
    for (const { service, port, reason } of status?.portProblems ?? []) line('node port', `${port} of ${service}: ${reason}`)
  })
