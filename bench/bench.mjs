// npm run bench [-- PART …]   measures what the design aims at and prints a table: start, memory, api, watch, scale, nodeport,
// webernetes. The load comes from this process, so on two cores server and client have one each.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { findKubectl } from '../dist/find-kubectl.js'
import { startBenchCluster } from './cluster.mjs'
import { call, load, request, watchers } from './load.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('./', import.meta.url))
const seconds = count => new Promise(resolve => setTimeout(resolve, count * 1000))
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const json = { 'content-type': 'application/json' }
const asked = process.argv.slice(2)
const rows = []

/** A row of the table. `real`: what a real control plane takes on a machine with two cores; `more` is better or less is. */
function row(what, value, unit, { aim, real, other, better }) {
  rows.push({ what, value, unit, aim, real, other, better })
  console.error(`${what}: ${show(value)} ${unit}`)
}
const show = value => value === undefined ? '' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 1 ? 2 : 1)

async function part(name, work) {
  if (asked.length && !asked.includes(name)) return
  console.error(`-- ${name}`)
  try { await work() } catch (error) { console.error(`${name} failed: ${error.stack}`); process.exitCode = 1 }
}

const deployment = replicas => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    replicas, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'example.test/web:1', ports: [{ containerPort: 80 }] }] } },
  },
})
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30499 }] } }

async function post(target, where, body) {
  const answer = await call(target, request('POST', where, { headers: json, body }))
  if (answer.status !== 201) throw new Error(`POST ${where}: ${answer.status} ${answer.body.slice(0, 300)}`)
}

/** Makes a Deployment and resolves with the milliseconds until all its pods are Ready. */
async function untilReady(target, replicas) {
  const began = performance.now()
  await post(target, '/apis/apps/v1/namespaces/default/deployments', deployment(replicas))
  for (;;) {
    const { body } = await call(target, request('GET', '/apis/apps/v1/namespaces/default/deployments/web'))
    if (JSON.parse(body).status?.readyReplicas === replicas) return performance.now() - began
    await seconds(0.02)
  }
}

await part('start', async () => {
  const kubectl = await findKubectl()
  const ready = [], answered = []
  for (let i = 0; i < 10; i++) {
    const cluster = await startBenchCluster()
    ready.push(cluster.readyMs)
    if (kubectl) {
      await run(kubectl, ['get', 'nodes'], { env: { ...process.env, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig } })
      answered.push(performance.now() - cluster.began)
    }
    await cluster.stop()
  }
  row('start to all nodes Ready', median(ready) / 1000, 's', { aim: 0.4, real: 6.8, better: 'less' })
  if (kubectl) row('… and the first kubectl get nodes answered', median(answered) / 1000, 's', { better: 'less' })
})

await part('memory', async () => {
  const cluster = await startBenchCluster()
  await seconds(3)
  row('memory at rest', cluster.memory(), 'MB', { aim: 100, real: 617, better: 'less' })
  await cluster.stop()
})

await part('scale', async () => {
  const hundred = await startBenchCluster()
  const took = await untilReady(hundred.target, 100)
  row('Deployment of 100 Ready', took / 1000, 's', { real: 100 / 21, better: 'less' })
  await hundred.stop()
  const cluster = await startBenchCluster({ nodes: 10 })
  row('Deployment of 1,000 Ready', await untilReady(cluster.target, 1000) / 1000, 's', { aim: 3, real: 1000 / 21, better: 'less' })
  await seconds(3)
  row('memory with 1,000 pods', cluster.memory(), 'MB', { better: 'less' })
  await cluster.stop()
})

await part('api', async () => {
  const cluster = await startBenchCluster({ nodes: 10 })
  const { target } = cluster
  await untilReady(target, 1000)
  await post(target, '/api/v1/namespaces/default/configmaps', { metadata: { name: 'one' }, data: { key: 'value' } })
  const pods = '/api/v1/namespaces/default/pods'
  const { body } = await call(target, request('GET', `${pods}?limit=1`))
  const pod = `${pods}/${JSON.parse(body).items[0].metadata.name}`
  const get = request('GET', pod)
  const list = request('GET', pods)
  await load({ target, seconds: 1, requestOf: () => get })      // until the code is warm
  row('GET a pod', await load({ target, requestOf: () => get }), '/s', { aim: 5000, real: 2190, better: 'more' })
  row('LIST 1,000 pods', await load({ target, requestOf: () => list }), '/s', { real: 31, better: 'more' })
  const patch = n => request('PATCH', '/api/v1/namespaces/default/configmaps/one', {
    headers: { 'content-type': 'application/merge-patch+json' }, body: { data: { key: `value-${n}` } } })
  await load({ target, seconds: 1, requestOf: patch })
  row('PATCH (merge)', await load({ target, requestOf: patch }), '/s', { real: 720, better: 'more' })
  const create = n => request('POST', '/api/v1/namespaces/default/configmaps', { headers: json, body: { metadata: { name: `made-${n}` }, data: { key: 'value' } } })
  row('CREATE', await load({ target, requestOf: create, expected: 201 }), '/s', { real: 1590, better: 'more' })
  await cluster.stop()
})

