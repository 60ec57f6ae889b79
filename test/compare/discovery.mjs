// Discovery in every form: plain and aggregated documents word by word, what is answered to other methods and types, and what
// kubectl makes of it.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findKubectl } from '../../dist/find-kubectl.js'
import { ask, both, differences } from './pair.mjs'

const run = promisify(execFile)
const aggregated = version => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
const protobufToo = version => aggregated(version).replace('json', 'vnd.kubernetes.protobuf')

const accepts = [
  '', '*/*', 'application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf,application/json', 'text/plain', 'text/html',
  'application/*', 'application/json;q=0.5,application/yaml', 'application/json;g=meta.k8s.io;v=v1;as=Table',
  aggregated('v2'), aggregated('v2beta1'), `${aggregated('v2')},${aggregated('v2beta1')},application/json`,
  `${aggregated('v2beta1')},application/json`, `${aggregated('v3')},application/json`, `application/json,${aggregated('v2')}`,
  `${protobufToo('v2')},${aggregated('v2')}`, aggregated('v2').replace('json', 'yaml'),
  `${aggregated('v2')};profile=nopeer`, `${aggregated('v2')};profile=unmerged`, 'application/vnd.kubernetes.protobuf', 'nonsense',
]
const commands = [
  'api-versions', 'api-resources', 'api-resources -o wide', 'api-resources -o name', 'api-resources --no-headers', 'api-resources --namespaced=true',
  'api-resources --namespaced=false -o wide', 'api-resources --categories=all', 'api-resources --categories=api-extensions -o name',
  'api-resources --categories=all,api-extensions', 'api-resources --categories=nope', 'api-resources --verbs=list,get -o name',
  'api-resources --verbs=create -o wide', 'api-resources --verbs=deletecollection,watch', 'api-resources --verbs=nope',
  'api-resources --sort-by=name', 'api-resources --sort-by=kind -o wide', 'api-resources --sort-by=nope', 'api-resources -o json',
  'api-resources -o yaml', 'api-resources --api-group=apps', 'api-resources --api-group=', 'api-resources --api-group=autoscaling -o wide',
  'api-resources --api-group=nope.example', 'api-resources --cached', 'api-resources extra', 'api-resources -o nope',
  'get --raw /api', 'get --raw /apis', 'get --raw /apis/apps', 'get --raw /apis/apps/v1', 'get --raw /apis/autoscaling/',
]

/** Compares every document, and the words of kubectl. */
export async function compare(pair, report) {
  const { text } = await ask(pair.real, { path: '/apis' })
  const groups = JSON.parse(text).groups.flatMap(({ name, versions }) =>
    [`/apis/${name}`, ...versions.map(({ groupVersion }) => `/apis/${groupVersion}`)])
  const paths = ['/api', '/apis', '/api/v1', ...groups]
  const headers = ['content-type', 'cache-control', 'vary', 'allow', 'location']
  const odd = ['/api/', '/apis/', '/api/v2', '/api/v1/', '/apis/apps/', '/apis/apps/v1/', '/apis/apps/v9', '/apis/nope', '/apis/nope/v1', '/',
    '/apis/batch/v1beta1', '/apis//v1', '/api//', '/apis/v1', '/version', '/version/', '/apis/APPS', '/api/V1']
  for (const path of [...paths, ...odd]) await same(path, { path })
  for (const path of ['/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1', '/version', '/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1']) {
    if (!path.startsWith('/openapi')) for (const accept of accepts) await same(`${path} as ${accept}`, { path, headers: { accept } })
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) await same(`${method} ${path}`, { path, method })
  }
  for (const path of ['/api?pretty=true', '/apis/apps/v1?pretty=1', '/api/v1?watch=true&limit=1', '/apis?nope=x']) await same(path, { path })
  await compareTags(pair, report)
  await compareCommands(pair, report)

  async function same(title, request) {
    const { real, ours, differences: found } = await both(pair, request, { headers, shape })
    // Protobuf and YAML as they came, but for addresses and builds.
    const bare = ({ text }) => text.replace(/[\d.]+:\d+/g, 'ADDRESS').replace(/^k8s\0[^]*ADDRESS/, 'k8s')
    const texts = /^\/(version|openapi|$)/.test(request.path) ? [] : differences(bare(real), bare(ours), '/text')
    report(title, [...found.filter(line => !/^.body(: |.(gitCommit|gitTreeState|goVersion|compiler|buildDate))/.test(line)), ...texts])
  }
}

