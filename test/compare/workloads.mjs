// Defaults, validation and updates of pods, of everything with a pod template and of the core kinds beside them. Asked as dry runs:
// nothing stays but the objects that are updated, which no controller touches. WORKLOADS='pods create' asks a part,
// WORKLOADS_SHARE=1 all the 40,000 questions and not a tenth of them.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './pair.mjs'
import { compareAnswers, namespace, pathOf, runAll } from './workloads/ask.mjs'
import { kinds } from './workloads/kinds.mjs'
import { mutations } from './workloads/mutate.mjs'
import { pods } from './workloads/pods.mjs'
import { bindingOf, evictionOf, podWrites, scaled, scaleOf, statuses } from './workloads/subresources.mjs'
import { workloads } from './workloads/workloads-fixtures.mjs'

const every = [...pods, ...workloads, ...kinds].map(fixture =>
  ({ ...fixture, object: JSON.parse(JSON.stringify(fixture.object).replaceAll('NAMESPACE', namespace)) }))

/** The name of an object's type in the table of fields. */
function typeOf({ apiVersion, kind }) {
  const [version, group = 'core'] = apiVersion.split('/').toReversed()
  return `${group.split('.')[0]}.${version}.${kind}`
}

/** Metadata is the same for every kind, and compared elsewhere; templates once in full. */
const skipped = fixture => path =>
  /(^|\.)metadata\.(?!labels|annotations|name$|generateName|finalizers)/.test(path) || path === 'status' || path === 'kind' || path === 'apiVersion'
  || (/emplate\.spec\.(?!containers\.0\.(name|image)|restartPolicy)/.test(path) && fixture.name !== 'deploy-full')

const share = Number(process.env.WORKLOADS_SHARE ?? 0.1)
const drawn = text => createHash('sha1').update(text).digest().readUInt32BE() / 2 ** 32

/** The same share of them each time. Small kinds are asked more of, the pod spec of a template less: it is a pod's. */
function chosenMutations(fixture, object) {
  const all = [...mutations(typeOf(fixture.object), object, { skip: skipped(fixture) })]
  const part = Math.max(share, share * Math.min(5, 800 / all.length)) / (fixture.name === 'deploy-full' ? 3 : 1)
  return all.filter(({ title }) => drawn(`${fixture.name} ${title}`) < part)
}

function createJobs(pair, fixture) {
  const path = pathOf(fixture), validations = ['', '&fieldValidation=Strict', '&fieldValidation=Ignore']
  const job = (title, body, extra = '') => async () =>
    ({ title, ...await compareAnswers(pair, () => ({ method: 'POST', path: `${path}?dryRun=All${extra}`, body })) })
  const name = `create ${fixture.object.kind} ${fixture.name}`
  return [job(name, fixture.object), ...chosenMutations(fixture, fixture.object).flatMap(({ title, path: at, change }) =>
    (at.at(-1) === 'unknownField' ? validations : ['']).map(extra => job(`${name}: ${title}${extra}`, change(fixture.object), extra)))]
}

/** The object as it is stored on each side, created there if need be; undefined where it can't be. */
async function storeOnBoth(pair, fixture) {
  const path = pathOf(fixture), stored = new Map()
  for (const side of [pair.real, pair.ours]) {
    await ask(side, { method: 'POST', path, body: fixture.object })
    const { status, text } = await ask(side, { path: `${path}/${fixture.object.metadata.name}` })
    if (status !== 200) return undefined
    const object = JSON.parse(text)
    delete object.metadata.managedFields
    if (!['Lease', 'PodDisruptionBudget'].includes(object.kind)) delete object.metadata.resourceVersion
    stored.set(side, object)
  }
  return stored
}

const notCreated = fixture => [async () => ({ title: `update ${fixture.name}`, status: 0, lines: ['not created'] })]

/** Each change is a PUT of the stored object with one place changed. */
async function updateJobs(pair, fixture) {
  const stored = await storeOnBoth(pair, fixture)
  if (!stored) return notCreated(fixture)
  const path = `${pathOf(fixture)}/${fixture.object.metadata.name}?dryRun=All`
  return chosenMutations(fixture, stored.get(pair.real)).map(({ title, change }) => async () => ({
    title: `update ${fixture.object.kind} ${fixture.name}: ${title}`,
    ...await compareAnswers(pair, side => ({ method: 'PUT', path, body: change(stored.get(side)) }), withoutStatus) }))
}

