import type { Clock } from '../../api/clock.ts'
import { endpointSlices } from '../../api/kinds/discovery/endpointslices.ts'
import { services } from '../../api/kinds/core/services.ts'
import type { Random } from '../../api/random.ts'
import type { EndpointSlice, Service } from '../../api/schema/generated/types.ts'
import type { Informers } from '../../client/informer.ts'
import type { Resolver } from './pod-network.ts'
import { routesOf, type Route, type Target } from './routes.ts'

/** The cluster's services as kube-proxy and the cluster's DNS know them, kept current by two informers. */
export interface ServiceTable extends Resolver {
  readonly ready: Promise<void>
  routeOfNodePort(port: number): Route | undefined
  /** Resolves when no service leads to this address any more, or when the signal is aborted. */
  withdrawn(ip: string, signal: AbortSignal): Promise<void>
  /** Tells of every service whose routes changed, undefined for one that is gone. */
  onChange(listener: (service: string, object: Readonly<Service> | undefined) => void): () => void
  stop(): void
}

export const nameOfSlicesService = (slice: Readonly<EndpointSlice>): string | undefined =>
  slice.metadata.labels?.['kubernetes.io/service-name']

interface Entry { object?: Readonly<Service>; slices: Map<string, Readonly<EndpointSlice>>; routes: Route[] }

/** Pods find services under these, as a kubelet writes them into resolv.conf. */
const domain = 'cluster.local'

export function createServiceTable({ informers, clock, random, nodeAddress }: {
  informers: Informers; clock: Clock; random: Random; nodeAddress: string
}): ServiceTable {
  const entries = new Map<string, Entry>()
  const nodePorts = new Map<number, Route>(), clusterIPs = new Map<string, Entry>()
  /** How many routes lead to an address. */
  const leading = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  const listeners = new Set<(service: string, object: Readonly<Service> | undefined) => void>()

  const entryOf = (key: string) => {
    let entry = entries.get(key)
    if (!entry) entries.set(key, entry = { slices: new Map(), routes: [] })
    return entry
  }
  const count = (routes: readonly Route[], by: 1 | -1) => {
    for (const { endpoints } of routes) for (const { ip } of endpoints) {
      const left = (leading.get(ip) ?? 0) + by
      if (left > 0) leading.set(ip, left)
      else leading.delete(ip)
    }
  }
  const wake = (routes: readonly Route[]) => {
    for (const { endpoints } of routes) for (const { ip } of endpoints) {
      if (leading.has(ip)) continue
      for (const resolve of waiting.get(ip) ?? []) resolve()
    }
  }
  const program = (key: string) => {
    const entry = entryOf(key), before = entry.routes
    for (const { port: { nodePort = 0 } } of before) if (nodePorts.get(nodePort)?.service === key) nodePorts.delete(nodePort)
    entry.routes = entry.object ? routesOf(entry.object, entry.slices.values(), { clock, random }, before) : []
    for (const route of entry.routes) if (route.port.nodePort) nodePorts.set(route.port.nodePort, route)
    count(entry.routes, 1)
    count(before, -1)
    wake(before)
    for (const listener of listeners) listener(key, entry.object)
    if (!entry.object && entry.slices.size === 0) entries.delete(key)
  }

  const stops = [
    informers.of(services).onChange((type, service, old) => {
      const key = `${service.metadata.namespace}/${service.metadata.name}`, entry = entryOf(key)
      const gone = old?.spec?.clusterIPs ?? service.spec?.clusterIPs ?? []
      for (const ip of gone) if (clusterIPs.get(ip) === entry) clusterIPs.delete(ip)
      entry.object = type === 'deleted' ? undefined : service
      if (entry.object) for (const ip of service.spec?.clusterIPs ?? []) if (ip !== 'None') clusterIPs.set(ip, entry)
      program(key)
    }),
    informers.of(endpointSlices).onChange((type, slice) => {
      const name = nameOfSlicesService(slice)
      if (!name) return
      const key = `${slice.metadata.namespace}/${name}`, entry = entryOf(key)
      if (type === 'deleted') entry.slices.delete(slice.metadata.name)
      else entry.slices.set(slice.metadata.name, slice)
      program(key)
    }),
  ]

  const choose = (entry: Entry, port: number, client: string): Target | undefined =>
    entry.routes.find(route => route.port.port === port)?.choose(client)

  /** A headless service's name stands for its pods: any port of any of them. */
  const headless = (entry: Entry, port: number): Target | undefined => {
    const addresses = [...entry.slices.values()].flatMap(slice =>
      (slice.endpoints ?? []).filter(endpoint => endpoint.conditions?.ready ?? true).map(endpoint => endpoint.addresses[0]))
    return addresses.length > 0 ? { ip: addresses[random.integer(addresses.length)], port } : undefined
  }

  return {
    ready: Promise.all([informers.of(services).ready, informers.of(endpointSlices).ready]).then(() => {}),
    routeOfNodePort: port => nodePorts.get(port),
    resolve(host, port, from) {
      if (host === 'localhost' || host.startsWith('127.')) return { ip: from.ip, port }
      if (host === nodeAddress && nodePorts.has(port)) return nodePorts.get(port)!.choose(from.ip) ?? nowhere(host, port)
      if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
        const service = clusterIPs.get(host)
        return service ? choose(service, port, from.ip) ?? nowhere(host, port) : { ip: host, port }
      }
      const found = lookUp(host, from.namespace, entries)
      if (!found) return undefined
      const { entry, hostname } = found
      if (hostname) return podOf(entry, hostname, port)
      if (entry.object?.spec?.type === 'ExternalName') return undefined
      if (entry.object?.spec?.clusterIP === 'None') return headless(entry, port) ?? undefined
      return choose(entry, port, from.ip) ?? nowhere(entry.object?.spec?.clusterIP ?? host, port)
    },
    lookUp(name, from) {
      if (name === 'localhost') return '127.0.0.1'
      const found = lookUp(name, from.namespace, entries)
      if (!found) return undefined
      const { clusterIP } = found.entry.object?.spec ?? {}
      if (!found.hostname && clusterIP && clusterIP !== 'None') return clusterIP
      return (found.hostname ? podOf(found.entry, found.hostname, 0) : headless(found.entry, 0))?.ip
    },
    withdrawn: (ip, signal) => new Promise(resolve => {
      if (!leading.has(ip) || signal.aborted) return resolve()
      const waiters = waiting.get(ip) ?? new Set()
      const done = () => {
        waiters.delete(done)
        if (waiters.size === 0) waiting.delete(ip)
        signal.removeEventListener('abort', done)
        resolve()
      }
      waiters.add(done)
      waiting.set(ip, waiters)
      signal.addEventListener('abort', done, { once: true })
    }),
    onChange(listener) {
      for (const [key, { object }] of entries) if (object) listener(key, object)
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    stop() { for (const stop of stops) stop() },
  }
}

