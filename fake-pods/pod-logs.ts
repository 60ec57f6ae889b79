import type { NodeAccess } from '../api/node-access.ts'
import type { Pod } from '../api/schema/generated/types.ts'
import { badRequest } from '../api/status.ts'
import type { Kubelets } from './kubelet.ts'

/** The logs of containers, with the kubelet's words when there are none (validateContainerLogStatus, 1.36). */
export function podLogs(kubelets: Kubelets): NodeAccess {
  return {
    async *logs(object, container, options, signal) {
      const pod = object as Readonly<Pod>
      const complaint = whyNoLogs(pod, container, options.previous ?? false)
      const logs = kubelets.workerOf(pod)?.logs(container, options.previous ?? false)
      if (logs) yield* logs.read(options, signal)
      else if (complaint) throw badRequest(complaint)
    },
  }
}

function whyNoLogs(pod: Readonly<Pod>, container: string, previous: boolean): string | undefined {
  const name = pod.metadata.name, { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const status = [...containerStatuses, ...initContainerStatuses].find(each => each.name === container)
  if (!status) return `container "${container}" in pod "${name}" is not available`
  if (previous) return `previous terminated container "${container}" in pod "${name}" not found`
  const reason = status.state?.waiting?.reason
  if (!reason) return status.state?.terminated ? `container "${container}" in pod "${name}" is terminated` : undefined
  const why = reason === 'ErrImagePull' ? "image can't be pulled"
    : reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason
  return `container "${container}" in pod "${name}" is waiting to start: ${why}`
}
