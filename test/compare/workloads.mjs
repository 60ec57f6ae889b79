// Defaults, validation and updates of pods, of everything with a pod template and of the core kinds beside them. Asked as dry runs:
// nothing stays but the objects that are updated, which no controller touches. WORKLOADS='pods create' asks a part,
// WORKLOADS_SHARE=1 all the 40,000 questions and not a tenth of them.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './pair.mjs'
import { compareAnswers, pathOf, runAll } from './workloads/ask.mjs'
import { kinds } from './workloads/kinds.mjs'
import { mutations } from './workloads/mutate.mjs'
import { pods } from './workloads/pods.mjs'
import { workloads } from './workloads/workloads-fixtures.mjs'

const namespace = 'workloads'
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
  const path = pathOf(fixture, namespace), validations = ['', '&fieldValidation=Strict', '&fieldValidation=Ignore']
  const job = (title, body, extra = '') => async () =>
    ({ title, ...await compareAnswers(pair, () => ({ method: 'POST', path: `${path}?dryRun=All${extra}`, body })) })
  const name = `create ${fixture.object.kind} ${fixture.name}`
  return [job(name, fixture.object), ...chosenMutations(fixture, fixture.object).flatMap(({ title, path: at, change }) =>
    (at.at(-1) === 'unknownField' ? validations : ['']).map(extra => job(`${name}: ${title}${extra}`, change(fixture.object), extra)))]
}

/** Created for good on both sides; then each change is a PUT of the stored object with one place changed. */
async function updateJobs(pair, fixture, subresource = '') {
  const path = pathOf(fixture, namespace), stored = new Map()
  for (const side of [pair.real, pair.ours]) {
    await ask(side, { method: 'POST', path, body: fixture.object })
    const { status, text } = await ask(side, { path: `${path}/${fixture.object.metadata.name}` })
    if (status !== 200) return [async () => ({ title: `update ${fixture.name}`, status, lines: [`not created: ${text}`] })]
    const { managedFields: _, ...metadata } = JSON.parse(text).metadata
    if (fixture.object.kind !== 'Lease') delete metadata.resourceVersion
    stored.set(side, { ...JSON.parse(text), metadata })
  }
  const name = `update ${fixture.object.kind} ${fixture.name}`
  const base = stored.get(pair.real)
  return chosenMutations(fixture, base).map(({ title, change }) => async () => ({
    title: `${name}: ${title}`,
    ...await compareAnswers(pair, side => ({ method: 'PUT', path: `${path}/${fixture.object.metadata.name}${subresource}?dryRun=All`, body: change(stored.get(side)) }), withoutStatus) }))
}

/** Controllers write the status whenever they like. */
function withoutStatus(body) {
  if (body.kind === 'Status') return body
  const { status: _, ...rest } = body
  const managedFields = rest.metadata?.managedFields?.filter(entry => entry.subresource !== 'status')
  return { ...rest, metadata: { ...rest.metadata, managedFields } }
}

async function setUp({ real, ours }) {
  for (const side of [real, ours]) {
    for (let tries = 0; tries < 600; tries++) {   // one of an earlier run is still going
      if ((await ask(side, { path: `/api/v1/namespaces/${namespace}` })).status === 404) break
      await sleep(100)
    }
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
      const path = `${pathOf(fixture, namespace)}/${fixture.object.metadata.name}`
      if (fixture.object.metadata.finalizers) {
        await ask(side, { method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body: '{"metadata":{"finalizers":null}}' })
      }
      if (fixture.cluster || fixture.resource === 'pods') await ask(side, { method: 'DELETE', path: `${path}?gracePeriodSeconds=0` })
    }
    await ask(side, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
    await ask(side, { method: 'PUT', path: '/api/v1/namespaces/workloads-extra/finalize', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'workloads-extra' }, spec: { finalizers: [] } } })
  }
}

export async function compare(pair, report) {
  const wanted = (process.env.WORKLOADS ?? '').split(' ').filter(Boolean)
  const chosen = (what, fixture) => {
    const words = wanted.filter(word => !['create', 'update'].includes(word)), verbs = wanted.filter(word => ['create', 'update'].includes(word))
    return (words.length === 0 || words.some(word => [fixture.resource, fixture.name, fixture.object.kind].includes(word)))
      && (verbs.length === 0 || verbs.includes(what))
  }
  await setUp(pair)
  try {
    for (const [what, make] of [['create', createJobs], ['update', updateJobs]]) {
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
