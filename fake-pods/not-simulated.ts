import type { Pod } from '../api/schema/generated/types.ts'
import { unreadableLoad } from './usage-annotations.ts'

const simulatedVolumes = ['configMap', 'secret', 'downwardAPI', 'projected', 'emptyDir'] as const

/** What a pod asks for and does not get, in words for an event: nothing is left out silently. */
export function notSimulated(pod: Readonly<Pod>): string[] {
  const { hostNetwork, hostPID, hostIPC, volumes = [], containers = [], initContainers = [] } = pod.spec ?? {}
  const all = [...initContainers, ...containers]
  const emptied = volumes.filter(volume => !simulatedVolumes.some(source => volume[source])).map(({ name }) => name)
  const hasHostPort = all.some(({ ports }) => ports?.some(({ hostPort }) => hostPort))
  return [
    ...(hostNetwork ? ['hostNetwork (the pod has an address of its own)'] : []),
    ...(hostPID || hostIPC ? ['namespaces shared with the node'] : []),
    ...(!hostNetwork && hasHostPort ? ['hostPort (use a NodePort service)'] : []),
    ...(emptied.length > 0 ? [`storage behind the volumes ${emptied.join(', ')} (each is an empty folder of the pod)`] : []),
    ...unreadableLoad(pod),
    ...(all.some(({ stdin, tty }) => stdin || tty) ? ['standard input and terminals'] : []),
  ]
}
