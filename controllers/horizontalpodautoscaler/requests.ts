import { isPodLevelResource, podRequests } from '../../api/pod-requests.ts'
import { isSidecar } from '../../api/pod-state.ts'
import { milliValue } from '../../api/quantity.ts'
import type { Pod } from '../../api/schema/generated/types.ts'

/**
 * What each pod asks for of a resource, in thousandths: the named container, else the pod as a whole where it says so, else all
 * its containers (podautoscaler, calculateRequests, 1.36). Throws for a pod that does not say.
 */
export function requestsOf(pods: readonly Readonly<Pod>[], container: string, resource: string): Map<string, number> {
  return new Map(pods.map(pod => [pod.metadata.name, requestOf(pod, container, resource)]))
}

function requestOf(pod: Readonly<Pod>, container: string, resource: string): number {
  const { name } = pod.metadata
  if (container === '' && Object.keys(pod.spec.resources?.requests ?? {}).some(isPodLevelResource)) {
    const request = podRequests(pod)[resource]
    if (request === undefined) throw new Error(`missing pod-level request for ${resource} in Pod ${name}`)
    return Number(milliValue(request))
  }
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)]
  const counted = container === '' ? all : all.filter(each => each.name === container)
  if (container !== '' && counted.length === 0) throw new Error(`container ${container} not found in Pod ${name}`)
  return counted.reduce((sum, each) => {
    const request = each.resources?.requests?.[resource]
    if (request === undefined) throw new Error(`missing request for ${resource} in container ${each.name} of Pod ${name}`)
    return sum + Number(milliValue(request))
  }, 0)
}
