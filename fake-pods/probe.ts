import type { Clock } from '../api/clock.ts'
import type { Container, HTTPGetAction, Probe } from '../api/schema/generated/types.ts'
import { httpRequest, type HttpAnswer } from './network/http-client.ts'
import { NetworkError, type Network } from './program.ts'

/** What a probe or a hook acts on: a running container in its pod's network. */
export interface ProbeTarget {
  container: Container
  network: Pick<Network, 'ip' | 'dial'>
  exec(argv: readonly string[], signal: AbortSignal): Promise<{ code: number; output: string }>
}

export interface ProbeResult { result: 'success' | 'warning' | 'failure' | 'unknown'; output: string }

const tooLate = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
const success = (output = ''): ProbeResult => ({ result: 'success', output })
const failure = (output: string): ProbeResult => ({ result: 'failure', output })

/** Carries out one probe, for real, against the container's program. The texts are those of pkg/probe (1.36). */
export async function runProbe(probe: Probe, target: ProbeTarget, clock: Clock): Promise<ProbeResult> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000
  if (probe.httpGet) return probeHttp(probe.httpGet, target, clock, timeout)
  if (probe.tcpSocket) {
    const port = containerPort(probe.tcpSocket.port, target.container)
    if (port === undefined) return { result: 'unknown', output: portComplaint(probe.tcpSocket.port) }
    try {
      const connection = await target.network.dial(`${probe.tcpSocket.host || target.network.ip}:${port}`)
      connection.destroy()
      return success()
    } catch (error) {
      return failure((error as Error).message)
    }
  }
  if (probe.exec) {
    const command = probe.exec.command ?? []
    const done = await within(clock, timeout, signal => target.exec(command, signal))
    if (done === undefined) return failure(`command timed out: "${command.join(' ')}" timed out after ${timeout / 1000}s`)
    if (done.code === 126 && done.output.includes('OCI runtime')) return { result: 'unknown', output: done.output }
    return done.code === 0 ? success(done.output) : failure(done.output)
  }
  if (probe.grpc) return { result: 'unknown', output: 'gRPC probes are not simulated: use an HTTP, TCP or exec probe' }
  return { result: 'unknown', output: `missing probe handler for ${target.container.name}` }
}

async function probeHttp(action: HTTPGetAction, target: ProbeTarget, clock: Clock, timeout: number): Promise<ProbeResult> {
  const port = containerPort(action.port, target.container)
  if (port === undefined) return { result: 'unknown', output: portComplaint(action.port) }
  const scheme = (action.scheme ?? 'HTTP').toLowerCase()
  const url = urlOf(scheme, action.host || target.network.ip, port, action.path ?? '')
  const prefix = `Get "${url.href}": `
  if (scheme === 'https') return failure(`${prefix}http: server gave HTTP response to HTTPS client`)
  try {
    const answer = await within(clock, timeout, signal => httpGet(action, url, target, signal))
    if (answer === undefined) return failure(prefix + tooLate)
    if (answer.status >= 200 && answer.status < 300) return success(answer.body.toString())
    if (answer.status >= 300 && answer.status < 400) {
      return { result: 'warning', output: `Probe terminated redirects, Response body: ${answer.body.toString()}` }
    }
    return failure(`HTTP probe failed with statuscode: ${answer.status}`)
  } catch (error) {
    return failure(prefix + (error instanceof NetworkError ? error.message : 'EOF'))
  }
}

/** The request of an HTTP probe or hook. */
export async function httpGet(
  action: HTTPGetAction, url: ProbeUrl, { network }: ProbeTarget, signal: AbortSignal, agent = 'kube-probe/1.36',
): Promise<HttpAnswer> {
  const headers: Record<string, string> = { 'User-Agent': agent, Accept: '*/*' }
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value
  return httpRequest(await network.dial(url.host), { host: url.host, path: url.path, headers, signal })
}

/** Where a probe or hook asks, always with its port, as Go writes it. */
export interface ProbeUrl { href: string; host: string; path: string }

export function urlOf(scheme: string, host: string, port: number, path: string): ProbeUrl {
  const rooted = path.startsWith('/') || path === '' ? path : `/${path}`
  return { href: `${scheme}://${host}:${port}${rooted}`, host: `${host}:${port}`, path: encodeURI(decodeLoosely(rooted)) || '/' }
}

const decodeLoosely = (path: string) => { try { return decodeURI(path) } catch { return path } }

/** A port by number or by the name the container gave it. */
export function containerPort(port: number | string, container: Container): number | undefined {
  const number = Number(port)
  if (Number.isInteger(number) && number > 0) return number < 65536 ? number : undefined
  return container.ports?.find(({ name }) => name === port)?.containerPort
}

const portComplaint = (port: number | string) =>
  typeof port === 'string' ? `couldn't find port: "${port}" in the container's ports` : `invalid port number: ${port}`

/** The result of some work, or undefined when it takes longer; the work is told through its signal. */
async function within<R>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<R>): Promise<R | undefined> {
  const abort = new AbortController()
  const late = new Promise<undefined>(resolve => abort.signal.addEventListener('abort', () => resolve(undefined), { once: true }))
  const cancel = clock.after(ms, () => abort.abort(new Error('timeout')))
  try {
    const working = work(abort.signal)
    working.catch(() => {})
    return await Promise.race([working, late])
  } finally {
    cancel()
  }
}
