import { duplexPair, type Duplex } from 'node:stream'
import { NetworkError, type Closable, type Network } from '../program.ts'
import { isNoTraffic } from './traffic.ts'

type Accept = (connection: Duplex) => void

/** Turns `host:port`, as a pod in a namespace means it, into a pod's address and port; undefined for an unknown name. */
export interface Resolver {
  resolve(host: string, port: number, from: Caller): { ip: string; port: number } | undefined
  /** The address that DNS gives for a name. */
  lookUp(name: string, from: Caller): string | undefined
}
export interface Caller {
  namespace: string
  ip: string
  /** A kubelet that probes: it does no work worth measuring. */
  isProbe?: true
}

/** The network between pods: who listens at which address. Nothing in it touches a socket of the machine. */
export interface PodNetwork {
  /** Joins a pod; its containers share the address. */
  join(ip: string, namespace: string): PodAddress
  /** Hands a connection to whoever listens there. False when nobody does. */
  connect(ip: string, port: number, connection: Duplex): boolean
  /** Whether a pod with this address is there to stay: it exists and is not being deleted. */
  isSettled(ip: string): boolean
  dial(hostPort: string, from: Caller): Promise<Duplex>
}

export interface PodAddress {
  readonly ip: string
  /**
   * The network as one container sees it; `close` ends its listeners and destroys its connections. `accepted` is told of each
   * connection that it gets.
   */
  forContainer(accepted?: (connection: Duplex) => void): Network & Closable
  /** The pod is being deleted: it still takes connections, but none is meant for it alone. */
  retire(): void
  leave(): void
}

export function createPodNetwork(resolver: Resolver): PodNetwork {
  const pods = new Map<string, Map<number, Accept>>(), retired = new Set<string>()
  const connect = (ip: string, port: number, connection: Duplex) => {
    const accept = pods.get(ip)?.get(port)
    if (!accept) return false
    accept(connection)
    return true
  }
  const dial = async (hostPort: string, from: Caller) => {
    const { host, port } = splitHostPort(hostPort)
    const target = resolver.resolve(host, port, from)
    if (!target) throw new NetworkError('ENOTFOUND', `dial tcp: lookup ${host}: no such host`)
    const [near, far] = duplexPair()
    if (from.isProbe) isNoTraffic(far)
    // The side that accepts sees who called, as on a socket.
    Object.assign(far, { remoteAddress: from.ip, localAddress: target.ip, localPort: target.port })
    if (!connect(target.ip, target.port, far)) {
      throw new NetworkError('ECONNREFUSED', `dial tcp ${target.ip}:${target.port}: connect: connection refused`)
    }
    return near
  }
  return {
    connect, dial,
    isSettled: ip => pods.has(ip) && !retired.has(ip),
    join(ip, namespace) {
      const listeners = new Map<number, Accept>()
      pods.set(ip, listeners)
      return {
        ip,
        forContainer: accepted => containerNetwork(ip, listeners, {
          accepted, dial: hostPort => dial(hostPort, { namespace, ip }), lookUp: name => resolver.lookUp(name, { namespace, ip }),
        }),
        retire: () => { if (pods.get(ip) === listeners) retired.add(ip) },
        leave() {
          if (pods.get(ip) !== listeners) return
          pods.delete(ip)
          retired.delete(ip)
        },
      }
    },
  }
}

function containerNetwork(
  ip: string, listeners: Map<number, Accept>,
  { accepted, dial, lookUp }: Pick<Network, 'dial' | 'lookUp'> & { accepted?(connection: Duplex): void },
): Network & Closable {
  const own = new Set<number>(), connections = new Set<Duplex>()
  let closed = false
  const track = (connection: Duplex) => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
    return connection
  }
  return {
    ip, lookUp,
    listen(port, accept) {
      if (closed) throw new NetworkError('EPERM', 'the container is gone')
      if (listeners.has(port)) throw new NetworkError('EADDRINUSE', `listen tcp ${ip}:${port}: bind: address already in use`)
      const listener: Accept = connection => { accepted?.(connection); accept(track(connection)) }
      listeners.set(port, listener)
      own.add(port)
      return { close() { if (listeners.get(port) === listener) { listeners.delete(port); own.delete(port) } } }
    },
    async dial(hostPort) {
      if (closed) throw new NetworkError('EPERM', 'the container is gone')
      return track(await dial(hostPort))
    },
    close() {
      closed = true
      for (const port of own) listeners.delete(port)
      for (const connection of connections) connection.destroy()
    },
  }
}

/** `host:port` or `[v6]:port`; throws when it is neither. */
export function splitHostPort(hostPort: string): { host: string; port: number } {
  const colon = hostPort.lastIndexOf(':')
  const port = Number(hostPort.slice(colon + 1))
  if (colon <= 0 || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new NetworkError('EINVAL', `address ${hostPort}: missing or invalid port`)
  }
  return { host: hostPort.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port }
}
