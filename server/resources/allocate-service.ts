import { invalid, type FieldError } from '../../api/field-error.ts'
import { initIPFamilyFields, normalizeClusterIPs, patchAllocatedValues } from '../../api/kinds/core/services-cluster-ips.ts'
import {
  hasNodePorts, isHeadless, needsClusterIP, needsHealthCheckNodePort, needsNodePort,
} from '../../api/kinds/core/services-type.ts'
import { services } from '../../api/kinds/core/services.ts'
import { keyOf } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import type { Service } from '../../api/schema/generated/types.ts'
import { internalError, invalidError, StatusError } from '../../api/status.ts'
import type { World } from '../admission/admission.ts'
import { addressRange, chooseFree, portOffset } from './allocate-ranges.ts'
import type { ResourceHook } from './lifecycle.ts'

export interface AllocatorOptions {
  /** Reads the services as they are stored now: what they hold is taken. */
  world: Pick<World, 'list'>
  random: Random
  /** IPv4 block of cluster IPs. */
  cidr?: string
  /** First and last node port. */
  nodePorts?: readonly [number, number]
}

/** What a write has been promised but has not stored yet. */
interface Reservation { key: string; ips: Set<string>; ports: Set<number> }

const ipsOf = ({ spec }: Readonly<Service>): string[] => (spec.clusterIPs ?? []).filter(ip => ip !== 'None')
const nodePortsOf = ({ spec }: Readonly<Service>): number[] =>
  (spec.ports ?? []).map(port => port.nodePort ?? 0).filter(port => port !== 0)
const portsOf = (service: Readonly<Service>): number[] =>
  [...nodePortsOf(service), ...(service.spec.healthCheckNodePort ? [service.spec.healthCheckNodePort] : [])]

/**
 * Cluster IPs and node ports of services (registry/core/service/storage, 1.36). There is no table of what is taken: that is what
 * stored services hold, together with what writes under way have reserved. So nothing leaks, whatever happens to a write.
 */
