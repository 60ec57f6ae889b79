// Sequences of writes drawn from a seed: the same to both, and after each the whole answer compared, managed fields included.
// SEED and RUNS choose them, KINDS (plurals) which kinds; a sequence ends where the two first differ.
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { normalise } from '../recorded/play.mjs'
import { ask, differences } from './pair.mjs'
import { kinds } from './patches/kinds.mjs'
import { drawOperation, randomOf } from './patches/operations.mjs'

const { SEED = '1', RUNS = '200', KINDS = '', ONLY = '' } = process.env
const steps = 10, agent = 'patches-test/1'
/** Who writes on his own. */
const others = /^(kube-controller-manager|kube-scheduler|kwok|kubelet|mimikube)/

export async function compare(pair, report) {
  // Nodes would get everybody's daemons: only where they are asked for.
  const chosen = kinds.filter(({ plural }) => (KINDS ? KINDS.split(',').includes(plural) : plural !== 'nodes'))
  const drawn = chosen.flatMap(kind => Array(kind.weight ?? 1).fill(kind))
  const namespace = `patches-${SEED}-${process.pid}`, causes = new Map()
  await onBoth(pair, () => ({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }))
  const runs = ONLY ? ONLY.split(',').map(Number) : Array.from({ length: Number(RUNS) }, (_, run) => run)
  const queue = [...runs]
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let run; (run = queue.shift()) !== undefined;) {
      const seed = Number(SEED) * 100003 + run, kind = drawn[randomOf(seed).below(drawn.length)]
      let found = await sequence(pair, kind, seed, namespace, `${namespace}-${run}`)
      // What differs once only was a matter of time.
      if (found.lines.length) found = await sequence(pair, kind, seed, namespace, `${namespace}-${run}b`)
      for (let same = 0; same < found.same; same++) report('', [])
      if (found.lines.length === 0) continue
      report(`${run} ${found.title}`, found.lines)
      const cause = `${found.verb} ${causeOf(found.lines[0])}`
      causes.set(cause, [...causes.get(cause) ?? [], run])
    }
  }))
  await onBoth(pair, () => ({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` }))
  for (const [cause, where] of [...causes].sort((a, b) => b[1].length - a[1].length)) console.log(`${where.length}× ${cause}   (${where.slice(0, 5)})`)
}

const causeOf = line => line.replace(/\/\d+(?=[/:])/g, '/*').replace(/patches-[\w-]+/g, 'NAME').slice(0, 160)

async function onBoth({ real, ours }, requestOf) {
  const failed = (side, request) => error => ({ status: 0, headers: {}, text: `${side}: ${error.message} ${JSON.stringify(request)}` })
  const [theirs, own] = await Promise.all([['real', real], ['ours', ours]].map(([side, target]) => {
    const request = requestOf(side)
    return ask(target, request).catch(failed(side, request))
  }))
  return { real: read(theirs), ours: read(own) }
}

function read({ status, headers, text }) {
  let body = text
  try { body = JSON.parse(text) } catch { /* compared as text */ }
  return { status, warning: headers.warning, body }
}

async function sequence(pair, kind, seed, namespace, name) {
  const random = randomOf(seed + 7), live = { real: {}, ours: {} }
  const where = (root, suffix = '') => `${root}${kind.cluster ? '' : `/namespaces/${namespace}`}/${kind.plural}/${name}${suffix}`
  const result = { same: 0, lines: [], title: '', verb: '' }
  const started = { apiVersion: kind.root.replace('/apis/', '').replace('/api/', ''), kind: kind.kind, metadata: { name }, ...structuredClone(kind.base) }
  const history = []
  let last
  for (let step = 0; step < steps && result.lines.length === 0; step++) {
    const first = step === 0 && !random.chance(0.25)
    const drawn = first ? { verb: 'create', method: 'POST', root: kind.root, suffix: '', query: random.chance(0.5) ? { fieldManager: 'one' } : {}, type: 'application/json', body: () => started }
      : step === 0 ? { verb: 'apply', method: 'PATCH', root: kind.root, suffix: '', query: { fieldManager: random.pick(['one', 'kubectl']) }, type: 'application/apply-patch+yaml', body: () => started }
        : last && random.chance(0.15) ? last : random.chance(0.02) ? { verb: 'delete', method: 'DELETE', root: kind.root, suffix: '', query: {}, body: () => undefined } : drawOperation(random, kind, live.real, name)
    last = drawn
    const query = new URLSearchParams(drawn.query).toString()
    const answers = await onBoth(pair, side => {
      const body = drawn.body(live[side])
      const path = first ? where(drawn.root).replace(`/${name}`, '') : where(drawn.root, drawn.suffix)
      return { method: drawn.method, path: query ? `${path}?${query}` : path, headers: { 'user-agent': agent, ...drawn.type ? { 'content-type': drawn.type } : {} },
        body: body === undefined ? undefined : drawn.yaml ? stringify(body) : JSON.stringify(body) }
    })
    history.push(`${drawn.verb}${drawn.suffix} ${drawn.text ?? ''} ?${query} ${kind.plural}${drawn.root} ${short(drawn.body(live.real))}`)
    // Some patches make the real one's handler panic; it then hangs up.
    if (answers.real.status === 0) break
    // A controller was faster.
    if (kind.busy && answers.real.status !== answers.ours.status && [answers.real, answers.ours].some(({ body }) => /the object has been modified/.test(body?.message))) break
    const tied = sameAges(answers.real, answers.ours)
    result.lines = differences(shaped(answers.real, live.real, kind, tied), shaped(answers.ours, live.ours, kind, tied))
    if (result.lines.length) Object.assign(result, { verb: drawn.verb, title: history.slice(-6).join('\n      ') })
    else result.same++
    for (const side of ['real', 'ours']) {
      if (answers[side].status < 300 && !drawn.query.dryRun && answers[side].body.kind === kind.kind) live[side] = answers[side].body
    }
    if (kind.busy && step === 0 && result.lines.length === 0) {
      await sleep(250)
      const settled = await onBoth(pair, () => ({ path: where(kind.root) }))
      for (const side of ['real', 'ours']) if (settled[side].status === 200) live[side] = settled[side].body
    }
  }
  const path = where(kind.root)
  await onBoth(pair, () => ({ method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body: { metadata: { finalizers: null } } }))
  await onBoth(pair, () => ({ method: 'DELETE', path, body: { gracePeriodSeconds: 0, propagationPolicy: 'Background' } }))
  return result
}

const short = body => { const text = JSON.stringify(body) ?? ''; return text.length > 700 ? `${text.slice(0, 700)}…` : text }

/** Whether the clock moved on between the same writes on both: else the order of managers says nothing. */
function sameAges(...answers) {
  const [real, ours] = answers.map(({ body }) => {
    const times = (body?.metadata?.managedFields ?? []).filter(({ manager = '' }) => !others.test(manager)).map(({ time = '' }) => time)
    const ranks = [...new Set(times)].sort()
    return times.map(time => ranks.indexOf(time)).join()
  })
  return real === ours
}

const byName = (a, b) => (JSON.stringify([a.operation, a.manager, a.apiVersion, a.subresource]) < JSON.stringify([b.operation, b.manager, b.apiVersion, b.subresource]) ? -1 : 1)
/** The real one takes its managers from a map, which Go walks in any order. */
const byManager = (a, b) => (a.reason === 'FieldManagerConflict' && b.reason === a.reason ? (a.message < b.message ? -1 : a.message > b.message ? 1 : 0) : 0)

/** The answer without what is a server's own choice or another writer's. */
function shaped({ status, warning, body }, before, kind, tied) {
  if (typeof body !== 'object' || body === null || !body.metadata || body.kind === 'Status') {
    body?.details?.causes?.sort(byManager)
    const text = masked({ status, warning, body })
    // The object that a message shows holds what controllers have written meanwhile.
    return parsed(normalise(kind.busy ? text.replace(/patch: Invalid value: \\"\{.*?\}\\": /g, 'patch: Invalid value: …: ').replace(/"Invalid value: \\"\{.*?\}\\": /g, '"Invalid value: …: ') : text))
  }
  const { resourceVersion, managedFields, ...metadata } = body.metadata
  const own = { ...body, metadata: { ...metadata,
    resourceVersion: resourceVersion && (kind.busy ? 'any' : resourceVersion === before.metadata?.resourceVersion ? 'same' : 'new'),
    managedFields: some(managedFields?.filter(({ manager = '', subresource }) => !others.test(manager) && !(kind.busy && subresource === 'status'))
      .sort(tied ? () => 0 : byName)) } }
  if (own.metadata.annotations) delete (own.metadata.annotations = { ...own.metadata.annotations })['deployment.kubernetes.io/revision']
  if (kind.busy) delete own.status
  return parsed(normalise(masked({ status, warning, body: own })))
}

/** Masking can break the JSON within a message; then texts are compared. */
function parsed(text) {
  try { return JSON.parse(text) } catch { return { text } }
}

const some = list => (list?.length ? list : undefined)

/** Of several fields that no schema declares the real one tells any: Go walks maps in no order. */
const undeclared = /(proper version|typed patch object) (\([^)]*\)): (errors:\\n)?.*?field not declared in schema/

const masked = value => JSON.stringify(value).replace(/("(?:nodePort|healthCheckNodePort)":)3\d{4}/g, '$1"<port>"')
  .replace(undeclared, '$1 $2: field not declared').replace(/(nodePort\\+":)3\d{4}/g, '$1<port>').replace(/managedFields(\\+)":\[.*?\}\](?=[,}])/g, 'managedFields').replace(/(resourceVersion\\+":\\+")\d+/g, '$1<rv>').replace(/(patches-\d+-\d+-\d+)b/g, '$1')
