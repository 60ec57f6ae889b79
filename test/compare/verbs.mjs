// Everything about requests that is neither validation nor patches nor access: reads in every form over every served kind, options
// and their refusals, bodies that can't be read, paths and methods that lead nowhere, and what the server says of itself.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { transformSync } from 'esbuild'
import { ask, both } from './pair.mjs'
import { bodyRequests } from './requests/bodies.mjs'
import { fieldSelectors, labelSelectors } from './requests/selectors.mjs'
import { pathRequests, serverRequests } from './requests/paths.mjs'
import { accepts, negotiated } from './requests/media.mjs'
import { optionRequests, versionRequests } from './requests/options.mjs'
import { deleteRequests, methodRequests, subresourceRequests } from './requests/methods.mjs'

const namespace = 'verbs-all'
/** Kinds whose objects would change the shared cluster for everybody: only what is there already is read. */
const onlyRead = new Set(['Node', 'APIService', 'ServiceCIDR', 'CustomResourceDefinition', 'IPAddress'])
/** What controllers and kubelets write at their own pace. */
const unstable = new Set(['status', 'managedFields', 'generation', 'deletionGracePeriodSeconds'])

export async function compare(pair, report) {
  const kinds = await servedKinds(pair)
  await prepare(pair, kinds)
  try {
    for (const kind of kinds) await compareAll(pair, report, perKind(kind))
    await compareAll(pair, report, once())
    await continued(pair, report)
  } finally {
    await tidy(pair, kinds)
  }
}

/** Every kind that both serve and can hold objects of ours: where it is, an example, what may be done. */
async function servedKinds({ real }) {
  const url = new URL('../api/kind-examples.ts', import.meta.url)
  const { code } = transformSync(readFileSync(url, 'utf8'), { loader: 'ts', format: 'esm' })
  const { kindExamples, exampleOf } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
  const groups = JSON.parse((await ask(real, { path: '/apis' })).text).groups.flatMap(({ versions }) => versions.map(each => `/apis/${each.groupVersion}`))
  // Somebody else's API service may be down.
  const lists = (await Promise.all(['/api/v1', ...groups].map(async path => ({ path, answer: await ask(real, { path }) }))))
    .filter(({ answer }) => answer.status === 200).map(({ path, answer }) => ({ path, list: JSON.parse(answer.text) }))
  return lists.flatMap(({ path, list }) => list.resources.filter(each => !each.name.includes('/')).flatMap(({ name: plural, kind, namespaced }) => {
    if (!kindExamples[`${list.groupVersion} ${kind}`]) return []
    const [version, group = ''] = list.groupVersion.split('/').toReversed()
    const make = (word, metadata = {}) => quiet(exampleOf({ group, version, kind, namespaced }, word, { ...namespaced ? { namespace } : {}, ...metadata }))
    const collection = `${path}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}`
    const one = make('verbs-one', { labels: { app: 'one', tier: 'verbs' } }), two = make('verbs-two', { labels: { app: 'two', tier: 'verbs' } })
    return [{ group, version, kind, plural, namespaced, collection, all: `${path}/${plural}`, one, two, make, writable: !onlyRead.has(kind),
      object: `${collection}/${onlyRead.has(kind) ? 'mimikube' : one.metadata.name}` }]
  }))
}

/** Pods that no node takes: their status then is the API server's alone. */
function quiet(object) {
  const walk = value => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value.containers) && value.containers[0]?.image) value.nodeSelector = { 'verbs.example.com/nowhere': 'yes' }
    Object.values(value).forEach(walk)
  }
  walk(object)
  if (object.kind === 'Job') object.spec.suspend = true
  if (['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'].includes(object.kind)) object.spec.replicas = 0
  return object
}

