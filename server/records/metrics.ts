import { healthPaths } from '../discovery/health.ts'
import type { Attributes } from '../authorization/attributes.ts'
import { storePrefix } from '../parse-request.ts'
import type { Registry } from '../resources/registry.ts'
import type { Store } from '../store/store.ts'
import { reportedVerb, scopeOf, versionIn, type Recorder, type RequestRecord } from './recorder.ts'

/** Seconds, as upstream has them (apiserver, endpoints/metrics, 1.36). */
const bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const component = 'apiserver'
const systemClients = new Set(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
const health = new Set(healthPaths)

interface Labels { verb: string; group: string; version: string; resource: string; subresource: string; scope: string }
interface Series { labels: Labels; dryRun: string; count: number; sum: number; buckets: number[]; codes: Map<string, number> }

export interface Metrics {
  recorder: Recorder
  /** All of them, in Prometheus' text format. */
  text(): Promise<{ contentType: string; body: string }>
}

/** Counts requests in plain numbers, which become metrics only when somebody asks for them. */
export function createMetrics(served: { registry: Registry; store: Pick<Store, 'count'> }): Metrics {
  const series = new Map<string, Series>(), running = new Map<string, { labels: Labels; count: number }>()
  const events = new Map<string, { labels: Labels; count: number }>()
  const inFlight = { readOnly: 0, mutating: 0 }
  const kindOf = ({ method }: RequestRecord) => (method === 'GET' || method === 'HEAD' ? 'readOnly' : 'mutating')

  function count(of: typeof running, labels: Labels, by: number): void {
    const key = keyOf(labels), found = of.get(key)
    if (found) found.count += by
    else of.set(key, { labels, count: by })
  }

  return {
    recorder: {
      received(record) { inFlight[kindOf(record)]++ },
      started(record) {
        inFlight[kindOf(record)]--
      },
      routed(record) {
        if (record.lasts) count(running, labelsOf(record, record.wanted!), 1)
      },
      completed(record) {
        const { wanted, caller, lasts } = record
        if (caller && !lasts) inFlight[kindOf(record)]--
        if (!wanted || !isRouted(record)) return
        const labels = labelsOf(record, wanted)
        if (lasts) count(running, labels, -1)
        if (record.events > 0) count(events, labels, record.events)
        const dryRun = dryRunOf(record.query), key = `${keyOf(labels)}\n${dryRun}`
        let found = series.get(key)
        if (!found) series.set(key, found = { labels, dryRun, count: 0, sum: 0, buckets: bounds.map(() => 0), codes: new Map() })
        const seconds = (performance.now() - record.began) / 1000, bucket = bounds.findIndex(bound => seconds <= bound)
        found.count++
        found.sum += seconds
        if (bucket >= 0) found.buckets[bucket]++
        const agent = record.request.headers['user-agent'] ?? '', client = agent.startsWith('kube-') ? agent.split('/', 1)[0] : ''
        const code = `${record.out.statusCode} ${systemClients.has(client) ? client : ''}`
        found.codes.set(code, (found.codes.get(code) ?? 0) + 1)
      },
    },
    text: () => format([
      {
        name: 'apiserver_current_inflight_requests', type: 'gauge',
        help: '[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
        values: Object.entries(inFlight).map(([kind, value]) => ({ labels: { request_kind: kind }, value })),
      },
      {
        name: 'apiserver_longrunning_requests', type: 'gauge',
        help: '[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and ' +
          'component. Not all requests are tracked this way.',
        values: [...running.values()].map(({ labels, count: value }) => ({ labels: { component, ...labels }, value })),
      },
      {
        name: 'apiserver_request_duration_seconds', type: 'histogram',
        help: '[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, ' +
          'subresource, scope and component.',
        values: [...series.values()].flatMap(histogram),
      },
      {
        name: 'apiserver_request_total', type: 'counter',
        help: '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, ' +
          'component, and HTTP response code.',
        values: [...series.values()].flatMap(({ labels, dryRun, codes }) => [...codes].map(([key, value]) => {
          const [code, client] = key.split(' ')
          return { labels: { code, component, dry_run: dryRun, ...labels, system_client: client }, value }
        })),
      },
      {
        name: 'apiserver_watch_events_total', type: 'counter', help: '[ALPHA] Number of events sent in watch clients',
        values: sumByResource(events.values()),
      },
      ...storedObjects(served), ...ofProcess(),
    ]),
  }
}

const keyOf = ({ verb, group, version, resource, subresource, scope }: Labels) =>
  `${verb}\n${group}\n${version}\n${resource}\n${subresource}\n${scope}`

function labelsOf(record: RequestRecord, wanted: Attributes): Labels {
  const { isResource, path, group, resource, subresource } = wanted, scope = scopeOf(wanted), verb = reportedVerb(record, wanted, scope)
  if (!isResource) return { verb, group: '', version: '', resource: '', subresource: path, scope }
  return { verb, group, version: versionIn(record.path), resource, subresource, scope }
}

/**
 * Upstream measures what has a handler. Anything else is left out here as well, or the names that somebody invents would fill the
 * memory.
 */
const isRouted = ({ wanted, routed, path }: RequestRecord): boolean => (wanted!.isResource ? routed === true : health.has(path))

function dryRunOf(query: URLSearchParams): string {
  if (query.size === 0) return ''
  const values = query.getAll('dryRun')
  return values.length === 0 ? '' : values.every(value => value === 'All') ? 'All' : 'invalid'
}

interface Value { metricName?: string; labels: Record<string, string>; value: number }
interface Metric { name: string; help: string; type: 'counter' | 'gauge' | 'histogram'; values: Value[] }

function histogram({ labels: own, dryRun, count, sum, buckets }: Series): Value[] {
  const metric = 'apiserver_request_duration_seconds', labels = { component, dry_run: dryRun, ...own }
  let below = 0
  return [
    ...buckets.map((inBucket, index) => {
      below += inBucket
      return { metricName: `${metric}_bucket`, labels: { ...labels, le: String(bounds[index]) }, value: below }
    }),
    { metricName: `${metric}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${metric}_sum`, labels, value: sum },
    { metricName: `${metric}_count`, labels, value: count },
  ]
}

function sumByResource(counted: Iterable<{ labels: Labels; count: number }>): Value[] {
  const sums = new Map<string, { labels: Record<string, string>; value: number }>()
  for (const { labels: { group, version, resource }, count } of counted) {
    const key = `${group}/${version}/${resource}`, found = sums.get(key)
    if (found) found.value += count
    else sums.set(key, { labels: { group, version, resource }, value: count })
  }
  return [...sums.values()]
}

function storedObjects({ registry, store }: { registry: Registry; store: Pick<Store, 'count'> }): Metric[] {
  const stored = new Map<string, { group: string; resource: string; value: number }>()
  for (const kind of registry.kinds) {
    const { group, plural: resource } = kind.storedAs?.kind ?? kind
    stored.set(`${group}/${resource}`, { group, resource, value: store.count(storePrefix(kind)) })
  }
  const all = [...stored.values()]
  return [
    {
      name: 'apiserver_resource_objects', type: 'gauge',
      help: '[ALPHA] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
      values: all.map(({ group, resource, value }) => ({ labels: { group, resource }, value })),
    },
    {
      name: 'apiserver_storage_objects', type: 'gauge',
      help: '[STABLE] [DEPRECATED, consider using apiserver_resource_objects instead] Number of stored objects at the time of last ' +
        'check split by kind. In case of a fetching error, the value will be -1. (Deprecated since 1.34.0)',
      values: all.map(({ group, resource, value }) => ({ labels: { resource: group ? `${resource}.${group}` : resource }, value })),
    },
  ]
}

/** Of the whole process: several clusters may share it. */
function ofProcess(): Metric[] {
  const { user, system } = process.cpuUsage()
  const metric = (name: string, type: Metric['type'], help: string, value: number): Metric => ({ name, type, help, values: [{ labels: {}, value }] })
  return [
    metric('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.', (user + system) / 1e6),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', process.memoryUsage.rss()),
    metric('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.', performance.timeOrigin / 1000),
  ]
}

/** prom-client writes them, as it would its own; it is loaded when first asked for. */
async function format(metrics: readonly Metric[]): Promise<{ contentType: string; body: string }> {
  const loaded = await import('prom-client') as typeof import('prom-client') & { default: typeof import('prom-client') }
  // The bundle knows a package that is CommonJS by its default alone.
  const { Registry: Registered } = loaded.default
  const registered = new Registered()
  for (const metric of metrics) registered.registerMetric({ ...metric, get: async () => metric } as never)
  return { contentType: registered.contentType, body: await registered.metrics() }
}
