import type { Container, Pod } from '../api/schema/generated/types.ts'

/** What a pod worker knows about its containers: the input of planPod and podStatus, both pure. */
export interface ObservedPod {
  /** The sandbox with its network is there: the pod has its address. */
  sandbox: boolean
  podIP?: string
  startedAt?: string
  containers: ReadonlyMap<string, ObservedContainer>
  /** Set once the pod is over and was ended from outside: past its deadline. */
  ended?: { reason: string; message: string }
}

export interface ObservedContainer {
  /** It is being pulled, created or brought through its postStart hook. */
  starting: boolean
  /** The newest run and the one before it. */
  run?: ObservedRun
  last?: Exited
  restartCount: number
  /** Why it has not been started. */
  waiting?: { reason: string; message?: string }
  /** Not to be started before this time, in milliseconds. */
  retryAt?: number
}

export interface ObservedRun {
  id: string
  imageID: string
  startedAt: string
  /** By its startup probe and its readiness probe. */
  started: boolean
  ready: boolean
  exit?: Exited
}

export interface Exited {
  id: string
  code: number
  reason: string
  message?: string
  startedAt: string
  finishedAt: string
}

export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/** Whether a container that ended is to run again (podutil.ContainerShouldRestart, 1.36). */
export function restarts(container: Container, pod: Readonly<Pod>, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false
    if (exitCodes && (exitCodes.operator === 'In') === listed) return action === 'Restart'
  }
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Whether an init container that ended is to run again: never after a success, unless it is a sidecar. */
export function initRestarts(container: Container, pod: Readonly<Pod>, exitCode: number): boolean {
  return isSidecar(container) || (exitCode !== 0 && restarts(container, pod, exitCode))
}