export function createServiceAllocator(options: AllocatorOptions): ResourceHook {
  const { world, random, cidr = '10.96.0.0/12', nodePorts = [30000, 32767] } = options
  const addresses = addressRange(cidr)
  const [firstPort, lastPort] = nodePorts
  let reservations: Reservation[] = []

  /** Forgets what has meanwhile been stored, and collects what is taken by others. */
  function takenNow(): { ips: Set<string>; ports: Set<number> } {
    const ips = new Set<string>(), ports = new Set<number>()
    for (const service of world.list(services)) {
      const ownIPs = ipsOf(service), ownPorts = portsOf(service)
      for (const ip of ownIPs) ips.add(ip)
      for (const port of ownPorts) ports.add(port)
      if (reservations.length === 0) continue
      const key = keyOf(service)
      reservations = reservations.filter(reserved => reserved.key !== key
        || [...reserved.ips].some(ip => !ownIPs.includes(ip)) || [...reserved.ports].some(port => !ownPorts.includes(port)))
    }
    for (const reserved of reservations) {
      for (const ip of reserved.ips) ips.add(ip)
      for (const port of reserved.ports) ports.add(port)
    }
    return { ips, ports }
  }

  function begin(service: Service, old: Readonly<Service> | undefined, dryRun: boolean): { undo(): void } | undefined {
    const refuse = (errors: FieldError[]) => {
      if (errors.length > 0) throw invalidError(services, service.metadata.name, errors)
    }
    // What upstream leaves out when it reads such a service.
    if (service.spec.type === 'ExternalName') delete service.spec.internalTrafficPolicy
    if (old) patchAllocatedValues(service, old)
    normalizeClusterIPs(service, old)
    refuse(initIPFamilyFields(service, old, ['IPv4']))

    const wantsIP = needsClusterIP(service) && !isHeadless(service) && (!old || !needsClusterIP(old))
    if (!wantsIP && !hasNodePorts(service)) return undefined
    const taken = takenNow(), mine: Reservation = { key: keyOf(service), ips: new Set(), ports: new Set() }
    const takePort = (port: number): string | undefined => {
      // A dry run only looks whether somebody has it.
      if (!dryRun && (port < firstPort || port > lastPort)) {
        return `provided port is not in the valid range. The range of valid ports is ${firstPort}-${lastPort}`
      }
      if (taken.ports.has(port) || mine.ports.has(port)) return 'provided port is already allocated'
      mine.ports.add(port)
      return undefined
    }
    const nextPort = (): number | undefined => {
      const size = lastPort - firstPort + 1
      const isTaken = (i: number) => taken.ports.has(firstPort + i) || mine.ports.has(firstPort + i)
      const index = chooseFree(size, portOffset(size), isTaken, random)
      if (index !== undefined) mine.ports.add(firstPort + index)
      return index === undefined ? undefined : firstPort + index
    }

    if (wantsIP) refuse(takeClusterIP(service, taken.ips, mine.ips, dryRun))
    if (hasNodePorts(service)) {
      refuse(old ? takePortsOnUpdate(service, old, takePort, nextPort) : takePorts(service, takePort, nextPort))
    }
    takeHealthCheckPort(service, old, takePort, nextPort)
    if (dryRun || (mine.ips.size === 0 && mine.ports.size === 0)) return undefined
    reservations.push(mine)
    return { undo: () => { reservations = reservations.filter(reserved => reserved !== mine) } }
  }

  function takeClusterIP({ metadata, spec }: Service, taken: ReadonlySet<string>, mine: Set<string>,
    dryRun: boolean): FieldError[] {
    const asked = spec.clusterIPs?.[0]
    if (asked) {
      const why = !addresses.contains(asked) ? 'the provided network does not match the current range'
        : taken.has(asked) && !dryRun ? 'provided IP is already allocated' : undefined
      if (why) return [invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${asked}: ${why}`)]
    }
    const ip = asked || (dryRun ? addresses.network : addresses.choose(candidate => taken.has(candidate), random))
    if (!ip) throw internalError(`failed to allocate a serviceIP for Service ${JSON.stringify(metadata.name)}: range is full`)
    mine.add(ip)
    spec.clusterIP = ip
    spec.clusterIPs = [ip]
    return []
  }

  return {
    group: services.group,
    plural: services.plural,
    begin: (draft, old, dryRun) => begin(draft as Service, old as Readonly<Service> | undefined, dryRun),
    deleted(object) {
      const key = keyOf(object)
      reservations = reservations.filter(reserved => reserved.key !== key)
    },
  }
}

type TakePort = (port: number) => string | undefined
type NextPort = () => number | undefined

const nodePortError = (i: number, port: number, why: string) => invalid(`spec.ports[${i}].nodePort`, port, why)
const noPortLeft = (): StatusError => internalError('failed to allocate a nodePort: range is full')

/** Ports of a new service: two entries with one port number (TCP and UDP) share a node port. */
function takePorts(service: Service, take: TakePort, next: NextPort): FieldError[] {
  const ports = service.spec.ports ?? [], shared = new Map<number, number>()
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !needsNodePort(service)) continue
    const already = shared.get(port.port)
    if (already === undefined) {
      const asked = ports.find(other => other.port === port.port && other.nodePort)?.nodePort
      const why = asked === undefined ? undefined : take(asked)
      if (why) return [nodePortError(i, asked!, why)]
      const taken = asked ?? next()
      if (taken === undefined) throw noPortLeft()
      port.nodePort = taken
      shared.set(port.port, taken)
    } else if (!port.nodePort) {
      port.nodePort = already
    } else if (port.nodePort !== already) {
      const why = take(port.nodePort)
      if (why) return [nodePortError(i, port.nodePort, why)]
    }
  }
  return []
}

/** Ports of an updated service: those it had stay its own. */
function takePortsOnUpdate(service: Service, old: Readonly<Service>, take: TakePort, next: NextPort): FieldError[] {
  const before = new Set(nodePortsOf(old)), taken = new Set<number>(), uses = new Set<string>()
  for (const [i, port] of (service.spec.ports ?? []).entries()) {
    if (!port.nodePort && !needsNodePort(service)) continue
    if (!port.nodePort) {
      port.nodePort = next()
      if (port.nodePort === undefined) throw noPortLeft()
    } else if (!before.has(port.nodePort) && !taken.has(port.nodePort)) {
      const why = take(port.nodePort)
      if (why) return [nodePortError(i, port.nodePort, why)]
      taken.add(port.nodePort)
    }
    const use = `{${port.protocol} ${port.nodePort}}`
    if (uses.has(use)) throw new StatusError(500, '', `duplicate nodePort: ${use}`)
    uses.add(use)
  }
  return []
}

function takeHealthCheckPort(service: Service, old: Readonly<Service> | undefined, take: TakePort, next: NextPort): void {
  if (!needsHealthCheckNodePort(service) || (old && needsHealthCheckNodePort(old))) return
  const { spec } = service
  if (spec.healthCheckNodePort) {
    const why = take(spec.healthCheckNodePort)
    if (why) throw internalError(`failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: ${why}`)
    return
  }
  spec.healthCheckNodePort = next()
  if (spec.healthCheckNodePort === undefined) throw internalError('failed to allocate a HealthCheck NodePort 0: range is full')
}
