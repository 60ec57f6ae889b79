import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../schema/generated/types.ts'
import { isHttpHeaderName } from '../validation/names.ts'
import { complain, validateNonnegative } from '../validation/values.ts'
import { validatePortNumberOrName } from './validate-ports.ts'

/** Probes and lifecycle hooks (core/validation, 1.36). */

/** What the rules need to know of the pod: how long it may take to end. */
export interface Grace { gracePeriod: number | undefined }

export function validateProbes(
  container: { livenessProbe?: Probe; readinessProbe?: Probe; startupProbe?: Probe }, path: string, grace: Grace,
): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container
  return [
    ...(livenessProbe ? [...validateProbe(livenessProbe, `${path}.livenessProbe`, grace),
      ...mustSucceedOnce(livenessProbe, `${path}.livenessProbe`)] : []),
    ...(readinessProbe ? [...validateProbe(readinessProbe, `${path}.readinessProbe`, grace),
      ...(readinessProbe.terminationGracePeriodSeconds === undefined ? []
        : [invalid(`${path}.readinessProbe.terminationGracePeriodSeconds`,
        readinessProbe.terminationGracePeriodSeconds, 'must not be set for readinessProbes')])] : []),
    ...(startupProbe ? [...validateProbe(startupProbe, `${path}.startupProbe`, grace),
      ...mustSucceedOnce(startupProbe, `${path}.startupProbe`)] : []),
  ]
}

const mustSucceedOnce = (probe: Readonly<Probe>, path: string): FieldError[] =>
  (probe.successThreshold === 1 ? [] : [invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1')])

function validateProbe(probe: Readonly<Probe>, path: string, grace: Grace): FieldError[] {
  const errors = validateHandler(probe, path, grace)
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold',
    'failureThreshold'] as const) {
    errors.push(...validateNonnegative(probe[field], `${path}.${field}`))
  }
  const period = probe.terminationGracePeriodSeconds
  if (period !== undefined && period <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, period, 'must be greater than 0'))
  }
  return errors
}

function validateHandler(handler: Readonly<Probe & LifecycleHandler>, path: string, { gracePeriod }: Grace): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const errors: FieldError[] = []
  let handlers = 0
  const take = (name: string, validate: (at: string) => FieldError[]) => {
    const at = `${path}.${name}`
    errors.push(...(handlers++ > 0 ? [forbidden(at, 'may not specify more than 1 handler type')] : validate(at)))
  }
  if (exec) take('exec', at => (exec.command?.length ? [] : [required(`${at}.command`)]))
  if (httpGet) take('httpGet', at => validateHttpGet(httpGet, at))
  if (tcpSocket) take('tcpSocket', at => validatePortNumberOrName(tcpSocket.port, `${at}.port`))
  if (grpc) take('grpc', at => validatePortNumberOrName(grpc.port, `${at}.port`))
  if (sleep) {
    const { seconds = 0 } = sleep
    take('sleep', at => (gracePeriod !== undefined && (seconds < 0 || seconds > gracePeriod)
      ? [invalid(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`)] : []))
  }
  return handlers === 0 ? [required(path, 'must specify a handler type')] : errors
}

const schemes = ['HTTP', 'HTTPS']

function validateHttpGet(action: Readonly<HTTPGetAction>, path: string): FieldError[] {
  return [
    ...(action.path ? [] : [required(`${path}.path`)]),
    ...validatePortNumberOrName(action.port, `${path}.port`),
    ...(schemes.includes(action.scheme ?? '') ? [] : [notSupported(`${path}.scheme`, action.scheme ?? '', schemes)]),
    ...(action.httpHeaders ?? []).flatMap(({ name = '' }) =>
      complain(`${path}.httpHeaders`, name, isHttpHeaderName(name))),
  ]
}

export function validateLifecycle(lifecycle: Readonly<Lifecycle> | undefined, path: string, grace: Grace): FieldError[] {
  return [
    ...(lifecycle?.postStart ? validateHandler(lifecycle.postStart, `${path}.postStart`, grace) : []),
    ...(lifecycle?.preStop ? validateHandler(lifecycle.preStop, `${path}.preStop`, grace) : []),
  ]
}
