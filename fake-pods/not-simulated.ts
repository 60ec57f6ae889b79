import type { Pod } from '../api/schema/generated/types.ts'

/** What a pod asks for and does not get, in words for an event: nothing is left out silently. */
export function notSimulated(pod: Readonly<Pod>): string[] {
  const { hostNetwork, hostPID, hostIPC, volumes = [], containers = [], initContainers = [] } = pod.spec ?? {}
  const all = [...initContainers, ...containers]
  const emptied = volumes.filter(({ configMap, secret, downwardAPI, projected, emptyDir }) => !configMap && !secret && !downwardAPI && !projected && !emptyDir)
  return [
    ...(hostNetwork ? ['hostNetwork (the pod has an address of its own)'] : []),
    ...(hostPID || hostIPC ? ['namespaces shared with the node'] : []),
    ...(!hostNetwork && all.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)) ? ['hostPort (use a NodePort service)'] : []),
    ...(emptied.length > 0 ? [`storage behind the volumes ${emptied.map(({ name }) => name).join(', ')} (each is an empty folder of the pod)`] : []),
    ...(all.some(({ stdin, tty }) => stdin || tty) ? ['standard input and terminals'] : []),
  ]
}
