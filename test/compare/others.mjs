// Kinds besides the workloads: what is stored of valid objects, and what is answered to objects with each value made wrong, when
// created, updated and written through their subresources. KINDS=Ingress,… limits the kinds, PARTS=create,update,status the parts,
// SAMPLE=N takes every Nth request only.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { ask, differences } from './pair.mjs'
import { mutations, names, replaced } from './others/mutations.mjs'

const folder = fileURLToPath(new URL('./others/', import.meta.url))
const { KINDS = '', PARTS = 'create,update,status', SAMPLE = '1' } = process.env
const chosen = (list, item) => list === '' || list.split(',').includes(item)
const atOnce = 12
const typed = new Set(['kind', 'apiVersion']), unmoved = new Set(['metadata', 'status', ...typed])
/** Written by controllers of the real one while we look. */
const selfWritten = new Set(['ServiceCIDR', 'FlowSchema', 'PriorityLevelConfiguration', 'CustomResourceDefinition', 'APIService', 'PersistentVolume',
  'PersistentVolumeClaim', 'ValidatingAdmissionPolicy', 'ClusterRole'])

export async function compare(pair, report) {
  const tally = createTally(report)
  const sides = [pair.real, pair.ours]
  await onBoth(pair, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'others' } } })
  for (const doc of await documents(pair)) {
    const { object, path, name, kind, stores, subresources } = doc
    if (chosen(PARTS, 'create')) await run(pair, tally, createRequests(doc))
    if (!stores) continue
    await onBoth(pair, { method: 'POST', path, body: object })
    try {
      const live = async () => Promise.all(sides.map(async side => JSON.parse((await ask(side, { path: `${path}/${name}` })).text)))
      const [stored] = await live()
      if (stored.kind !== kind) continue
      const shape = selfWritten.has(kind) ? withoutStatus : undefined
      if (chosen(PARTS, 'update')) await run(pair, tally, updateRequests(doc, await live()), shape)
      if (chosen(PARTS, 'status')) for (const part of subresources) await run(pair, tally, statusRequests(doc, part, await live()), shape)
    } finally {
      await onBoth(pair, { method: 'DELETE', path: `${path}/${name}` })
    }
  }
  await onBoth(pair, { method: 'DELETE', path: '/api/v1/namespaces/others' })
  tally.end()
}

const onBoth = ({ real, ours }, request) => Promise.all([ask(real, request), ask(ours, request)])

/** The objects of the YAML files, with where their kind is served. */
async function documents({ real }) {
  const found = [], lists = new Map()
  for (const file of readdirSync(folder).filter(name => name.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(readFileSync(folder + file, 'utf8'))) {
      const { 'x-no-store': noStore, ...object } = document.toJS(), { apiVersion, kind, metadata: { namespace, name } = {} } = object
      if (!chosen(KINDS, kind)) continue
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
      if (!lists.has(root)) lists.set(root, JSON.parse((await ask(real, { path: root })).text).resources)
      const resources = lists.get(root), resource = resources.find(entry => entry.kind === kind && !entry.name.includes('/'))
      found.push({
        object, kind, name, first: !found.some(other => other.kind === kind), path: `${root}/${namespace ? `namespaces/${namespace}/` : ''}${resource.name}`, stores: !noStore && resource.verbs.includes('get'),
        subresources: resources.filter(entry => entry.name.startsWith(`${resource.name}/`) && entry.kind === kind && entry.verbs.includes('update'))
          .map(entry => entry.name.split('/')[1]),
      })
    }
  }
  return found
}

const dry = (path, validation = 'Strict') => `${path}?dryRun=All&fieldManager=compare&fieldValidation=${validation}`

function* createRequests({ object, path, kind, first }) {
  const post = (title, body, validation) => ({ title: `${kind} create ${title}`, requests: [{ method: 'POST', path: dry(path, validation), body }] })
  yield post('as it is', object)
  if (first) for (const key of ['name', 'generateName']) {
    for (const name of names) yield post(`${key} ${JSON.stringify(name)}`, replaced({ ...object, metadata: { ...object.metadata, name: undefined } }, ['metadata', key], name))
  }
  for (const { path: at, bad, object: body } of mutations(object, Object.keys(object).filter(key => !unmoved.has(key) || first && typed.has(key)))) {
    yield post(`${at} = ${bad.slice(0, 60)}`, body)
    if (bad.includes('unknownField')) for (const validation of ['Warn', 'Ignore']) yield post(`${at} = ${bad.slice(0, 60)} ${validation}`, body, validation)
  }
}

