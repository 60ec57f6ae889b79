import { isPodTerminal, isPodTerminating, isSidecar } from '../../api/pod-state.ts'
import { services } from '../../api/kinds/core/services.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { keyOf } from '../../api/object.ts'
import type { Pod, Service, ServicePort } from '../../api/schema/generated/types.ts'
import type { Tools } from '../runtime/controller.ts'

/** What Endpoints and EndpointSlices have in common (k8s.io/endpointslice/util, 1.36). */

/** A service whose endpoints a controller keeps: it selects pods and is not only a name for something elsewhere. */
export const hasEndpoints = ({ spec }: Readonly<Service>): boolean => spec.type !== 'ExternalName' && spec.selector !== undefined

export const isHeadless = ({ spec }: Readonly<Service>): boolean => !spec.clusterIP || spec.clusterIP === 'None'

/** Services that choose a pod's labels, by key. */
export function servicesOf(pod: Readonly<Pod>, { informers }: Tools): string[] {
  return informers.of(services).list(pod.metadata.namespace).filter(service => selects(service, pod)).map(keyOf)
}

export const podsOf = (service: Readonly<Service>, { informers }: Tools): Readonly<Pod>[] =>
  informers.of(pods).list(service.metadata.namespace).filter(pod => selects(service, pod))

function selects({ spec }: Readonly<Service>, pod: Readonly<Pod>): boolean {
  const labels = pod.metadata.labels
  let some = false
  for (const key in spec.selector) {
    if (labels?.[key] !== spec.selector[key]) return false
    some = true
  }
  return some
}

/** A pod stands in endpoints once it has an address, until it has ended; while terminating only where that is wanted. */
export function belongs(pod: Readonly<Pod>, evenTerminating: boolean): boolean {
  return !isPodTerminal(pod) && !!pod.status?.podIP && (evenTerminating || !isPodTerminating(pod))
}

/** The number of a service's target port in one pod; a name may mean another number in each. */
export function findPort(pod: Readonly<Pod>, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)]
  return containers.flatMap(container => container.ports ?? [])
    .find(each => each.name === targetPort && (each.protocol ?? 'TCP') === protocol)?.containerPort
}

/** The pod's hostname where the service gives names to its pods. */
export const hostnameFor = (pod: Readonly<Pod>, service: Readonly<Service>): string | undefined =>
  pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined

export const podReference = ({ metadata }: Readonly<Pod>) =>
  ({ kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid })

/** When the change came about that endpoints are updated for; kept in an annotation. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'

/** The earliest of all pod changes since the last look, for a new service its own creation (TriggerTimeTracker). */
export class TriggerTimes {
  #seen = new Map<string, Map<string, string>>()

  next(service: Readonly<Service>, chosen: readonly Readonly<Pod>[]): string | undefined {
    const key = service.metadata.uid, before = this.#seen.get(key), times = new Map<string, string>()
    let earliest: string | undefined
    for (const pod of chosen) {
      const at = pod.status?.conditions?.find(condition => condition.type === 'Ready')?.lastTransitionTime
      if (!at) continue
      times.set(pod.metadata.name, at)
      if (at > (before?.get(pod.metadata.name) ?? '') && (earliest === undefined || at < earliest)) earliest = at
    }
    this.#seen.set(key, times)
    return before ? earliest : service.metadata.creationTimestamp
  }

  forget(uid: string): void { this.#seen.delete(uid) }
}