async function prepare({ real, ours }, kinds) {
  for (const side of [real, ours]) {
    await ask(side, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } })
    await until(async () => (await ask(side, { path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` })).status === 200)
    for (const { writable, collection, one, two } of kinds) {
      if (!writable) continue
      for (const body of [one, two]) await ask(side, { method: 'POST', path: collection, body })
    }
  }
}

async function tidy({ real }, kinds) {
  for (const { writable, namespaced, collection, one, two } of kinds) {
    if (writable && !namespaced) for (const { metadata } of [one, two]) await ask(real, { method: 'DELETE', path: `${collection}/${metadata.name}` })
  }
  await ask(real, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
}

async function until(condition) {
  for (let left = 100; left > 0; left--) {
    if (await condition()) return
    await sleep(100)
  }
}

/** All that is asked of each kind. `mine` selects our own objects where others have some of the kind too. */
function perKind(kind) {
  const mine = 'labelSelector=tier%3Dverbs'
  return [
    ...negotiated(kind, mine), ...fieldSelectors(kind), ...methodRequests(kind), ...subresourceRequests(kind),
  ].map(request => ({ ...request, title: `${kind.group || 'core'}/${kind.plural} ${request.title ?? ''}` }))
}

const once = () => [
  ...labelSelectors(namespace), ...accepts(namespace), ...optionRequests(namespace), ...versionRequests(namespace), ...bodyRequests(namespace),
  ...pathRequests(namespace), ...deleteRequests(namespace), ...serverRequests(),
]

async function compareAll(pair, report, requests) {
  const waiting = [...requests]
  const lane = async () => {
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      const { title = '', headers = {}, look = [] } = request
      // A connection that is cut is a difference, not the end.
      const { differences } = await both(pair, request, { shape, headers: [...look, 'content-type', 'warning', 'allow', 'location'] })
        .catch(error => ({ differences: [String(error)] }))
      const extra = Object.keys(headers).length ? ` ${JSON.stringify(headers)}` : ''
      const body = request.body === undefined ? '' : ` ${(typeof request.body === 'string' ? request.body : JSON.stringify(request.body)).slice(0, 120)}`
      report(`${title} ${request.method ?? 'GET'} ${request.path.slice(0, 200)}${extra}${body}`, differences)
    }
  }
  // Requests that write are told one after the other.
  const parallel = requests.every(({ writes }) => !writes) ? 8 : 1
  await Promise.all(Array.from({ length: parallel }, lane))
}

const own = new Set(['continue', 'gitCommit', 'gitTreeState', 'gitVersion', 'goVersion', 'compiler', 'buildDate', 'platform', 'serverAddress'])

/** Answers without what need not be the same; a watch is taken apart into its events. */
function shape(answer) {
  // Ages and certificates; what is built with what, and where it listens.
  if (typeof answer === 'string') return answer.replace(/^(\d+[smhdy])+$/, '<age>').replace(/^-----BEGIN[^]*/, '<pem>')
  if (Array.isArray(answer)) return answer.map(shape)
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).filter(([key]) => !unstable.has(key) || typeof answer[key] !== 'object')
    .map(([key, value]) => [key, own.has(key) ? '<own>' : shape(value)]))
}

/** Pages: the token of one answer is needed for the next, so both are asked step by step. */
async function continued(pair, report) {
  const path = `/api/v1/namespaces/${namespace}/configmaps`
  const first = side => ask(side, { path: `${path}?limit=1` }).then(({ text }) => JSON.parse(text).metadata.continue)
  const tokens = { real: await first(pair.real), ours: await first(pair.ours) }
  const changed = change => token => {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString())
    return Buffer.from(JSON.stringify(change(value))).toString('base64url')
  }
  const variants = {
    plain: token => token, cut: token => token.slice(0, -3), long: token => `${token}AAAA`, padded: token => `${token}==`,
    version: changed(value => ({ ...value, v: 'meta.k8s.io/v2' })), noVersion: changed(value => ({ ...value, v: undefined })),
    zero: changed(value => ({ ...value, rv: 0 })), minus: changed(value => ({ ...value, rv: -1 })), tooMinus: changed(value => ({ ...value, rv: -2 })),
    old: changed(value => ({ ...value, rv: 1 })), future: changed(value => ({ ...value, rv: 99999999999 })), text: changed(value => ({ ...value, rv: 'x' })),
    noStart: changed(value => ({ ...value, start: undefined })), outside: changed(value => ({ ...value, start: '../../secrets/' })),
    dots: changed(value => ({ ...value, start: '../x' })), slash: changed(value => ({ ...value, start: '/x' })), list: () => Buffer.from('[]').toString('base64url'),
  }
  const queries = ['', '&limit=1', '&limit=0', '&resourceVersion=0', '&resourceVersion=5', '&resourceVersionMatch=Exact', '&resourceVersion=5&resourceVersionMatch=Exact',
    '&resourceVersionMatch=NotOlderThan', '&labelSelector=app%3Done', '&fieldSelector=metadata.name%3Dverbs-two', '&watch=true&timeoutSeconds=1']
  for (const [name, make] of Object.entries(variants)) {
    for (const query of name === 'plain' ? queries : queries.slice(0, 2)) {
      const target = token => `${path}?continue=${encodeURIComponent(make(token))}${query}`
      const [theirs, own] = await Promise.all([ask(pair.real, { path: target(tokens.real) }), ask(pair.ours, { path: target(tokens.ours) })])
      const { differences } = await compared(theirs, own)
      report(`continue ${name} ${query}`, differences)
    }
  }
}

async function compared(theirs, own) {
  const { differences } = await import('./pair.mjs')
  const { normalise } = await import('../recorded/play.mjs')
  const read = ({ status, headers, text }) => ({ status, type: headers['content-type'], body: parsed(normalise(text)) })
  return { differences: differences(read(theirs), read(own)) }
}

function parsed(text) {
  try { return shape(JSON.parse(text)) } catch { return text }
}