function* updateRequests({ path, name, kind, object }, [theirs, own]) {
  const put = (title, left, right) => ({ title: `${kind} update ${title}`, requests: [left, right].map(body => ({ method: 'PUT', path: dry(`${path}/${name}`), body })) })
  yield put('as it is', theirs, own)
  yield put('as it was sent', object, object)
  for (const { steps, path: at, bad, value, object: body } of mutations(theirs, Object.keys(theirs).filter(key => !unmoved.has(key)))) {
    yield put(`${at} = ${bad.slice(0, 60)}`, body, replaced(own, steps, value))
  }
}

function* statusRequests({ path, name, kind, object }, part, [theirs, own]) {
  const put = (title, change) => ({ title: `${kind} ${part} ${title}`,
    requests: [theirs, own].map(live => ({ method: 'PUT', path: dry(`${path}/${name}/${part}`), body: change(live) })) })
  yield put('as it is', live => live)
  yield put('as it was sent', () => object)
  yield put('labels', live => ({ ...live, metadata: { ...live.metadata, labels: { a: 'b' }, annotations: { c: 'd' } } }))
  yield put('no spec', live => ({ ...live, spec: undefined }))
  if (!object.status) return
  yield put('status', live => ({ ...live, status: object.status }))
  for (const { path: at, bad, object: { status } } of mutations({ status: object.status }, ['status'])) {
    yield put(`${at} = ${bad.slice(0, 60)}`, live => ({ ...live, status }))
  }
}

async function run({ real, ours }, tally, requests, shape = answer => answer) {
  const every = Number(SAMPLE)
  let count = 0
  const next = () => {
    for (;;) {
      const { value, done } = requests.next()
      if (done) return undefined
      if (count++ % every === 0) return value
    }
  }
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let entry = next(); entry; entry = next()) {
      const { title, requests: [left, right = left] } = entry
      const [theirs, own] = await Promise.all([askAnyway(real, left), askAnyway(ours, right)])
      tally.add(title, differences(read(theirs, shape, left), read(own, shape, right)))
    }
  }))
}

/** Some objects make the real one panic and hang up. */
const askAnyway = (side, request) => ask(side, request).catch(({ message }) => ({ status: 0, headers: {}, text: message }))

/** What must be the same of an answer. */
function read({ status, headers: { warning }, text }, shape, { body: { metadata } = {} }) {
  const generated = metadata?.generateName
  const plain = text.replace(/"uid":"[0-9a-f-]{36}"/g, '"uid":"<uid>"').replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"<time>"')
    .replace(/"resourceVersion":"\d+"/g, '"resourceVersion":"<rv>"').replace(/X509SHA256=[0-9a-f]{64}/g, 'X509SHA256=<hash>')
  const masked = generated ? plain.replaceAll(new RegExp(`${generated.slice(0, 58).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[a-z0-9]{5}`, 'g'), '<name>') : plain
  let body = masked
  try { body = shape(JSON.parse(masked)) } catch { /* compared as text */ }
  if (body?.metadata?.managedFields) delete body.metadata.managedFields
  for (const rules of [body?.status?.resourceRules, body?.status?.nonResourceRules]) sortRules(rules)
  return { status, ...warning ? { warning } : {}, body }
}

/** Upstream lists what somebody may do in the order of its maps. */
function sortRules(rules) {
  const text = rule => JSON.stringify(rule)
  for (const rule of rules ?? []) for (const list of Object.values(rule)) list.sort()
  rules?.sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

function withoutStatus({ status, ...body }) {
  if (typeof status !== 'object') return { status, ...body }
  const { finalizers: _, generation: __, ...metadata } = body.metadata
  return { ...body, metadata }
}

/** Of an error only the message, where that differs: the causes say the same again. */
function telling(lines) {
  const message = lines.filter(line => /^\/(status|warning|body\/message):/.test(line))
  return message.length > 0 && !message.every(line => line.startsWith('/warning')) ? message : lines.slice(0, 6)
}

/** Gathers what differs by cause: the first line that differs, without its numbers and list positions. */
function createTally(report) {
  const groups = new Map()
  let total = 0, same = 0
  return {
    add(title, lines) {
      total++
      if (lines.length === 0) { same++; report(title, []); return }
      const cause = `${title.split(' ').slice(0, 2).join(' ')} ${title.split(' ')[2]?.replace(/\.\d+/g, '[]')}: ${lines.map(line => line.split(':')[0]).slice(0, 2).join(' ')}`
      const group = groups.get(cause) ?? { count: 0, examples: [] }
      group.count++
      group.examples.push([title, ...telling(lines).map(line => `  ${line.replace(/a{290,}/g, 'a…a')}`)])
      groups.set(cause, group)
    },
    end() {
      const ordered = [...groups].sort(([, a], [, b]) => b.count - a.count)
      for (const [cause, { count, examples }] of ordered) report(`${count}× ${cause}`, examples.flat())
      console.log(`others: ${total} requests, ${same} answered the same`)
    },
  }
}
