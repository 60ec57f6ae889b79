// What kubectl prints: scenarios in the form of recorded cases (commands only, ../recorded/README.md) in kubectl/*.txt, and those made here
// for every kind, each played on both clusters in a namespace of its name. SCENARIOS=REGEX plays those whose name matches; JOBS=N side by side.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findKubectl } from '../../dist/find-kubectl.js'
import { connect, difference, parse, play } from '../recorded/play.mjs'
import { perKind } from './kubectl/every-kind.mjs'
import { statusScenarios } from './kubectl/statuses.mjs'

const folder = fileURLToPath(new URL('./kubectl/', import.meta.url))

/** Reports one step of one scenario at a time. */
export async function compare({ real, ours }, report) {
  const kubectl = await findKubectl()
  const sides = [await connect({ kubeconfig: real.kubeconfig, kubectl }), await connect({ kubeconfig: ours.kubeconfig, kubectl })]
  const work = mkdtempSync(path.join(tmpdir(), 'compare-kubectl-'))
  const left = scenarios().filter(({ name }) => new RegExp(process.env.SCENARIOS ?? '').test(name))
  const one = async ({ name, text }) => {
    const [theirs, own] = await Promise.all(sides.map((side, index) => answers(path.join(work, String(index)), name, text, side)))
    theirs.forEach((item, index) => {
      const { out, err, code } = own[index]
      report(`${name} ${index + 1} $ ${item.commands.join('\n  > ')}`, difference({ item, got: { out, err, code } }).map(line => line.slice(0, 400)))
    })
  }
  await Promise.all(Array.from({ length: Number(process.env.JOBS ?? 3) }, async () => { while (left.length) await one(left.shift()) }))
  for (const side of sides) side.disconnect()
  rmSync(work, { recursive: true, force: true })
}

/** The steps of a scenario with what this side answered. */
async function answers(folder, name, text, side) {
  const file = path.join(folder, `${name}.txt`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, text)
  await play(file, { ...side, record: true, timeout: 60 })
  return parse(mask(readFileSync(file, 'utf8'))).filter(item => item.kind === 'step')
}

const scenarios = () => [
  ...readdirSync(folder).filter(file => file.endsWith('.txt')).map(file =>
    ({ name: `ctl-${file.slice(0, -'.txt'.length)}`, text: readFileSync(path.join(folder, file), 'utf8') })),
  ...perKind(), ...statusScenarios(),
]

/** What no two clusters have in common, beyond what recorded cases leave out. */
const mask = text => text
  .replace(/(Resource Version:\s+|resourceVersion\\?":\\?")\d+/g, '$1<rv>')
  .replace(/\b3[0-2]\d{3}\b/g, '<port>')
  .replace(/\b0x[0-9a-f]{5,}/g, '<address>')
  .replace(/\bW\d{4} [\d:.]+ +\d+ /g, 'W ')
  .replace(/kubectl-edit-\d+/g, 'kubectl-edit-<n>')
  .replace(/(ca\.crt:\s+)\d+ bytes/g, '$1<any>')
  .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
  .replace(/((ca\.crt|token|tls\.crt|certificate): ?"?)[A-Za-z0-9+/=]{100,}/g, '$1<any>')
