/** `/healthz`, `/livez` and `/readyz` (apiserver, server/healthz, 1.36): text, verbose on request, a path for each check. */

/** What the process knows of itself; a check that is false fails. */
export interface Health { informersSynced: boolean; shuttingDown: boolean }

type Check = { name: string; passes(health: Health): boolean }

const always = (name: string): Check => ({ name, passes: () => true })
const hook = (name: string): Check => always(`poststarthook/${name}`)

/** What upstream starts after it has begun to listen, in its order; here all of it has happened before. */
const hooks: readonly Check[] = [
  'start-apiserver-admission-initializer', 'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer', 'priority-and-fairness-filter', 'storage-object-count-tracker-hook',
  'start-apiextensions-informers', 'start-apiextensions-controllers', 'crd-informer-synced',
  'start-system-namespaces-controller', 'peer-endpoint-reconciler-controller',
  'start-cluster-authentication-info-controller', 'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector', 'storage-readiness',
  'start-legacy-token-tracking-controller', 'start-service-ip-repair-controllers', 'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes', 'priority-and-fairness-config-producer', 'bootstrap-controller',
  'start-kubernetes-service-cidr-controller', 'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller', 'apiservice-status-remote-available-controller',
  'apiservice-registration-controller', 'apiservice-wait-for-first-sync', 'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
].map(hook)
const lastHooks: readonly Check[] = ['apiservice-openapi-controller', 'apiservice-openapiv3-controller'].map(hook)

const started = [...hooks, always('autoregister-completion'), ...lastHooks]
const live = [always('ping'), always('log'), always('loopback-serving-certificate'), always('etcd'), ...started]
const ready: Check[] = [
  always('ping'), always('log'), { name: 'informer-sync', passes: health => health.informersSynced }, ...started,
  { name: 'shutdown', passes: health => !health.shuttingDown },
]
const endpoints = new Map([['healthz', live], ['livez', live], ['readyz', ready]])

/** Every path that is answered here. */
export const healthPaths: readonly string[] =
  [...endpoints].flatMap(([name, checks]) => [`/${name}`, ...checks.map(check => `/${name}/${check.name}`)])

/**
 * The answer for a health path, undefined for any other; `bare` when nobody says that its type must not be guessed. No method is
 * looked at, as upstream.
 */
export function checkHealth(path: string, query: URLSearchParams, health: Health): { code: number; text: string; bare?: boolean } | undefined {
  const [, name, ...rest] = path.split('/')
  const checks = endpoints.get(name)
  if (!checks) return undefined
  if (rest.length > 0) {
    const check = checks.find(candidate => candidate.name === rest.join('/'))
    if (!check) return undefined
    return check.passes(health) ? { code: 200, text: 'ok', bare: true } : { code: 500, text: `internal server error: ${check.name} failed\n` }
  }

  const excluded = new Set(query.getAll('exclude')), unknown = new Set(excluded)
  let report = '', failed = false
  for (const check of checks) {
    if (excluded.has(check.name)) {
      unknown.delete(check.name)
      report += `[+]${check.name} excluded: ok\n`
    } else if (check.passes(health)) {
      report += `[+]${check.name} ok\n`
    } else {
      failed = true
      report += `[-]${check.name} failed: reason withheld\n`
    }
  }
  if (unknown.size > 0) {
    const names = [...unknown].sort().map(exclusion => JSON.stringify(exclusion)).join(', ')
    report += `warn: some health checks cannot be excluded: no matches for ${names}\n`
  }
  if (failed) return { code: 500, text: `${report}${name} check failed\n` }
  return { code: 200, text: query.has('verbose') ? `${report}${name} check passed\n` : 'ok' }
}
