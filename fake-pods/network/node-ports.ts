import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../api/clock.ts'
import type { Service } from '../../api/schema/generated/types.ts'
import type { Recorder } from '../../client/event-recorder.ts'
import type { Log } from '../node-runtime.ts'
import type { PodNetwork } from './pod-network.ts'
import type { Route } from './routes.ts'
import type { ServiceTable } from './services.ts'

export interface PortProblem { service: string; port: number; reason: string }

/**
 * Node ports that listen for real. Each accepted socket is handed whole to one endpoint's pod, as kube-proxy balances
 * connections and not requests: no byte is copied here.
 */
export interface NodePorts {
  problems(): PortProblem[]
  /** Stops listening; resolves when the pods have let go of their connections. */
  stop(): Promise<void>
}

/** A port that another program uses is tried again this often. */
const retryAfter = 5000

interface Port { service: string; server?: Server; problem?: string; cancelRetry?: () => void }

export function createNodePorts({ table, network, nodeAddress, recorder, clock, log }: {
  table: ServiceTable; network: PodNetwork; nodeAddress: string; recorder: Recorder; clock: Clock; log?: Log
}): NodePorts {
  const ports = new Map<number, Port>()
  const owned = new Map<string, { object: Readonly<Service>; ports: readonly number[] }>()
  let stopped = false

  const open = (number: number, port: Port) => {
    const server = createServer({ noDelay: true }, socket => {
      socket.on('error', ignore)
      const route = table.routeOfNodePort(number)
      if (!route || !handOver(route, socket, network)) socket.resetAndDestroy()
    })
    port.server = server
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (ports.get(number) !== port || stopped) return
      const reason = error.code === 'EADDRINUSE' ? `${nodeAddress}:${number} is used by another program`
        : `can't listen on ${nodeAddress}:${number}: ${error.message}`
      if (port.problem !== reason) {
        port.problem = reason
        log?.(`node port of service ${port.service}: ${reason}`)
        const service = owned.get(port.service)?.object
        const message = `Node port ${number}: ${reason}; trying again every ${retryAfter / 1000}s`
        if (service) recorder.record(service, 'Warning', 'NodePortUnavailable', message)
      }
      port.cancelRetry = clock.after(retryAfter, () => open(number, port))
    })
    server.listen({ port: number, host: nodeAddress }, () => {
      if (ports.get(number) !== port || stopped) return void server.close()
      if (port.problem !== undefined) {
        const service = owned.get(port.service)?.object
        if (service) recorder.record(service, 'Normal', 'NodePortAvailable', `Node port ${number} is open now`)
      }
      port.problem = undefined
    })
  }
  const close = (number: number) => {
    const port = ports.get(number)
    if (!port) return
    ports.delete(number)
    port.cancelRetry?.()
    port.server?.close()
    // What a pod already serves goes on, as conntrack keeps it, and ends with the pod; only new connections are refused.
  }

  const stopListening = table.onChange((key, object) => {
    const wanted = object ? nodePortsOf(object) : []
    const before = owned.get(key)?.ports ?? []
    if (object?.spec?.type === 'LoadBalancer' && !owned.has(key)) {
      log?.(`service ${key}: load balancers are not simulated, its address stays pending; its node ports work`)
    }
    for (const number of before) if (!wanted.includes(number) && ports.get(number)?.service === key) close(number)
    if (object && wanted.length > 0) owned.set(key, { object, ports: wanted })
    else owned.delete(key)
    for (const number of wanted) {
      if (ports.get(number)?.service === key) continue
      close(number)
      const port: Port = { service: key }
      ports.set(number, port)
      open(number, port)
    }
  })

  return {
    problems: () => [...ports].flatMap(([port, { service, problem: reason }]) => (reason ? [{ service, port, reason }] : [])),
    async stop() {
      stopped = true
      stopListening()
      const closing = [...ports].map(([, port]) => new Promise<void>(resolve => {
        port.cancelRetry?.()
        if (port.server?.listening) port.server.close(() => resolve())
        else resolve()
      }))
      ports.clear()
      await Promise.all(closing)
    },
  }
}

/** A client that hangs up is no event for anybody but its pod. */
const ignore = () => {}

function nodePortsOf(service: Readonly<Service>): number[] {
  if (service.spec?.type !== 'NodePort' && service.spec?.type !== 'LoadBalancer') return []
  const { ports = [] } = service.spec
  return ports.flatMap(({ nodePort, protocol = 'TCP' }) => (nodePort && protocol === 'TCP' ? [nodePort] : []))
}

/**
 * Gives the socket to the endpoint that the route draws. A pod that has ended since its slice was written is passed over
 * for another one; a pod that is there to stay but does not listen refuses, as it would.
 */
function handOver(route: Route, socket: Socket, network: PodNetwork): boolean {
  const first = route.choose(socket.remoteAddress ?? '')
  if (!first) return false
  if (network.connect(first.ip, first.port, socket)) return true
  if (network.isSettled(first.ip)) return false
  return route.endpoints.some(other => other !== first && network.connect(other.ip, other.port, socket))
}
