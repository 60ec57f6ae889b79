import { isPodReady } from '../../api/pod-state.ts'
import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '../../api/schema/generated/types.ts'
import { belongs, findPort, hostnameFor, isHeadless, podReference } from './service-pods.ts'

interface Entry { address: EndpointAddress; ready: boolean }

/** At most this many addresses stand in one Endpoints object (endpoints_controller.go maxCapacity, 1.36). */
export const mostAddresses = 1000

/**
 * The subsets of a service's Endpoints: each port with the pods that serve it, ports of the very same pods together
 * (pkg/api/v1/endpoints RepackSubsets, 1.36).
 */
export function subsetsOf(service: Readonly<Service>, pods: readonly Readonly<Pod>[]): EndpointSubset[] {
  const evenUnready = service.spec.publishNotReadyAddresses ?? false
  const byPort = new Map<string, { port: EndpointPort | undefined; entries: Entry[] }>()
  const add = (port: EndpointPort | undefined, entry: Entry) => {
    const key = JSON.stringify(port ?? null)
    const found = byPort.get(key)
    if (found) found.entries.push(entry)
    else byPort.set(key, { port, entries: [entry] })
  }
  for (const pod of pods) {
    if (!belongs(pod, evenUnready)) continue
    const entry = { address: addressOf(pod, service), ready: evenUnready || isPodReady(pod) }
    if (!service.spec.ports?.length && isHeadless(service)) add(undefined, entry)
    for (const port of service.spec.ports ?? []) {
      const number = findPort(pod, port)
      if (number === undefined) continue
      add({
        ...(port.name ? { name: port.name } : {}), port: number, protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
      }, entry)
    }
  }
  return mergeByAddresses([...byPort.values()])
}

function mergeByAddresses(groups: readonly { port: EndpointPort | undefined; entries: Entry[] }[]): EndpointSubset[] {
  const merged = new Map<string, { ports: EndpointPort[]; entries: Entry[] }>()
  for (const { port, entries } of groups) {
    entries.sort((a, b) => (a.address.ip < b.address.ip ? -1 : a.address.ip > b.address.ip ? 1 : 0))
    const key = entries.map(({ address, ready }) => `${address.ip} ${address.targetRef?.uid} ${ready}`).join()
    const found = merged.get(key)
    if (!found) merged.set(key, { ports: port ? [port] : [], entries })
    else if (port) found.ports.push(port)
  }
  return [...merged.values()].map(({ ports, entries }) => subset(ports, entries)).sort(bySubsetText)
}

function subset(ports: EndpointPort[], entries: readonly Entry[]): EndpointSubset {
  const ready = entries.filter(entry => entry.ready).map(entry => entry.address)
  const notReady = entries.filter(entry => !entry.ready).map(entry => entry.address)
  ports.sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : (a.name ?? '') > (b.name ?? '') ? 1 : a.port - b.port))
  return {
    ...(ready.length ? { addresses: ready } : {}), ...(notReady.length ? { notReadyAddresses: notReady } : {}),
    ...(ports.length ? { ports } : {}),
  }
}

const bySubsetText = (a: EndpointSubset, b: EndpointSubset) => (JSON.stringify(a.ports) < JSON.stringify(b.ports) ? -1 : 1)

function addressOf(pod: Readonly<Pod>, service: Readonly<Service>): EndpointAddress {
  const hostname = hostnameFor(pod, service)
  return {
    ip: pod.status!.podIP!, ...(hostname ? { hostname } : {}), nodeName: pod.spec.nodeName, targetRef: podReference(pod),
  }
}

/** Cuts down to the capacity, ready addresses first; true when something had to go. */
export function truncate(subsets: EndpointSubset[]): boolean {
  let left = mostAddresses, cut = false
  for (const part of ['addresses', 'notReadyAddresses'] as const) {
    for (const each of subsets) {
      const list = each[part]
      if (!list) continue
      if (list.length > left) {
        cut = true
        each[part] = list.slice(0, left)
      }
      left -= each[part]!.length
    }
  }
  return cut
}
