import type { Clock } from '../../api/clock.ts'
import type { Random } from '../../api/random.ts'
import type { EndpointSlice, Service, ServicePort } from '../../api/schema/generated/types.ts'

/** One way from a service port to pods, as kube-proxy programs it: addresses ready to be drawn from. */
export interface Route {
  readonly service: string
  readonly port: ServicePort
  readonly endpoints: readonly Target[]
  /** Draws an endpoint for a client: at random, or the one that a client with affinity had before. */
  choose(client: string): Target | undefined
}

export interface Target { ip: string; port: number }

interface Tools { clock: Clock; random: Random }

/** Clients remembered for one service port with affinity; the oldest are forgotten first. */
const mostClients = 10_000

/**
 * The routes of a service from its slices (kube-proxy's EndpointSliceCache, 1.36): ready endpoints, and when none is
 * ready those that terminate but still serve.
 */
export function routesOf(
  service: Readonly<Service>, slices: Iterable<Readonly<EndpointSlice>>, tools: Tools, before: readonly Route[] = [],
): Route[] {
  const all = [...slices]
  const key = `${service.metadata.namespace}/${service.metadata.name}`
  return (service.spec?.ports ?? []).filter(port => (port.protocol ?? 'TCP') === 'TCP').map(port => {
    const ready: Target[] = [], terminating: Target[] = []
    for (const slice of all) {
      if (slice.addressType !== 'IPv4') continue
      const target = slice.ports?.find(({ name = '', protocol = 'TCP' }) => name === (port.name ?? '') && protocol === 'TCP')
      if (!target?.port) continue
      for (const endpoint of slice.endpoints ?? []) {
        const { conditions = {} } = endpoint
        const where = { ip: endpoint.addresses[0], port: target.port }
        if (conditions.ready ?? true) ready.push(where)
        else if ((conditions.serving ?? false) && conditions.terminating) terminating.push(where)
      }
    }
    const endpoints = ready.length > 0 ? ready : terminating
    const affinity = service.spec?.sessionAffinity === 'ClientIP'
      ? (service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000 : 0
    const earlier = before.find(route => route.port.port === port.port && route.port.name === port.name)
    return affinity > 0 ? stickyRoute({ service: key, port, endpoints }, affinity, tools, earlier)
      : randomRoute({ service: key, port, endpoints }, tools)
  })
}

function randomRoute(way: Omit<Route, 'choose'>, { random }: Tools): Route {
  const { endpoints } = way
  return { ...way, choose: () => (endpoints.length === 0 ? undefined : endpoints[random.integer(endpoints.length)]) }
}

interface StickyRoute extends Route { readonly clients: Map<string, { ip: string; until: number }> }

function stickyRoute(way: Omit<Route, 'choose'>, timeoutMs: number, { clock, random }: Tools, before?: Route): StickyRoute {
  const { endpoints } = way
  const clients = (before as StickyRoute | undefined)?.clients ?? new Map<string, { ip: string; until: number }>()
  const byIp = new Map(endpoints.map(endpoint => [endpoint.ip, endpoint]))
  return {
    ...way, clients,
    choose(client) {
      if (endpoints.length === 0) return undefined
      const now = clock.now().getTime(), known = clients.get(client)
      const chosen = (known && known.until > now && byIp.get(known.ip)) || endpoints[random.integer(endpoints.length)]
      clients.delete(client)
      clients.set(client, { ip: chosen.ip, until: now + timeoutMs })
      if (clients.size > mostClients) clients.delete(clients.keys().next().value!)
      return chosen
    },
  }
}
