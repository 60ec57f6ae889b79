// What a client asks first.
import { both } from './pair.mjs'

export async function compare(pair, report) {
  for (const path of ['/version', '/healthz', '/livez', '/readyz', '/api', '/apis', '/apis/apps', '/apis/apps/v1', '/api/v1']) {
    report(path, (await both(pair, { path })).differences)
  }
}
