// npm run recorded -- [PATTERN …]   plays the recorded cases whose folder/name matches a pattern (a regular expression) against a
// cluster of its own and shows where it answers differently from a real control plane (- recorded, + ours).
//   --show N        differences shown for each case (5)
//   --jobs N        cases side by side (4)
//   --speed S       of the cluster
//   --timeout N     seconds for a step (60)
//   --update-gaps   writes gaps.tsv anew for the cases played; --reason TEXT goes to the gaps that are new
//   --whole         … and new ones are entered as whole cases, each of which ends with its first difference
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findKubectl } from '../../dist/find-kubectl.js'
import { compareWithGaps, readGaps, writeGaps } from './gaps.mjs'
import { casesIn, connect, difference, marked, play } from './play.mjs'
import { startRecordedCluster } from './recorded-cluster.mjs'

const folder = fileURLToPath(new URL('./', import.meta.url))
const options = { show: 5, jobs: 4, timeout: 60 }
const patterns = []
for (let args = process.argv.slice(2); args.length;) {
  const argument = args.shift()
  if (argument === '--update-gaps') options.updateGaps = true
  else if (argument === '--whole') options.whole = true
  else if (argument.startsWith('--')) { const value = args.shift(); options[argument.slice(2)] = /^\d+$/.test(value) ? Number(value) : value }
  else patterns.push(new RegExp(argument))
}

const nameOf = file => path.relative(folder, file).replace(/\.txt$/, '').split(path.sep).join('/')
const files = casesIn(folder).filter(file => nameOf(file).includes('/') && (!patterns.length || patterns.some(pattern => pattern.test(nameOf(file)))))
if (!files.length) { console.error(`Failed to play cases: none matches ${patterns.join(' ')}.`); process.exit(2) }
const kubectl = await findKubectl()
if (!kubectl) { console.error('Failed to play cases: there is no kubectl.'); process.exit(1) }

const gaps = readGaps()
const played = new Map()
const totals = new Map()
let cluster, connected
const stop = async () => { connected?.disconnect(); await cluster?.stop() }
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, async () => { await stop(); process.exit(130) })

async function one(file) {
  const name = nameOf(file)
  const stopAtFirst = options.whole && (gaps.get(name)?.whole ?? true)
  const results = await play(file, { ...options, stopAtFirst, ...connected })
  played.set(name, results)
  const bad = results.filter(result => !result.same)
  const { open, closed } = compareWithGaps(name, results, gaps)
  const total = totals.get(path.dirname(name)) ?? { cases: 0, whole: 0, steps: 0, same: 0 }
  totals.set(path.dirname(name), {
    cases: total.cases + 1, whole: total.whole + (bad.length ? 0 : 1), steps: total.steps + results.length, same: total.same + results.length - bad.length })
  const notes = [open.length ? `not on the list: ${open.join(', ')}` : '', closed.length ? `closed: ${closed.join(', ')}` : ''].filter(Boolean).join('; ')
  console.log(`${bad.length ? 'no ' : 'ok '} ${results.length - bad.length}/${results.length}  ${name}${notes ? `  (${notes})` : ''}`)
  for (const result of bad.slice(0, options.show))
    console.log([`  ${results.indexOf(result) + 1} $ ` + result.item.commands.join('\n  > '), ...difference(result).slice(0, 40)].join('\n'))
  if (options.show && bad.length > options.show) console.log(`  … and ${bad.length - options.show} more steps`)
}

async function onCluster(work) {
  cluster = await startRecordedCluster(options.speed ? { speed: String(options.speed) } : {})
  connected = await connect({ kubeconfig: cluster.kubeconfig, kubectl })
  await work()
  await stop()
  cluster = connected = undefined
}

const together = files.filter(file => !marked(file, 'alone'))
const alone = files.filter(file => marked(file, 'alone'))
if (together.length) await onCluster(() => Promise.all(Array.from({ length: options.jobs }, async () => { while (together.length) await one(together.shift()) })))
if (alone.length) await onCluster(async () => { for (const file of alone) await one(file) })

console.log()
for (const [name, { cases, whole, steps, same }] of [...totals].sort())
  console.log(`${name.padEnd(12)} ${String(whole).padStart(3)} of ${cases} cases, ${same} of ${steps} steps (${Math.round(100 * same / steps)}%)`)
if (options.updateGaps) writeGaps(played, options.reason ?? 'not looked at yet', options)
const sum = key => [...totals.values()].reduce((all, total) => all + total[key], 0)
console.log(`${sum('same')} passed, ${sum('steps') - sum('same')} failed`)
process.exitCode = sum('same') === sum('steps') ? 0 : 1