await part('watch', async () => {
  const cluster = await startBenchCluster()
  const { target } = cluster
  const where = '/api/v1/namespaces/default/configmaps'
  await post(target, where, { metadata: { name: 'watched' }, data: { key: 'value', text: 'x'.repeat(1000) } })
  const { body } = await call(target, request('GET', `${where}/watched`))
  const version = JSON.parse(body).metadata.resourceVersion
  const crowd = await watchers({ target, path: `${where}?watch=true&fieldSelector=metadata.name%3Dwatched&resourceVersion=${version}`, count: 100 })
  await seconds(0.5)
  const began = performance.now()
  let changes = 0
  await load({ target, seconds: 3, requestOf: n => { changes++; return request('PATCH', `${where}/watched`, {
    headers: { 'content-type': 'application/merge-patch+json' }, body: { data: { key: `value-${n}` } } }) } })
  await crowd.reached(changes * 100)
  row('watch events to 100 watchers', crowd.events / ((performance.now() - began) / 1000), '/s', { real: 72000, better: 'more' })
  crowd.close()
  await cluster.stop()
})

await part('nodeport', async () => {
  const cluster = await startBenchCluster()
  await untilReady(cluster.target, 3)
  await post(cluster.target, '/api/v1/namespaces/default/services', service)
  const target = { host: '127.0.0.1', port: 30499 }
  const get = request('GET', '/')
  let answer
  for (;;) {
    answer = await call(target, get).catch(() => undefined)
    if (answer?.status === 200) break
    await seconds(0.05)
  }
  const plain = spawn(process.execPath, [path.join(here, 'plain-server.mjs'), answer.body, 'application/json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise(resolve => plain.stdout.once('data', text => resolve(Number(text))))
  // in turn, so that a busy moment of the machine hits both
  const ours = [], theirs = []
  for (let round = 0; round < 3; round++) {
    ours.push(await load({ target, requestOf: () => get, seconds: 2 }))
    theirs.push(await load({ target: { host: '127.0.0.1', port }, requestOf: () => get, seconds: 2 }))
  }
  plain.kill()
  row('NodePort requests', median(ours), '/s', { better: 'more' })
  row('… a plain Node HTTP server', median(theirs), '/s', { better: 'more' })
  row('… ratio', 100 * median(ours) / median(theirs), '%', { aim: 90, better: 'more' })
  await cluster.stop()
})

await part('webernetes', async () => {
  const bundle = path.resolve(here, '../node_modules/.cache/mimikube/webernetes.mjs')
  mkdirSync(path.dirname(bundle), { recursive: true })
  await build({ entryPoints: [path.join(here, 'webernetes.mjs')], outfile: bundle, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  const results = []
  for (let i = 0; i < 5; i++) results.push(JSON.parse((await run(process.execPath, [bundle])).stdout))
  const of = key => median(results.map(result => result[key]))
  row('@ngrok/webernetes: start (no API server)', of('started') / 1000, 's', { better: 'less' })
  row('@ngrok/webernetes: memory at rest', of('rest') / 2 ** 20, 'MB', { better: 'less' })
  row('@ngrok/webernetes: Deployment of 100 Ready', of('hundredReady') / 1000, 's', { better: 'less' })
})

const cpus = os.cpus()
console.log(`\nNode ${process.version}, ${cpus.length} × ${cpus[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.platform()} ${os.release()}\n`)
const cells = rows.map(({ what, value, unit, aim, real, better }) => {
  const ratio = real === undefined ? '' : `${show(better === 'less' ? real / value : value / real)} ×`
  const reached = aim === undefined ? '' : (better === 'less' ? value <= aim : value >= aim) ? 'yes' : 'no'
  return [what, `${show(value)} ${unit}`, aim === undefined ? '' : `${show(aim)} ${unit}`, reached, real === undefined ? '' : `${show(real)} ${unit}`, ratio]
})
const head = ['', 'measured', 'aim', 'reached', 'real control plane', 'better by']
const widths = head.map((_, column) => Math.max(...[head, ...cells].map(line => line[column].length)))
const print = line => console.log('| ' + line.map((cell, column) => column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])).join(' | ') + ' |')
print(head)
console.log('|' + widths.map((width, column) => (column ? '-'.repeat(width + 1) + ':' : '-'.repeat(width + 2))).join('|') + '|')
cells.forEach(print)
