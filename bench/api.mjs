// npm run bench:api [-- --against KUBECONFIG] [--profile FOLDER] [--seconds N] [ROW …]
// Measures what each kind of request costs: requests a second and the 99th percentile of 16 clients, and a change's way to 200
// watchers. With a kubeconfig of a real kube-apiserver (its user must be one of system:masters) each row is measured there too,
// right afterwards, and compared. --profile leaves a CPU profile of our server; rows are chosen by words of their names.
import os from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startBenchCluster, targetOf } from './cluster.mjs'
import { call, measure, request, watchers } from './load.mjs'

const { values: { against, profile, seconds: wantedSeconds }, positionals: wanted } = parseArgs({
  allowPositionals: true, options: { against: { type: 'string' }, profile: { type: 'string' }, seconds: { type: 'string', default: '2' } },
})
const seconds = Number(wantedSeconds)
const json = { 'content-type': 'application/json' }
const later = (count, signal) => wait(count * 1000, false, { signal }).catch(() => false)
/** Objects that writes go to in turn, so that clients seldom meet on one. */
const spread = 64

const pod = name => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web', tier: 'front' }, annotations: { note: 'for measuring' } },
  spec: {
    // Nobody's, so that no scheduler works on it while we measure; without the volume that has a name of its own in each pod.
    schedulerName: 'nobody', automountServiceAccountToken: false,
    containers: [{
      name: 'web', image: 'example.test/web:1', ports: [{ name: 'http', containerPort: 80 }], env: [{ name: 'MODE', value: 'bench' }],
      resources: { requests: { cpu: '10m', memory: '16Mi' } }, readinessProbe: { httpGet: { path: '/', port: 'http' } },
    }],
  },
})
const configMap = (name, value = 'value') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: value } })

async function ask(target, method, where, body, accepted = [200, 201, 409]) {
  const answer = await call(target, request(method, where, { headers: json, body }))
  if (!accepted.includes(answer.status)) throw new Error(`${method} ${where}: ${answer.status} ${answer.body.slice(0, 300)}`)
  return JSON.parse(answer.body)
}

/** Fills a server with all that the rows need, in namespaces that only this run uses. */
async function prepare(target) {
  const suffix = Math.floor(performance.timeOrigin).toString(36)
  const make = async (name, pods) => {
    const namespace = `bench-${name}-${suffix}`
    await ask(target, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    // A real cluster makes it too; whoever is first.
    await ask(target, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } })
    const where = `/api/v1/namespaces/${namespace}/pods`
    if (pods) await measure({ target, count: pods, expected: 201, requestOf: n => request('POST', where, { headers: json, body: pod(`web-${n}`) }) })
    return namespace
  }
  const thousand = await make('thousand', 1000), fiveThousand = await make('fivethousand', 5000)
  const work = await make('work', spread), made = await make('made'), fan = await make('fan')
  const current = await ask(target, 'GET', `/api/v1/namespaces/${work}/pods/web-0`)
  // An update without them takes any pod in any state.
  delete current.metadata.resourceVersion
  delete current.metadata.uid
  return { target, thousand, fiveThousand, work, made, fan, current }
}

const podOf = ({ work }, n) => `/api/v1/namespaces/${work}/pods/web-${n % spread}`
const patch = type => (server, n, body) => request('PATCH', podOf(server, n), { headers: { 'content-type': type }, body })
const note = value => ({ metadata: { annotations: { note: value } } })
let made = 0

