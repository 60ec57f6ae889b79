import type { Kind } from '../../api/kind.ts'
import type { Random } from '../../api/random.ts'
import { deleteBody, objectBody, patchBody, rawBody, type FuzzBody } from './bodies.ts'
import { chance, oddTexts, pick } from './values.ts'

export interface FuzzRequest {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string>
  body?: Buffer
}

const methods = [...Array(5).fill('GET'), ...Array(6).fill('POST'), ...Array(4).fill('PUT'), ...Array(7).fill('PATCH'), 'DELETE']
const oddMethods = ['HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'LINK']
const names = ['a', 'a', 'web', 'web', 'b', 'c']
const namespaces = ['contract', 'contract', 'contract', 'contract', 'contract', 'default', 'kube-system', 'none']
const subresources = ['status', 'scale', 'log', 'exec', 'attach', 'portforward', 'proxy', 'eviction', 'binding', 'token',
  'finalize', 'approval', 'ephemeralcontainers', 'resize', 'odd', '__proto__']
const otherPaths = [
  '/', '/api', '/apis', '/api/', '/apis/', '/api/v1', '/apis/apps', '/apis/apps/v1', '/apis/odd', '/apis/odd/v1', '/openapi/v2',
  '/openapi/v3', '/openapi/v3/api/v1', '/openapi/v3/apis/__proto__/v1',
  '/version', '/healthz', '/livez', '/readyz', '/livez/ping', '/readyz/odd', '/metrics', '/logs', '/ui', '/swagger.json',
  '/.well-known/openid-configuration', '/openid/v1/jwks', '/favicon.ico',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  '/apis/authentication.k8s.io/v1/tokenreviews',
  '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  '/apis/authorization.k8s.io/v1/namespaces/contract/localsubjectaccessreviews', '/api/v1/namespaces/contract/bindings',
  '/api/v1/componentstatuses',
  '/apis/metrics.k8s.io/v1beta1/nodes', '/apis/metrics.k8s.io/v1beta1/namespaces/contract/pods', '/api/v1/watch/pods',
  '/api/v1/watch/namespaces/contract/pods/a',
]
const selectors = ['', 'a=b', 'a!=b', 'a in (b,c)', 'a notin ()', '!a', 'a', 'a=', '=', ',,', 'a in', 'a in (', 'a>1', 'a<x',
  '__proto__=x', 'metadata.name=a', 'metadata.name!=a', 'spec.nodeName=x', 'status.phase=Running',
  'metadata.namespace=contract', 'odd.field=x', 'a=\\', 'a=b'.repeat(200), 'é=x']
const versions = ['', '0', '1', '5', '99999999', '-1', 'x', '1e3', '18446744073709551616', '__proto__']
const booleans = ['true', 'false', '1', '0', '', 'x']
const options: Record<string, readonly string[]> = {
  labelSelector: selectors, fieldSelector: selectors, resourceVersion: versions,
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'odd', ''],
  limit: ['1', '0', '-1', '500', 'x', '9223372036854775808'],
  continue: ['', 'x', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiJhIn0', 'e30', 'bnVsbA', 'MQ', 'é'], watch: booleans,
  timeoutSeconds: ['0', '1', '-1', 'x', '99999999999'],
  allowWatchBookmarks: booleans, sendInitialEvents: booleans, dryRun: ['All', 'x', ''],
  fieldManager: ['me', '', 'x'.repeat(200), '\n'], fieldValidation: ['Strict', 'Warn', 'Ignore', 'odd'],
  force: booleans, pretty: booleans, includeObject: ['None', 'Object', 'Metadata', 'odd'],
  gracePeriodSeconds: ['0', '-1', 'x', '30'], propagationPolicy: ['Foreground', 'Orphan', 'Background', 'odd'],
  orphanDependents: booleans, container: ['web', 'odd', '__proto__'], tailLines: ['1', '-1', 'x'],
  sinceTime: ['x', '2026-01-01T00:00:00Z'], limitBytes: ['0', '1', '-1'], follow: ['false', 'x'], previous: booleans,
  timeout: ['1s', 'x', '0'], exclude: ['ping', 'odd'], verbose: booleans, hash: ['x'], __proto__x: ['x'],
}
const accepts = [
  'application/json', '*/*', '', 'application/yaml', 'application/vnd.kubernetes.protobuf',
  'application/vnd.kubernetes.protobuf, */*', 'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', 'application/yaml;as=Table;v=v1beta1;g=meta.k8s.io',
  'text/html', 'application/json;q=0', ';;;,,,q=x', 'application/json;as=__proto__;v=v1;g=meta.k8s.io',
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf', 'a/b;'.repeat(500),
]

/** One request that a client might send by mistake or by malice; the same seed gives the same requests. */
export function fuzzRequest(kinds: readonly Kind<any>[], random: Random): FuzzRequest {
  const method = chance(random, 3) ? pick(random, oddMethods) : pick(random, methods)
  const kind = pick(random, kinds), name = pick(random, names)
  const path = pathFor(kind, name, method, random)
  const headers: Record<string, string> = { accept: chance(random, 60) ? 'application/json' : pick(random, accepts) }
  if (chance(random, 5)) headers['accept-encoding'] = pick(random, ['gzip', 'br', 'gzip;q=0', 'x'])
  if (chance(random, 3)) headers['user-agent'] = pick(random, ['', 'x'.repeat(3000), 'kubectl/v1.36 (a/b)', '/', '__proto__/1'])
  if (chance(random, 3)) headers['impersonate-user'] = pick(random,
    ['ann', '', 'system:serviceaccount:a:b', 'system:anonymous', '__proto__'])
  if (chance(random, 2)) headers['impersonate-group'] = pick(random, ['', 'system:masters', 'x'])
  if (chance(random, 2)) headers['impersonate-extra-%zz'] = 'x'
  if (chance(random, 1)) headers.authorization = pick(random,
    ['Bearer ', 'Bearer a.b.c', 'Bearer e30.e30.e30', 'Basic eA==', 'x'])
  if (chance(random, 3)) headers['if-none-match'] = pick(random, ['"x"', '*', '', 'W/"x"'])
  const body = bodyFor(kind, name, method, random)
  if (body) headers['content-type'] = body.type
  return { method, url: path + queryFor(method, random), headers, ...body ? { body: body.bytes } : {} }
}

function pathFor(kind: Kind<any>, name: string, method: string, random: Random): string {
  if (chance(random, 8)) return pick(random, otherPaths)
  const root = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
  const inside = kind.namespaced && chance(random, 95) || chance(random, 3) ? `/namespaces/${pick(random, namespaces)}` : ''
  let path = `${root}${inside}/${kind.plural}`
  if (method !== 'POST' && chance(random, method === 'GET' ? 50 : 97) || chance(random, 5)) path += `/${name}`
  if (chance(random, 10)) path += `/${pick(random, subresources)}`
  if (chance(random, 7)) {
    const parts = path.split('/'), at = 1 + random.integer(parts.length - 1)
    const odd = pick(random, oddTexts)
    parts[at] = chance(random, 50) ? encodeURIComponent(wellFormed(odd)) : odd.replace(/[^!-~]/g, 'x').replace(/[#?]/g, 'x')
    path = parts.join('/')
  }
  if (chance(random, 1)) path += pick(random, ['/', '//', '/..', '/%2e%2e/x', '/%zz', '/%c3%28', ';x', '/' + 'a'.repeat(8000)])
  return path
}

const wellFormed = (text: string) => text.replace('\ud800', '\ufffd')

function queryFor(method: string, random: Random): string {
  const search = new URLSearchParams()
  for (let left = chance(random, method === 'GET' ? 60 : 40) ? 1 + random.integer(3) : 0; left > 0; left--) {
    const key = pick(random, Object.keys(options))
    search.append(key, chance(random, 5) ? wellFormed(pick(random, oddTexts)) : pick(random, options[key]))
  }
  const text = search.toString()
  return (text && `?${text}`) + (chance(random, 1) ? pick(random, ['?', '?%zz', '?=', '?&&&', '?a=%ff', '?watch']) : '')
}

function bodyFor(kind: Kind<any>, name: string, method: string, random: Random): FuzzBody | undefined {
  if (chance(random, 2)) return rawBody(random)
  if (method === 'POST' || method === 'PUT') return objectBody(kind, name, random)
  if (method === 'PATCH') return patchBody(kind, name, random)
  if (method === 'DELETE' && chance(random, 40)) return deleteBody(random)
  return undefined
}
