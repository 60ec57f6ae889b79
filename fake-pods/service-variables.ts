import type { Service } from '../api/schema/generated/types.ts'
import type { ClusterObjects } from './cluster-objects.ts'

/** The variables by which a pod finds services (kubelet/envvars, 1.36): those of its namespace, and always `kubernetes`. */
export function serviceVariables(namespace: string, links: boolean, objects: ClusterObjects): Map<string, string> {
  const variables = new Map<string, string>()
  const add = (service: Readonly<Service>) => { for (const [name, value] of variablesOf(service)) variables.set(name, value) }
  for (const service of objects.servicesOf('default')) if (service.metadata.name === 'kubernetes' && hasIP(service)) add(service)
  if (links) for (const service of objects.servicesOf(namespace)) if (hasIP(service)) add(service)
  return variables
}

const hasIP = ({ spec }: Readonly<Service>) => spec?.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None'
const variableName = (name: string) => name.replaceAll('-', '_').toUpperCase()

function variablesOf(service: Readonly<Service>): [string, string][] {
  const prefix = variableName(service.metadata.name), { clusterIP = '', ports = [] } = service.spec!
  if (ports.length === 0) return []
  const named = ports.filter(port => port.name)
  const result: [string, string][] = [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(ports[0].port)],
    ...named.map(({ name, port }): [string, string] => [`${prefix}_SERVICE_PORT_${variableName(name!)}`, String(port)]),
  ]
  for (const [i, { port, protocol = 'TCP' }] of ports.entries()) {
    const url = `${protocol.toLowerCase()}://${clusterIP}:${port}`, stem = `${prefix}_PORT_${port}_${protocol}`
    if (i === 0) result.push([`${prefix}_PORT`, url])
    result.push([stem, url], [`${stem}_PROTO`, protocol.toLowerCase()])
    result.push([`${stem}_PORT`, String(port)], [`${stem}_ADDR`, clusterIP])
  }
  return result
}
