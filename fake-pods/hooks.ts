import type { Clock } from '../api/clock.ts'
import type { LifecycleHandler } from '../api/schema/generated/types.ts'
import { containerPort, httpGet, urlOf, type ProbeTarget } from './probe.ts'

/** Runs a postStart or preStop handler (kubelet/lifecycle, 1.36); throws when it fails. */
export async function runHook(handler: LifecycleHandler, target: ProbeTarget, clock: Clock, signal: AbortSignal): Promise<void> {
  if (handler.exec) {
    const { code } = await target.exec(handler.exec.command ?? [], signal)
    if (code !== 0) throw new Error(`command exited with ${code}`)
  } else if (handler.httpGet) {
    const action = handler.httpGet, port = containerPort(action.port, target.container)
    if (port === undefined) throw new Error(`invalid port number: ${action.port}`)
    const url = urlOf('http', action.host || target.network.ip, port, action.path ?? '')
    await httpGet(action, url, target, signal, 'kube-lifecycle/1.36')
  } else if (handler.sleep) {
    await clock.sleep(handler.sleep.seconds * 1000, signal)
  } else {
    throw new Error('invalid handler')
  }
}
