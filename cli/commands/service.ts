import { Command } from 'commander'
import { nameOption } from '../name-option.ts'

interface Options { name: string; namespace: string; url?: boolean }

export const serviceCommand = () => new Command('service')
  .description('print where a NodePort service answers')
  .argument('<service>')
  .addOption(nameOption())
  .option('-n, --namespace <namespace>', 'the namespace of the service', 'default')
  .option('--url', 'print the address only, one line for each port')
  .action(async (service: string, { name, namespace, url }: Options) => {
    const { exitCodes, Failure } = await import('../failure.ts')
    const { readService } = await import('../read-service.ts')
    const { runningCluster } = await import('../running-cluster.ts')
    const task = `show the service "${service}"`
    const { state } = await runningCluster(task, name)
    const found = await readService(state.name, namespace, service)
    if (!found)
      throw new Failure(task, `there is none of that name in the namespace "${namespace}"`, { hint: `kubectl get services -n ${namespace}` })
    const ports = (found.spec.ports ?? []).filter(port => port.nodePort)
    if (ports.length === 0)
      throw new Failure(task, `it has no node port (its type is ${found.spec.type})`,
        { hint: `kubectl -n ${namespace} patch service ${service} -p '{"spec":{"type":"NodePort"}}'`, exitCode: exitCodes.failed })
    const address = (port: number) => `http://${state.nodeAddress}:${port}`
    for (const port of ports) {
      if (url) console.log(address(port.nodePort!))
      else console.log(`${namespace}/${service}  ${port.name ?? ''}/${port.port}  ${address(port.nodePort!)}`)
    }
  })
