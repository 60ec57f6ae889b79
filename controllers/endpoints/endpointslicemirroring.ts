import { same } from '../../api/edit.ts'
import { endpoints as endpointsKind } from '../../api/kinds/core/endpoints.ts'
import { services } from '../../api/kinds/core/services.ts'
import { endpointSlices } from '../../api/kinds/discovery/endpointslices.ts'
import { keyOf } from '../../api/object.ts'
import type {
  DiscoveryV1EndpointPort, Endpoint, EndpointAddress, EndpointPort, Endpoints, EndpointSlice, EndpointSubset,
} from '../../api/schema/generated/types.ts'
import { ignoreNotFound } from '../../client/ignore-not-found.ts'
import { controllerReference } from '../claim.ts'
import { watching, type Controller, type Tools } from '../runtime/controller.ts'
import { managedByLabel, serviceNameLabel } from './endpointslice.ts'
import { OwnWrites } from './own-writes.ts'
import { planSlices, type PortGroup } from './plan-slices.ts'
import { triggerTimeAnnotation } from './service-pods.ts'

const controllerName = 'endpointslicemirroring-controller.k8s.io', skipLabel = 'endpointslice.kubernetes.io/skip-mirror'
const notMirrored = new Set([triggerTimeAnnotation, 'kubectl.kubernetes.io/last-applied-configuration'])
/** --mirroring-max-endpoints-per-subset */
const rules = { full: 1000, keepsEmpty: false }

/** Endpoints written by hand for a service without selector appear as EndpointSlices too (endpointslicemirroring, 1.36). */
export function endpointSliceMirroringController(): Controller {
  const written = new OwnWrites()
  const serviceKey = ({ metadata }: Readonly<EndpointSlice>) => `${metadata.namespace}/${metadata.labels?.[serviceNameLabel]}`
  const isMirror = (slice: Readonly<EndpointSlice>) => slice.metadata.labels?.[managedByLabel] === controllerName
  return {
    name: 'endpointslice-mirroring-controller',
    watches: [
      watching(endpointsKind, endpoints => [keyOf(endpoints)]),
      watching(services, service => [keyOf(service)]),
      watching(endpointSlices, () => [], (type, slice, old) => {
        written.seen(type, slice)
        if (type !== 'added' && isMirror(old ?? slice)) return [serviceKey(old ?? slice), 0]
      }),
    ],
    prepare({ informers }) {
      informers.of(endpointSlices).index('mirrored', slice => (isMirror(slice) ? [serviceKey(slice)] : []))
    },
    async reconcile(key, tools) {
      const endpoints = tools.informers.of(endpointsKind).get(key), service = tools.informers.of(services).get(key)
      if (written.awaited(key, tools.clock.now())) return { againAfterMs: 5 }
      const existing = tools.informers.of(endpointSlices).byIndex('mirrored', key) as EndpointSlice[]
      const isSkipped = endpoints?.metadata.labels?.[skipLabel] === 'true'
      const isByHand = service !== undefined && service.spec.selector === undefined
      if (endpoints && isByHand && !isSkipped) await mirror(endpoints, existing, written, tools)
      else await Promise.all(existing.map(slice => remove(slice, tools)))
    },
  }
}

async function mirror(
  endpoints: Readonly<Endpoints>, existing: readonly EndpointSlice[], written: OwnWrites, tools: Tools,
): Promise<void> {
  const { client } = tools, { name, namespace } = endpoints.metadata
  const labels = { ...endpoints.metadata.labels, [serviceNameLabel]: name, [managedByLabel]: controllerName }
  const annotations = Object.fromEntries(
    Object.entries(endpoints.metadata.annotations ?? {}).filter(([key]) => !notMirrored.has(key)))
  const ownerReferences = [controllerReference(endpointsKind, endpoints)]
  const isStale = ({ metadata }: EndpointSlice) =>
    !same(metadata.labels, labels) || !same(metadata.annotations ?? {}, annotations)
  for (const addressType of ['IPv4', 'IPv6'] as const) {
    const groups = groupsOf(endpoints.subsets ?? [], addressType)
    const plan = planSlices(groups, existing.filter(slice => slice.addressType === addressType), isStale, rules)
    for (const group of plan.create) {
      const made = await client.create(endpointSlices, {
        metadata: { generateName: `${name}-`, namespace, labels, annotations, ownerReferences }, addressType, ...group,
      })
      written.add(keyOf(endpoints), made, tools)
    }
    for (const { slice, group } of plan.update) {
      const metadata = { ...slice.metadata, labels, annotations }
      const made = await client.update(endpointSlices, { ...slice, metadata, ...group })
      written.add(keyOf(endpoints), made, tools)
    }
    await Promise.all(plan.remove.map(slice => remove(slice, tools)))
  }
}

async function remove(slice: Readonly<EndpointSlice>, { client }: Tools): Promise<void> {
  const { name, namespace, uid } = slice.metadata
  await client.delete(endpointSlices, name, namespace, { preconditions: { uid } }).catch(ignoreNotFound)
}

function groupsOf(subsets: readonly EndpointSubset[], addressType: 'IPv4' | 'IPv6'): PortGroup[] {
  const groups = new Map<string, PortGroup>()
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const endpoints = [
      ...addresses.map(address => endpointOf(address, true)), ...notReadyAddresses.map(address => endpointOf(address, false)),
    ].filter(endpoint => endpoint.addresses[0].includes(':') === (addressType === 'IPv6'))
    if (endpoints.length === 0) continue
    const key = JSON.stringify(ports), group = groups.get(key)
    if (group) group.endpoints.push(...endpoints)
    else groups.set(key, { endpoints, ports: ports.map(slicePort) })
  }
  return [...groups.values()]
}

const slicePort = ({ name = '', port, protocol = 'TCP', appProtocol }: EndpointPort): DiscoveryV1EndpointPort =>
  ({ name, port, protocol, ...(appProtocol ? { appProtocol } : {}) })

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip], conditions: { ready },
  ...(hostname ? { hostname } : {}), ...(targetRef ? { targetRef } : {}), ...(nodeName ? { nodeName } : {}),
})