/** An address of a service that leads nowhere: nobody listens there, so a connection is refused as kube-proxy refuses it. */
const nowhere = (ip: string, port: number): Target => ({ ip, port })

/** `svc`, `svc.ns`, `svc.ns.svc`, `svc.ns.svc.cluster.local`, each also with a pod's hostname before it. */
function lookUp(host: string, namespace: string, entries: Map<string, Entry>): { entry: Entry; hostname?: string } | undefined {
  let name = host.toLowerCase().replace(/\.$/, '')
  const inFull = name.endsWith(`.svc.${domain}`)
  if (inFull) name = name.slice(0, -`.${domain}`.length)
  const parts = name.split('.')
  const isQualified = parts.at(-1) === 'svc'
  if (isQualified) parts.pop()
  const of = (service: string | undefined, within: string) => {
    const entry = service === undefined ? undefined : entries.get(`${within}/${service}`)
    return entry?.object ? entry : undefined
  }
  if (parts.length === 1 && !isQualified) return found(of(parts[0], namespace))
  if (parts.length === 2 && isQualified) return found(of(parts[0], parts[1]))
  if (parts.length === 2) return found(of(parts[0], parts[1])) ?? found(of(parts[1], namespace), parts[0])
  return parts.length === 3 ? found(of(parts[1], parts[2]), parts[0]) : undefined
}

const found = (entry: Entry | undefined, hostname?: string) => entry && { entry, ...(hostname ? { hostname } : {}) }

function podOf(entry: Entry, hostname: string, port: number): Target | undefined {
  for (const slice of entry.slices.values()) {
    const endpoint = slice.endpoints?.find(candidate => candidate.hostname === hostname)
    if (endpoint) return { ip: endpoint.addresses[0], port }
  }
  return undefined
}
