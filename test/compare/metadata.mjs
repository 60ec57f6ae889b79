// Metadata that may not be so, on every kind of a table: names, generated names, labels, annotations, finalizers, owners, and what the
// server alone decides, on create, update, merge patch and apply; finalizers and their end; scales and statuses of all that have them.
import { setTimeout as sleep } from 'node:timers/promises'
import { normalise } from '../recorded/play.mjs'
import { ask, differences } from './pair.mjs'
import { kinds } from './patches/kinds.mjs'

const { KINDS = '' } = process.env
const owner = more => ({ apiVersion: 'nothing.example.com/v1', kind: 'Nothing', name: 'o', uid: 'u', ...more })
const long = 'x'.repeat(64), huge = 'y'.repeat(256 * 1024)

const names = ['', 'UPPER', 'a_b', '-a', 'a-', 'a.b', 'a..b', '1a', 'a'.repeat(63), 'a'.repeat(64), 'a'.repeat(254), 'ä', 'a b', '.', '..', 'a%b', '9', 'a-1.b-2']
const generateNames = ['g-', 'G-', 'g.', 'g'.repeat(60), 'g'.repeat(254), '-', 'ä-', 'g/', '9-', '']

/** One bad or odd thing each; `undefined` in an update means: left out. */
const metadatas = [
  { labels: { '': 'x' } }, { labels: { 'a/b/c': 'x' } }, { labels: { [long]: 'x' } }, { labels: { a: long } }, { labels: { a: 'b c' } }, { labels: { '-a': 'x' } }, { labels: { 'A.example.com/b': 'x' } }, { labels: { 'example.com/': 'x' } },
  { labels: { a: '-' } }, { labels: { a: '' } }, { labels: null }, { labels: { a: null } }, { labels: { a: 1 } }, { labels: [] }, { labels: 'x' },
  { annotations: { '': 'x' } }, { annotations: { 'a b': 'x' } }, { annotations: { 'UP.example.com/X': 'x' } }, { annotations: { a: huge } }, { annotations: { a: huge.slice(2), b: '' } }, { annotations: { a: true } }, { annotations: { [`${'d'.repeat(254)}/a`]: '' } },
  { finalizers: ['x'] }, { finalizers: [''] }, { finalizers: ['a/b'] }, { finalizers: ['a/b', 'a/b'] }, { finalizers: ['orphan', 'foregroundDeletion'] }, { finalizers: ['kubernetes'] }, { finalizers: ['a b/c'] }, { finalizers: [`a/${long}`] }, { finalizers: 'x' }, { finalizers: [1] }, { finalizers: [null] },
  { ownerReferences: [owner({})] }, { ownerReferences: [owner({ apiVersion: '' })] }, { ownerReferences: [owner({ kind: '' })] }, { ownerReferences: [owner({ name: '' })] }, { ownerReferences: [owner({ uid: '' })] }, { ownerReferences: [{}] }, { ownerReferences: [owner({ apiVersion: 'a/b/c' })] },
  { ownerReferences: [owner({ apiVersion: 'v1', kind: 'Event' })] }, { ownerReferences: [owner({ controller: true }), owner({ controller: true, uid: 'v', name: 'p' })] }, { ownerReferences: [owner({ controller: true }), owner({ controller: false, uid: 'v' })] },
  { ownerReferences: [owner({ blockOwnerDeletion: true, controller: true })] }, { ownerReferences: [owner({}), owner({})] }, { ownerReferences: [owner({}), owner({ name: 'other' })] }, { ownerReferences: [owner({ controller: 'yes' })] }, { ownerReferences: [owner({ nothing: 1 })] }, { ownerReferences: {} },
  { uid: 'mine' }, { uid: '' }, { resourceVersion: '5' }, { resourceVersion: '0' }, { resourceVersion: 'x' }, { resourceVersion: '-1' }, { resourceVersion: 7 }, { generation: 9 }, { generation: -1 }, { generation: 1.5 }, { generation: 'x' },
  { creationTimestamp: '2001-01-01T00:00:00Z' }, { creationTimestamp: 'yesterday' }, { creationTimestamp: null }, { deletionTimestamp: '2001-01-01T00:00:00Z' }, { deletionTimestamp: null }, { deletionGracePeriodSeconds: 5 }, { deletionGracePeriodSeconds: -1 }, { selfLink: '/x' },
  { namespace: 'other' }, { namespace: '' }, { namespace: 'UPPER' }, { clusterName: 'x' }, { generateName: 'g-' }, { generateName: 'G_' }, { managedFields: [] }, { managedFields: [{}] }, { managedFields: [{ manager: 'm', operation: 'Nope', apiVersion: 'v1' }] }, { managedFields: [{ manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'X' }] },
  { managedFields: [{ manager: 'm'.repeat(129), operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }] }, { managedFields: [{ manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:metadata': { 'f:labels': {} } } }] }, { managedFields: 'x' },
]

export async function compare(pair, report) {
  const chosen = kinds.filter(({ plural }) => (KINDS ? KINDS.split(',').includes(plural) : plural !== 'nodes' && plural !== 'namespaces'))
  const namespace = `patches-meta-${process.pid}`, causes = new Map()
  await both(pair, () => ({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }))
  const note = (title, lines) => {
    report(title, lines)
    for (const line of lines.slice(0, 1)) {
      const cause = `${title.split(' ')[1]} ${line.replace(/\/\d+(?=[/:])/g, '/*').replace(/[\w-]*-x\d+/g, 'NAME').slice(0, 200)}`
      causes.set(cause, [...causes.get(cause) ?? [], title])
    }
  }
  const queue = [...chosen]
  await Promise.all(Array.from({ length: 3 }, async () => { for (let kind; (kind = queue.shift()) !== undefined;) await ofKind(pair, kind, namespace, note) }))
  await both(pair, () => ({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` }))
  for (const [cause, where] of [...causes].sort((a, b) => b[1].length - a[1].length)) console.log(`${where.length}× ${cause}   (${where.slice(0, 3).join(' | ').slice(0, 300)})`)
}

async function ofKind(pair, kind, namespace, note) {
  const all = `${kind.root}${kind.cluster ? '' : `/namespaces/${namespace}`}/${kind.plural}`, apiVersion = kind.root.replace('/apis/', '').replace('/api/', '')
  const object = metadata => ({ apiVersion, kind: kind.kind, ...structuredClone(kind.base), metadata })
  let count = 0
  const fresh = () => `${namespace}-x${count++}`
  async function step(title, requestOf, before = {}) {
    const answers = await both(pair, requestOf)
    const lines = differences(shaped(answers.real, before.real, kind), shaped(answers.ours, before.ours, kind))
    note(`${kind.plural} ${title}`, lines)
    return { real: answers.real.body, ours: answers.ours.body, ok: answers.real.status < 300 && answers.ours.status < 300, same: lines.length === 0 }
  }
  const remove = name => both(pair, () => ({ method: 'DELETE', path: `${all}/${name}`, body: { gracePeriodSeconds: 0 } }))
  const short = value => { const text = JSON.stringify(value); return text.length > 90 ? `${text.slice(0, 90)}…` : text }
  const patch = (type, body, query = '') => () => ({ method: 'PATCH', path: `${all}/${name}${query}`, body, headers: { 'content-type': `application/${type}` } })
  let name = fresh()

  for (const odd of names) {
    const made = await step(`create name ${short(odd)}`, () => ({ method: 'POST', path: `${all}?dryRun=All`, body: object({ name: odd }) }))
    if (made.ok && odd === '') await remove(odd)
  }
  for (const generateName of generateNames) await step(`create generateName ${short(generateName)}`, () => ({ method: 'POST', path: `${all}?dryRun=All`, body: object({ generateName }) }))
  for (const metadata of metadatas) await step(`create ${short(metadata)}`, () => ({ method: 'POST', path: `${all}?dryRun=All`, body: object({ name: 'a-name', ...metadata }) }))

  // What follows is about one live object, and leaves it as it is.
  const made = await step('create it', () => ({ method: 'POST', path: all, body: object({ name }) }))
  if (!made.ok) return
  if (kind.busy) await sleep(500)
  const live = await both(pair, () => ({ path: `${all}/${name}` })), lives = { real: live.real.body, ours: live.ours.body }
  for (const metadata of metadatas) {
    await step(`update ${short(metadata)}`, side => ({ method: 'PUT', path: `${all}/${name}?dryRun=All`, body: { ...lives[side], metadata: { ...lives[side].metadata, ...kind.busy ? { resourceVersion: undefined } : {}, ...metadata } } }), lives)
    await step(`merge ${short(metadata)}`, patch('merge-patch+json', { metadata }, '?dryRun=All'), lives)
    await step(`strategic ${short(metadata)}`, patch('strategic-merge-patch+json', { metadata }, '?dryRun=All'), lives)
    await step(`apply ${short(metadata)}`, patch('apply-patch+yaml', { apiVersion, kind: kind.kind, metadata: { name, ...metadata } }, '?dryRun=All&fieldManager=one&force=true'), lives)
  }
  for (const odd of names) await step(`rename ${short(odd)}`, patch('merge-patch+json', { metadata: { name: odd } }, '?dryRun=All'), lives)
  await step('update nothing', side => ({ method: 'PUT', path: `${all}/${name}`, body: lives[side] }), lives)
  await step('merge nothing', patch('merge-patch+json', {}), lives)
  await step('strategic nothing', patch('strategic-merge-patch+json', {}), lives)
  await step('json nothing', patch('json-patch+json', []), lives)
  await step('json test', patch('json-patch+json', [{ op: 'test', path: '/kind', value: kind.kind }]), lives)
  await step('status', () => ({ path: `${all}/${name}/status` }), lives)
  await step('scale', () => ({ path: `${all}/${name}/scale` }), lives)
  for (const body of [{ spec: { replicas: 0 } }, { spec: { replicas: -1 } }, { spec: {} }, { spec: null }, { metadata: { name: 'x' } }, { metadata: { resourceVersion: '1' } }, { metadata: { uid: 'x' } }, { kind: 'Deployment' }, { status: { replicas: 7 } }]) {
    await step(`scale merge ${short(body)}`, () => ({ method: 'PATCH', path: `${all}/${name}/scale?dryRun=All`, body, headers: { 'content-type': 'application/merge-patch+json' } }), lives)
    await step(`scale apply ${short(body)}`, () => ({ method: 'PATCH', path: `${all}/${name}/scale?dryRun=All&fieldManager=one&force=true`, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name }, ...body }, headers: { 'content-type': 'application/apply-patch+yaml' } }), lives)
    await step(`scale update ${short(body)}`, () => ({ method: 'PUT', path: `${all}/${name}/scale?dryRun=All`, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, ...body.metadata }, spec: {}, ...body } }), lives)
  }
  await remove(name)

  // Held by finalizers, let go by patches of all types.
  for (const [type, body] of [['merge-patch+json', { metadata: { finalizers: null } }], ['json-patch+json', [{ op: 'remove', path: '/metadata/finalizers' }]], ['strategic-merge-patch+json', { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } }]]) {
    name = fresh()
    await step(`held ${type}`, () => ({ method: 'POST', path: `${all}?fieldManager=one`, body: object({ name, finalizers: ['a/b'] }) }))
    await step(`delete of held ${type}`, () => ({ method: 'DELETE', path: `${all}/${name}`, body: { propagationPolicy: 'Background', gracePeriodSeconds: 0 } }))
    await step(`new finalizer while deleted ${type}`, patch('merge-patch+json', { metadata: { finalizers: ['a/b', 'c/d'] } }))
    await step(`revival ${type}`, patch('merge-patch+json', { metadata: { deletionTimestamp: null, deletionGracePeriodSeconds: null } }))
    await step(`label while deleted ${type}`, patch('merge-patch+json', { metadata: { labels: { a: 'b' } } }))
    await step(`let go ${type}`, patch(type, body))
    await step(`gone ${type}`, () => ({ path: `${all}/${name}` }))
  }
}

async function both({ real, ours }, requestOf) {
  const answers = await Promise.all([ask(real, requestOf('real')), ask(ours, requestOf('ours'))])
  const [theirs, own] = answers.map(({ status, headers, text }) => {
    let body = text
    try { body = JSON.parse(text) } catch { /* compared as text */ }
    return { status, warning: headers.warning, body }
  })
  return { real: theirs, ours: own }
}

const others = /^(kube-controller-manager|kube-scheduler|kwok|kubelet|mimikube)/

function shaped({ status, warning, body }, before, kind) {
  let shown = body
  if (body?.metadata && body.kind !== 'Status') {
    const { resourceVersion, managedFields, ...metadata } = body.metadata
    shown = { ...body, metadata: { ...metadata, resourceVersion: resourceVersion && (kind.busy ? 'any' : resourceVersion === before?.metadata?.resourceVersion ? 'same' : 'new'),
      managedFields: managedFields?.filter(({ manager = '', subresource }) => !others.test(manager) && !(kind.busy && subresource === 'status')) } }
    if (kind.busy) delete shown.status
    if (shown.metadata.generateName) shown.metadata.name = shown.metadata.name?.replace(/.{5}$/, '<new>')
    if (shown.metadata.annotations) delete (shown.metadata.annotations = { ...shown.metadata.annotations })['deployment.kubernetes.io/revision']
    if (shown.metadata.annotations) delete shown.metadata.annotations['autoscaling.alpha.kubernetes.io/conditions']
    if (Object.keys(shown.metadata.annotations ?? { a: 1 }).length === 0) delete shown.metadata.annotations
  }
  const text = JSON.stringify({ status, warning, body: shown }).replaceAll(huge.slice(2), '<huge>').replace(/((?:g\.|g\/|ä-|G-|"-|g{20,}))[bcdfghjklmnpqrstvwxz2456789]{5}(?=\\*")/g, '$1<new>').replace(/managedFields(\\+)":\[.*?\}\](?=[,}])/g, 'managedFields').replace(/(resourceVersion\\+":\\+")\d+/g, '$1<rv>').replace(/("(?:nodePort|healthCheckNodePort)":)3\d{4}/g, '$1"<port>"')
  const shape = normalise(kind.busy ? text.replace(/Invalid value: \\"\{.*?\}\\": /g, 'Invalid value: …: ').replace(/\\"status\\\\":\{.*?\}/, '') : text)
  // Masking can break the JSON within a message; then texts are compared.
  try { return JSON.parse(shape) } catch { return { shape } }
}
