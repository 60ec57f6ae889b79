/** `/healthz`, `/livez` and `/readyz` (apiserver, server/healthz, 1.36): text, verbose on request, a path for each check. */

/** What the process knows of itself; a check that is false fails. */
export interface Health { informersSynced: boolean; shuttingDown: boolean }

type Check = { name: string; passes(health: Health): boolean }

const always = (name: string): Check => ({ name, passes: () => true })
const live = [always('ping'), always('log'), always('etcd'), always('autoregister-completion')]
const ready: Check[] = [
  always('ping'), always('log'), { name: 'informer-sync', passes: health => health.informersSynced },
  always('autoregister-completion'),
  { name: 'shutdown', passes: health => !health.shuttingDown },
]
const endpoints = new Map([['healthz', live], ['livez', live], ['readyz', ready]])

/** Every path that is answered here. */
export const healthPaths: readonly string[] =
  [...endpoints].flatMap(([name, checks]) => [`/${name}`, ...checks.map(check => `/${name}/${check.name}`)])

/** The answer for a health path, undefined for any other. No method is looked at, as upstream. */
export function checkHealth(path: string, query: URLSearchParams, health: Health): { code: number; text: string } | undefined {
  const [, name, ...rest] = path.split('/')
  const checks = endpoints.get(name)
  if (!checks) return undefined
  if (rest.length > 0) {
    const check = checks.find(candidate => candidate.name === rest.join('/'))
    if (!check) return undefined
    return check.passes(health) ? { code: 200, text: 'ok' } : { code: 500, text: `internal server error: ${check.name} failed\n` }
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
