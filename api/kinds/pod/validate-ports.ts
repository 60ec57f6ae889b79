import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { Container, ContainerPort } from '../../schema/generated/types.ts'
import { isValidPortName, isValidPortNumber } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** Ports of containers and probes (core/validation, 1.36). */

const protocols = ['SCTP', 'TCP', 'UDP']

export function validateContainerPorts(ports: readonly ContainerPort[] | undefined, path: string): FieldError[] {
  const names = new Set<string>()
  return (ports ?? []).flatMap((port, i) => {
    const errors: FieldError[] = [], { name, containerPort = 0, hostPort = 0, protocol = '' as string } = port
    const at = `${path}[${i}]`
    if (name) {
      const complaints = isValidPortName(name)
      if (complaints.length > 0) errors.push(...complaints.map(complaint => invalid(`${at}.name`, name, complaint)))
      else if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
      else names.add(name)
    }
    if (containerPort === 0) errors.push(required(`${at}.containerPort`))
    else errors.push(...complain(`${at}.containerPort`, containerPort, isValidPortNumber(containerPort)))
    if (hostPort !== 0) errors.push(...complain(`${at}.hostPort`, hostPort, isValidPortNumber(hostPort)))
    if (protocol === '') errors.push(required(`${at}.protocol`))
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, protocols))
    return errors
  })
}

/** No two ports of these containers may want the same port of the node. */
export function validateHostPorts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>()
  return containers.flatMap((container, i) => (container.ports ?? []).flatMap((port, j) => {
    if (!port.hostPort) return []
    const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
    if (taken.has(key)) return [duplicate(`${path}[${i}].ports[${j}].hostPort`, key)]
    taken.add(key)
    return []
  }))
}

/** A port by number or by name, as probes say it. */
export function validatePortNumberOrName(port: number | string | undefined, path: string): FieldError[] {
  const value = port ?? 0
  return (typeof value === 'number' ? isValidPortNumber(value) : isValidPortName(value))
    .map(complaint => invalid(path, value, complaint))
}