/** The same for statuses and all that is written through subresources; what else these requests carry is to be left alone. */
async function subresourceJobs(pair, fixture) {
  const { kind, metadata: { name } } = fixture.object, path = `${pathOf(fixture)}/${name}`, jobs = []
  const add = (method, subresource, { title, change }, bodyOf, shape) => jobs.push(async () => ({
    title: `${subresource} ${kind} ${fixture.name}: ${title}`,
    ...await compareAnswers(pair, side => ({ method, path: `${path}/${subresource}?dryRun=All`, body: change(bodyOf(side)) }), shape) }))
  const writes = podWrites.filter(([pod]) => pod === fixture.name && kind === 'Pod')
  if (!statuses[fixture.name] && !scaled.includes(fixture.name) && !writes.length) return []
  const stored = await storeOnBoth(pair, fixture)
  if (!stored) return notCreated(fixture)
  const as = { title: 'as it is', path: [], change: object => object }
  if (statuses[fixture.name]) {
    const bodyOf = side => ({ ...stored.get(side), status: statuses[fixture.name] })
    const all = [...mutations(typeOf(fixture.object), bodyOf(pair.real))]
    for (const one of [as, ...all.filter(({ path: [first] }) => first === 'status')]) add('PUT', 'status', one, bodyOf, byClients)
    for (const one of sample(all.filter(({ path: [first] }) => first === 'spec'), 60)) add('PUT', 'status', one, bodyOf, byClients)
  }
  if (scaled.includes(fixture.name)) {
    const scale = scaleOf(name, namespace)
    for (const one of [as, ...mutations('autoscaling.v1.Scale', scale)]) add('PUT', 'scale', one, () => scale, withoutStatus)
  }
  for (const [, subresource, change] of writes) {
    const changed = new Map([...stored].map(([side, pod]) => [side, change(pod)])), inPart = subresource === 'resize' ? /resiz|resources|name$/ : /ephemeralContainers/
    const all = [...mutations('core.v1.Pod', changed.get(pair.real))]
    for (const one of [as, ...sample(all.filter(({ title }) => inPart.test(title.split(' ')[0])), 1500)]) add('PUT', subresource, one, side => changed.get(side), withoutStatus)
    for (const one of sample(all.filter(({ title }) => !inPart.test(title.split(' ')[0])), 60)) add('PUT', subresource, one, side => changed.get(side), withoutStatus)
  }
  if (fixture.name === 'minimal') {
    const binding = bindingOf(name, namespace), eviction = evictionOf(name, namespace)
    for (const one of [as, ...mutations('core.v1.Binding', binding)]) add('POST', 'binding', one, () => binding)
    for (const one of [as, ...mutations('policy.v1.Eviction', eviction)]) add('POST', 'eviction', one, () => eviction)
  }
  return jobs
}

const sample = (list, most) => list.filter(({ title }) => drawn(title) < Math.max(share, 0.05)).slice(0, most)

/** Without the annotations and the managers that controllers add. */
function byClients(body) {
  if (body.kind === 'Status') return body
  const { annotations: _, ...metadata } = body.metadata, managedFields = /Node|DaemonSet/.test(body.kind) ? [] : body.metadata.managedFields
  return { ...body, metadata: { ...metadata, managedFields: managedFields?.filter(({ manager }) => manager === 'unknown') } }
}

/** Controllers write the status whenever they like. */
function withoutStatus(body) {
  if (body.kind === 'Status') return body
  const { status: _, ...rest } = body
  const { annotations: { 'deployment.kubernetes.io/revision': __, ...annotations } = {}, managedFields, ...metadata } = rest.metadata ?? {}
  return { ...rest, metadata: { ...metadata, annotations, managedFields: managedFields?.filter(entry => entry.subresource !== 'status') } }
}

async function setUp({ real, ours }) {
  for (const side of [real, ours]) {
    await ask(side, { method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } })
    for (let tries = 0; tries < 100; tries++) {
      const { status } = await ask(side, { path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` })
      if (status === 200) break
      await sleep(100)
    }
  }
}

async function tearDown({ real, ours }) {
  for (const side of [real, ours]) {
    for (const fixture of every) {
      const path = `${pathOf(fixture)}/${fixture.object.metadata.name}`
      if (fixture.object.metadata.finalizers) {
        await ask(side, { method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body: '{"metadata":{"finalizers":null}}' })
      }
      if (fixture.cluster || fixture.resource === 'pods') await ask(side, { method: 'DELETE', path: `${path}?gracePeriodSeconds=0` })
    }
    await ask(side, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
    await ask(side, { method: 'PUT', path: '/api/v1/namespaces/workloads-extra/finalize', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'workloads-extra' }, spec: { finalizers: [] } } })
  }
}

const parts = new Set(['create', 'update', 'subresource'])

export async function compare(pair, report) {
  const wanted = (process.env.WORKLOADS ?? '').split(' ').filter(Boolean)
  const chosen = (what, fixture) => {
    const words = wanted.filter(word => !parts.has(word)), verbs = wanted.filter(word => parts.has(word))
    return (words.length === 0 || words.some(word => [fixture.resource, fixture.name, fixture.object.kind].includes(word)))
      && (verbs.length === 0 || verbs.includes(what))
  }
  await setUp(pair)
  try {
    for (const [what, make] of [['create', createJobs], ['update', updateJobs], ['subresource', subresourceJobs]]) {
      const jobs = []
      for (const fixture of every) if (chosen(what, fixture)) jobs.push(...await make(pair, fixture))
      const { same, groups } = await runAll(jobs, { onAnswer: process.env.WORKLOADS_ANSWERS ? answer => console.error(JSON.stringify(answer)) : undefined })
      for (let i = 0; i < same; i++) report('', [])
      for (const [cause, { count, examples }] of groups) {
        report(`${what}: ${count} × ${cause}`, examples.flatMap(({ title, lines }) => [title, ...lines.slice(0, 6).map(line => `  ${line}`)]))
      }
    }
  } finally {
    await tearDown(pair)
  }
}