/** What is asked, in the order of the table. */
const requests = {
  'GET a pod': { of: (server, n) => request('GET', podOf(server, n)) },
  'LIST 1,000 pods': { of: ({ thousand }) => request('GET', `/api/v1/namespaces/${thousand}/pods`) },
  'LIST 1,000 pods, limit 500': { of: ({ thousand }) => request('GET', `/api/v1/namespaces/${thousand}/pods?limit=500`) },
  'LIST 5,000 pods': { of: ({ fiveThousand }) => request('GET', `/api/v1/namespaces/${fiveThousand}/pods`) },
  'LIST 5,000 pods, limit 500': { of: ({ fiveThousand }) => request('GET', `/api/v1/namespaces/${fiveThousand}/pods?limit=500`) },
  'CREATE a config map': {
    expected: 201, of: server => request('POST', `/api/v1/namespaces/${server.made}/configmaps`, { headers: json, body: configMap(`made-${made++}`) }),
  },
  'CREATE a pod': {
    expected: 201, of: server => request('POST', `/api/v1/namespaces/${server.made}/pods`, { headers: json, body: pod(`made-${made++}`) }),
  },
  'UPDATE a pod': {
    of({ current, ...server }, n) {
      const body = { ...current, metadata: { ...current.metadata, name: `web-${n % spread}`, annotations: { note: `updated ${n}` } } }
      return request('PUT', podOf(server, n), { headers: json, body })
    },
  },
  'PATCH a pod (JSON patch)': { of: (server, n) =>
    patch('application/json-patch+json')(server, n, [{ op: 'add', path: '/metadata/annotations/note', value: `patched ${n}` }]) },
  'PATCH a pod (merge)': { of: (server, n) => patch('application/merge-patch+json')(server, n, note(`merged ${n}`)) },
  'PATCH a pod (strategic)': { of: (server, n) => patch('application/strategic-merge-patch+json')(server, n, note(`again ${n}`)) },
  'APPLY a pod': { of: (server, n) => request('PATCH', `${podOf(server, n)}?fieldManager=bench&force=true`, {
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${n % spread}`, annotations: { note: `applied ${n}` } } } }) },
}

/** A thousand changes of one object, seen by two hundred: events a second, and how long after the answer to its write an event comes. */
async function fanOut({ target, fan }, changes = 1000, count = 200) {
  const where = `/api/v1/namespaces/${fan}/configmaps`
  const { metadata: { name, resourceVersion } } = await ask(target, 'POST', where, configMap(`watched-${made++}`, 'x'.repeat(1000)))
  const answered = [], arrived = []
  const crowd = await watchers({
    target, count, path: `${where}?watch=true&fieldSelector=metadata.name%3D${name}&resourceVersion=${resourceVersion}`,
    onEvent: n => arrived.push([n, performance.now()]),
  })
  await later(1)
  const began = performance.now()
  await measure({
    target, count: changes, onAnswer: () => answered.push(performance.now()),
    requestOf: n => request('PATCH', `${where}/${name}`, { headers: { 'content-type': 'application/merge-patch+json' }, body: { data: { n: String(n) } } }),
  })
  // Changes that met on the object are repeated by the server, and none is lost.
  const patience = new AbortController()
  const arrivedAll = await Promise.race([crowd.reached(changes * count).then(() => true), later(60, patience.signal)])
  patience.abort()
  if (!arrivedAll) throw new Error(`${crowd.events} of ${changes * count} events came within a minute`)
  const took = (performance.now() - began) / 1000
  crowd.close()
  const late = arrived.map(([n, at]) => Math.max(0, at - (answered[n] ?? at))).sort((a, b) => a - b)
  return { answered: changes * count, rate: changes * count / took, p99: late[Math.floor(late.length * 0.99)] }
}

const rows = []
const cluster = await startBenchCluster({
  nodes: 0, flags: ['--controllers', 'none', '--scheduler', 'none'],
  nodeFlags: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
})
try {
  const load = os.loadavg()[0]
  const ours = await prepare(cluster.target), theirs = against && await prepare(targetOf(against))
  const row = async (what, measureOn) => {
    if (wanted.length && !wanted.some(word => what.toLowerCase().includes(word.toLowerCase()))) return
    const before = cluster.cpu(), mine = await measureOn(ours)
    const cpu = before === undefined ? '' : show((cluster.cpu() - before) * 1e6 / mine.answered)
    const real = theirs && await measureOn(theirs)
    rows.push([what, show(mine.rate), show(mine.p99), cpu, ...real ? [show(real.rate), show(real.p99), `${show(mine.rate / real.rate)} ×`] : []])
    console.error(rows.at(-1).join('  '))
  }
  for (const [what, { of, expected }] of Object.entries(requests)) {
    await row(what, async server => {
      const options = { target: server.target, requestOf: n => of(server, n), expected }
      const warmUp = await measure({ ...options, seconds: seconds / 4 })
      const measured = await measure({ ...options, seconds })
      return { ...measured, answered: warmUp.answered + measured.answered }
    })
  }
  await row('1,000 events to 200 watchers', fanOut)
  const cpus = os.cpus()
  console.log(`\nNode ${process.version}, ${cpus.length} × ${cpus[0].model.trim()}, load average ${show(load)} before and ${show(os.loadavg()[0])} after\n`)
  const head = ['16 clients', 'a second', 'p99 ms', 'CPU µs of each', ...theirs ? ['kube-apiserver', 'p99 ms', 'ratio'] : []]
  console.log(`| ${head.join(' | ')} |\n|${head.map((_, column) => (column ? '--:' : '---')).join('|')}|`)
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`)
} finally {
  await cluster.stop()
}

function show(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 1 ? 2 : 1)
}
