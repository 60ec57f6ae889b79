import { quote } from '../../field-error.ts'
import type { Container, ContainerPort } from '../../schema/generated/types.ts'

/** Ports that a pod's containers declare more than once (pkg/api/pod/warnings.go, 1.36). */
export function portWarnings(containers: readonly { container: Readonly<Container>; path: string }[]): string[] {
  const warnings: string[] = []
  const byNumber = new Map<string, { port: ContainerPort; path: string }[]>()
  const byName = new Map<string, string>()
  const declared = containers
    .flatMap(({ container, path }) => (container.ports ?? []).map((port, i) => ({ port, path: `${path}.ports[${i}]` })))
  for (const { port, path } of declared) {
    const { name = '', hostPort = 0, containerPort, protocol, hostIP = '' } = port
    if (hostIP !== '' && hostPort === 0) {
      warnings.push(`${path}: hostIP set without hostPort: `
        + `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`)
    }
    const key = `${containerPort}/${protocol}`, others = byNumber.get(key) ?? []
    for (const other of others) {
      const otherHostPort = other.port.hostPort ?? 0, otherHostIP = other.port.hostIP ?? ''
      const warn = (what: string) => warnings.push(`${path}: ${what} port definition with ${other.path}`)
      if (hostIP === otherHostIP && hostPort === otherHostPort) warn('duplicate')
      else if (hostPort === 0 || otherHostPort === 0) warn('overlapping')
      else if (hostPort === otherHostPort && (hostIP === '') !== (otherHostIP === '')) {
        warn('dangerously ambiguous')
      }
    }
    byNumber.set(key, [...others, { port, path }])
  }
  for (const { port, path } of declared) {
    if (!port.name) continue
    const other = byName.get(port.name)
    if (other === undefined) byName.set(port.name, path)
    else {
      warnings.push(`${path}: duplicate port name ${quote(port.name)} with ${other}, `
        + `services and probes that select ports by name will use ${other}`)
    }
  }
  return warnings
}
