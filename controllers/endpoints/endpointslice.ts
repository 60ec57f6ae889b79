import { same } from '../../api/edit.ts'
import { isPodReady, isPodTerminating } from '../../api/pod-state.ts'
import { endpointSlices } from '../../api/kinds/discovery/endpointslices.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { services } from '../../api/kinds/core/services.ts'
import { keyOf } from '../../api/object.ts'
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice, Pod, Service } from '../../api/schema/generated/types.ts'
import { controllerReference, isControlledBy } from '../claim.ts'
import { watching, type Controller, type Outcome, type Tools } from '../runtime/controller.ts'
import { Pace } from '../runtime/pace.ts'
import { isNamespaceGone } from '../runtime/run.ts'
import { OwnWrites } from './own-writes.ts'
import { planSlices, type PortGroup } from './plan-slices.ts'
import {
  belongs, findPort, hasEndpoints, hostnameFor, isHeadless, podReference, podsOf, servicesOf, TriggerTimes, triggerTimeAnnotation,
} from './service-pods.ts'

export const serviceNameLabel = 'kubernetes.io/service-name', managedByLabel = 'endpointslice.kubernetes.io/managed-by'
const headlessLabel = 'service.kubernetes.io/headless', controllerName = 'endpointslice-controller.k8s.io'

type AddressType = 'IPv4' | 'IPv6'

/** Keeps the EndpointSlices of every service that selects pods. Follows k8s.io/endpointslice of 1.36. */
export function endpointSliceController(): Controller {
  const times = new TriggerTimes(), pace = new Pace(100), written = new OwnWrites()
  return {
    name: 'endpointslice-controller',
    component: 'endpoint-slice-controller',
    watches: [
      watching(services, service => [keyOf(service)], (type, service) => {
        if (type !== 'deleted') return
        times.forget(service.metadata.uid)
        pace.forget(keyOf(service))
      }),
      watching(pods, servicesOf),
      watching(endpointSlices, () => [], (type, slice, old) => {
        written.seen(type, slice)
        if (type === 'added' || !isOurs(old ?? slice)) return
        return [`${slice.metadata.namespace}/${(old ?? slice).metadata.labels![serviceNameLabel]}`, 0]
      }),
    ],
    prepare({ informers }) {
      informers.of(nodes)
      informers.of(endpointSlices).index('service', slice =>
        (isOurs(slice) ? [`${slice.metadata.namespace}/${slice.metadata.labels![serviceNameLabel]}`] : []))
    },
    async reconcile(key, tools) {
      const service = tools.informers.of(services).get(key)
      // The slices of a service that is gone belong to the garbage collector.
      if (!service || !hasEndpoints(service) || service.metadata.deletionTimestamp) return
      const chosen = podsOf(service, tools)
      const againAfterMs = pace.wait(key, chosen.length, tools.clock.now())
      if (againAfterMs > 0) return { againAfterMs }
      const known = tools.informers.of(endpointSlices).byIndex('service', key)
      if (written.awaited(key, tools.clock.now())) return { againAfterMs: 5 }
      const trigger = times.next(service, chosen)
      for (const addressType of (service.spec.ipFamilies ?? ['IPv4']) as AddressType[]) {
        const existing = known.filter(slice => slice.addressType === addressType)
        await sync(service, chosen, existing, addressType, trigger, written, tools)
      }
    },
  }
}

const isOurs = (slice: Readonly<EndpointSlice>) =>
  slice.metadata.labels?.[managedByLabel] === controllerName && !!slice.metadata.labels[serviceNameLabel]

async function sync(
  service: Readonly<Service>, chosen: readonly Readonly<Pod>[], existing: Readonly<EndpointSlice>[], addressType: AddressType,
  trigger: string | undefined, written: OwnWrites, tools: Tools,
): Promise<Outcome> {
  const { client } = tools, { name, namespace } = service.metadata
  const labels = labelsFor(service)
  const owned = existing.filter(slice => isControlledBy(slice, service)) as EndpointSlice[]
  const plan = planSlices(groupsOf(service, chosen, addressType, tools), owned, slice => !same(slice.metadata.labels, labels))
  plan.remove.push(...(existing.filter(slice => !isControlledBy(slice, service)) as EndpointSlice[]))
  const annotate = (annotations: Record<string, string> | undefined) => {
    const { [triggerTimeAnnotation]: _old, ...rest } = annotations ?? {}
    return trigger ? { ...rest, [triggerTimeAnnotation]: trigger } : rest
  }
  const note = (slice: Readonly<EndpointSlice>) => written.add(keyOf(service), slice, tools)
  try {
    for (const { endpoints, ports } of plan.create) {
      const made = await client.create(endpointSlices, {
        metadata: {
          generateName: `${name}-`, namespace, labels, annotations: annotate(undefined),
          ownerReferences: [controllerReference(services, service)],
        },
        addressType, endpoints, ports,
      })
      note(made)
    }
  } catch (error) {
    if (isNamespaceGone(error)) return
    throw error
  }
  for (const { slice, group: { endpoints, ports } } of plan.update) {
    const metadata = { ...slice.metadata, labels, annotations: annotate(slice.metadata.annotations) }
    const made = await client.update(endpointSlices, { ...slice, metadata, endpoints, ports })
    note(made)
  }
  for (const slice of plan.remove) await client.delete(endpointSlices, slice.metadata.name, namespace)
}

function labelsFor(service: Readonly<Service>): Record<string, string> {
  const { [headlessLabel]: _headless, ...labels } = service.metadata.labels ?? {}
  return {
    ...labels, ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: service.metadata.name, [managedByLabel]: controllerName,
  }
}

/** Pods grouped by the numbers that the service's ports have in them. */
function groupsOf(
  service: Readonly<Service>, chosen: readonly Readonly<Pod>[], addressType: AddressType, tools: Tools,
): PortGroup[] {
  const groups = new Map<string, PortGroup>()
  for (const pod of chosen) {
    if (!belongs(pod, true)) continue
    const ports = portsIn(service, pod), key = JSON.stringify(ports)
    let group = groups.get(key)
    if (!group) groups.set(key, group = { ports, endpoints: [] })
    const endpoint = endpointOf(pod, service, addressType, tools)
    if (endpoint.addresses.length > 0) group.endpoints.push(endpoint)
  }
  return [...groups.values()]
}

function portsIn(service: Readonly<Service>, pod: Readonly<Pod>): DiscoveryV1EndpointPort[] {
  const ports: DiscoveryV1EndpointPort[] = []
  for (const servicePort of service.spec.ports ?? []) {
    const port = findPort(pod, servicePort)
    if (port === undefined) continue
    ports.push({
      name: servicePort.name ?? '', port, protocol: servicePort.protocol ?? 'TCP',
      ...(servicePort.appProtocol ? { appProtocol: servicePort.appProtocol } : {}),
    })
  }
  return ports
}

function endpointOf(pod: Readonly<Pod>, service: Readonly<Service>, addressType: AddressType, { informers }: Tools): Endpoint {
  const serving = isPodReady(pod), terminating = isPodTerminating(pod)
  const ready = (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating)
  const zone = informers.of(nodes).get(pod.spec.nodeName ?? '')?.metadata.labels?.['topology.kubernetes.io/zone']
  const hostname = hostnameFor(pod, service), ips = pod.status?.podIPs ?? [{ ip: pod.status!.podIP! }]
  return {
    addresses: ips.map(({ ip }) => ip).filter(ip => ip.includes(':') === (addressType === 'IPv6')),
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: podReference(pod),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  }
}