/** Addresses are the servers' own; the text itself tells the order of keys. */
function shape(document) {
  if (typeof document !== 'object' || document === null) return document
  const { serverAddressByClientCIDRs: addresses, ...rest } = document
  if (document.swagger) return { swagger: document.swagger }
  if (document.paths && !Array.isArray(document.paths)) return { paths: Object.keys(document.paths) }
  return { ...rest, ...addresses ? { addresses: addresses.map(({ clientCIDR }) => clientCIDR) } : {}, keys: keysOf(document) }
}
function keysOf(value) {
  if (typeof value !== 'object' || value === null) return ''
  return Array.isArray(value) ? value.map(keysOf).join() : `{${Object.entries(value).map(([key, child]) => key + keysOf(child)).join()}}`
}

/** Whether what a client has kept is answered with 304, and what a hash in the address does. */
async function compareTags(pair, report) {
  const probe = async side => {
    const seen = []
    for (const [path, accept] of [['/api', aggregated('v2')], ['/apis', aggregated('v2')], ['/openapi/v3', 'application/json'],
      ['/openapi/v3/apis/apps/v1', 'application/json'], ['/openapi/v2', 'application/json'], ['/apis/apps/v1', 'application/json']]) {
      const { headers: { etag } } = await ask(side, { path, headers: { accept } })
      for (const sent of [etag ?? 'none', 'W/' + etag, '"other"', '*', `"a", ${etag}`]) {
        const { status, headers } = await ask(side, { path, headers: { accept, 'if-none-match': sent } })
        seen.push([path, sent === etag ? 'same' : sent.replace(etag, 'same'), status, headers.etag === etag, headers.vary, headers['cache-control']])
      }
    }
    const index = JSON.parse((await ask(side, { path: '/openapi/v3' })).text).paths['apis/apps/v1'].serverRelativeURL
    const hashed = await ask(side, { path: index })
    seen.push(['hashed', 'document', hashed.status, hashed.headers['cache-control'], hashed.headers.vary, Boolean(hashed.headers.expires), hashed.headers.etag === `"${index.split('=')[1]}"`])
    for (const query of ['?hash=NOPE', '?hash=', '?other=1', `?hash=${'0'.repeat(128)}`]) {
      const { status, headers, text } = await ask(side, { path: `/openapi/v3/apis/apps/v1${query}` })
      seen.push([query, status, headers['cache-control'], headers.location?.replace(/[0-9A-F]{128}/, 'HASH'), text.length < 200 ? text : 'document'])
    }
    for (const path of ['/openapi', '/openapi/', '/openapi/v2/', '/openapi/v3/', '/openapi/v3/apis/nope/v1', '/openapi/v3/nope', '/openapi/v4', '/swagger.json']) {
      for (const accept of ['application/json', 'text/plain', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf']) {
        const { status, headers, text } = await ask(side, { path, headers: { accept } })
        seen.push([path, accept, status, headers['content-type'], text.length < 200 ? text : 'document'])
      }
    }
    return Object.fromEntries(seen.map(([first, second, ...rest]) => [`${first} ${second}`, rest.map(value => value ?? null)]))
  }
  const [real, ours] = await Promise.all([probe(pair.real), probe(pair.ours)])
  for (const key of new Set([...Object.keys(real), ...Object.keys(ours)])) report(`tag ${key}`, differences(real[key], ours[key]))
}

async function compareCommands(pair, report) {
  const kubectl = process.env.KUBECTL ?? await findKubectl()
  const folder = mkdtempSync(path.join(tmpdir(), 'mimikube-compare-'))
  const said = async (side, name, command) => {
    const options = ['--kubeconfig', side.kubeconfig, '--cache-dir', path.join(folder, name)]
    const { stdout = '', stderr = '', code = 0 } = await run(kubectl, [...command.split(' '), ...options]).catch(error => error)
    return { stdout: stdout.replace(/"serverAddress":"[^"]*"/, ''), stderr, code }
  }
  for (const command of commands) {
    const [real, ours] = await Promise.all([said(pair.real, 'real', command), said(pair.ours, 'ours', command)])
    report(`kubectl ${command}`, differences(lines(real), lines(ours)))
  }
  rmSync(folder, { recursive: true, force: true })
}
const lines = ({ stdout, stderr, code }) => ({ stdout: stdout.split('\n'), stderr: stderr.split('\n'), code })
