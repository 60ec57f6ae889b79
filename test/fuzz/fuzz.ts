import { parse as parseYaml } from 'yaml'
import { builtInKinds } from '../../api/kinds/index.ts'
import { createRandom } from '../../api/random.ts'
import { decodeProtobuf } from '../../api/schema/protobuf.ts'
import { pathOf } from '../../server/local-client.ts'
import { exampleOf } from '../api/kind-examples.ts'
import { startApiServer } from '../support/api-server.ts'
import { collectGarbage } from '../support/garbage.ts'
import { inProcess } from './in-process.ts'
import { fuzzRequest, type FuzzRequest } from './requests.ts'

export interface FuzzReport {
  requests: number
  seed: number
  seconds: number
  byStatus: Record<string, number>
  /** What went wrong, each with the request that made it so; at most twenty are told. */
  failures: string[]
  /** The most processor time that one request took. */
  worst: { milliseconds: number; request: string }
  /** Megabytes of heap in use at the end, without garbage. */
  heapMegabytes: number
}

/** One request of this many goes over HTTPS, the others straight to the server's handler. */
const overHttps = 20
/** A request that takes longer without an answer hangs. */
const patienceMs = 20_000

/** Sends generated requests to one API server, one after the other, and looks at every answer. */
export async function fuzz({ requests, seed, from = 0 }: { requests: number; seed: number; from?: number }): Promise<FuzzReport> {
  const server = await startApiServer({ historyLimit: 200 })
  const handle = await inProcess(server.api)
  const random = createRandom(seed)
  for (const kind of builtInKinds) {
    const collection = pathOf(kind, 'contract')
    for (const name of ['a', 'web']) await server.api('POST', collection, { body: exampleOf(kind, name) })
  }
  const report: FuzzReport =
    { requests, seed, seconds: 0, byStatus: {}, failures: [], worst: { milliseconds: 0, request: '' }, heapMegabytes: 0 }
  const start = performance.now()
  const fail = (number: number, request: FuzzRequest, why: string) => {
    if (report.failures.length < 20) report.failures.push(`request ${number}: ${why}\n  ${describe(request)}`)
  }
  try {
    for (let number = 0; number < requests; number++) {
      const request = fuzzRequest(builtInKinds, random)
      if (number < from) continue
      const before = process.cpuUsage(), bugs = server.bugs.length
      let timer: NodeJS.Timeout | undefined
      const answer = await Promise.race([
        number % overHttps === 0 && canTravel(request) ? travel(server.api, request) : handle(request),
        new Promise<undefined>(resolve => { timer = globalThis.setTimeout(() => resolve(undefined), patienceMs) }),
      ])
      clearTimeout(timer)
      const used = process.cpuUsage(before), milliseconds = (used.user + used.system) / 1000
      if (milliseconds > report.worst.milliseconds) {
        report.worst = { milliseconds, request: `request ${number}: ${describe(request)}` }
      }
      if (!answer) { fail(number, request, `no answer within ${patienceMs / 1000} s`); continue }
      report.byStatus[answer.status] = (report.byStatus[answer.status] ?? 0) + 1
      const bug = server.bugs[bugs]
      if (bug) fail(number, request, `an error of the server’s own: ${bug.stack}`)
      const complaint = complaintAbout(request, answer)
      if (complaint) fail(number, request, complaint)
      if (Object.hasOwn(Object.prototype, 'polluted')) { fail(number, request, 'every object has got a new property'); break }
    }
    const alive = await server.api('GET', '/api/v1/namespaces/default')
    if (alive.status !== 200) report.failures.push(`the server is not well after it: ${alive.status} ${alive.bytes.toString()}`)
  } finally {
    server.stop()
  }
  report.seconds = (performance.now() - start) / 1000
  collectGarbage()
  report.heapMegabytes = process.memoryUsage().heapUsed / 1e6
  return report
}

interface Answer { status: number; headers: Record<string, unknown>; body: Buffer }

async function travel(api: Awaited<ReturnType<typeof startApiServer>>['api'],
  { method, url, headers, body }: FuzzRequest): Promise<Answer> {
  try {
    const { status, headers: got, bytes } = await api(method, url, { headers, body, type: headers['content-type'] })
    return { status, headers: got, body: bytes }
  } catch (error) {
    // A body that is refused before it has been read ends the connection.
    if (!['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return { status: 413, headers: {}, body: Buffer.alloc(0) }
  }
}

/** What Node's own client refuses to send is not the server's to answer. */
const canTravel = ({ method, url, headers }: FuzzRequest) =>
  method !== 'CONNECT' && method !== 'HEAD' && !/[^!-~]|watch|follow/.test(url)
    && Object.values(headers).every(value => /^[ -~]*$/.test(value))

/** Whether an answer is one that a client of Kubernetes can read: what it asked for, or a Status. */
function complaintAbout({ method, url, headers: asked }: FuzzRequest, { status, headers, body }: Answer): string | undefined {
  if (status < 200 || status > 599) return `the status ${status}`
  if (status < 400 || method === 'HEAD') return undefined
  const type = String(headers['content-type'] ?? '')
  // kube-openapi answers 404 and 406 without a word.
  if (body.length === 0 && (status === 413 || url.startsWith('/openapi/'))) return undefined
  let told: any
  try {
    told = type.startsWith('application/json') ? JSON.parse(body.toString()) : type.startsWith('application/yaml')
      ? parseYaml(body.toString(), { logLevel: 'error' })
      : type.startsWith('application/vnd.kubernetes.protobuf') ? decodeProtobuf(body).object : undefined
  } catch (error) { return `an error that can't be read: ${error as Error} ${body.toString().slice(0, 200)}` }
  if (told === undefined) return type.startsWith('text/plain') ? undefined
    : `an error in ${type || 'no type'} for ${asked.accept}: ${body.toString().slice(0, 200)}`
  if (told.kind !== 'Status' || told.status !== 'Failure') return `no Status: ${body.toString().slice(0, 200)}`
  if (told.message?.startsWith('Internal error occurred')) return told.message
  return told.code === status ? undefined : `the code ${told.code} under the status ${status}`
}

function describe({ method, url, headers, body }: FuzzRequest): string {
  const text = body ? body.toString('latin1') : ''
  const shown = text.length > 1500 ? `${text.slice(0, 1500)}… (${text.length} bytes)` : text
  return `${method} ${url.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${JSON.stringify(shown)}`
}
