// Every recorded case, played against a cluster of ours. What is not in gaps.tsv has to match to the last line.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findKubectl } from '../../cli/find-kubectl.ts'
import { compareWithGaps, readGaps } from './gaps.mjs'
import { casesIn, connect, difference, marked, play } from './play.mjs'
import { startRecordedCluster } from './recorded-cluster.mjs'

const folder = fileURLToPath(new URL('./', import.meta.url))
const nameOf = file => path.relative(folder, file).replace(/\.txt$/, '').split(path.sep).join('/')
const files = casesIn(folder).filter(file => nameOf(file).includes('/'))
const gaps = readGaps()

/** Why the cases can't be played here; undefined when they can. */
async function obstacle() {
  const run = promisify(execFile)
  const kubectl = await findKubectl()
  if (!kubectl) return 'no kubectl'
  const { clientVersion } = JSON.parse((await run(kubectl, ['version', '--client', '-o', 'json'])).stdout)
  if (clientVersion.minor !== '36') return `kubectl is 1.${clientVersion.minor}; the cases hold the words of 1.36`
  for (const [program, option] of [['bash', '--version'], ['curl', '--version'], ['jq', '--version'], ['openssl', 'version']])
    if (await run(program, [option]).then(() => false, () => true)) return `no ${program}`
  return undefined
}

const reason = await obstacle()
if (reason) console.log(`The recorded cases are skipped: ${reason}.`)

/*
 * Some cases show what is sorted by whole seconds, or look at pods on their way: on a machine that is busy elsewhere a second can
 * fall between two steps. Hence two more tries; what differs three times differs.
 */

/** A step known to differ may hang where the real one ends: it gets less time. */
const limitOf = prefix => (name, step) => {
  const gap = gaps.get(`${prefix}/${name}`)
  return gap && (gap.whole || gap.reasons.has(step + 1)) ? 6 : 60
}

function suite(title, cases, each) {
  describe.skipIf(reason || cases.length === 0)(title, () => {
    let cluster, connected
    beforeAll(async () => {
      cluster = await startRecordedCluster()
      connected = await connect({ kubeconfig: cluster.kubeconfig, kubectl: await findKubectl() })
    })
    afterAll(async () => {
      connected?.disconnect()
      await cluster?.stop()
    })
    each(cases.map(file => [nameOf(file), file]))('%s', { timeout: 300_000, retry: 2 }, async (name, file) => {
      // A case that waits as a whole is shown to be still open by its first difference.
      const stopAtFirst = gaps.get(name)?.whole
      const results = await play(file, { timeout: 60, limitOf: limitOf(path.dirname(name)), stopAtFirst, ...connected })
      const { open, closed } = compareWithGaps(name, results, gaps)
      const shown = open.flatMap(step => [`step ${step}: ${results[step - 1].item.commands.join('\n')}`, ...difference(results[step - 1]).slice(0, 40)])
      expect(shown.join('\n'), 'answers otherwise than recorded (- recorded, + ours)').toBe('')
      expect(closed, 'these gaps have closed: take them out of gaps.tsv').toEqual([])
    })
  })
}

suite('recorded cases, side by side', files.filter(file => !marked(file, 'alone')), cases => test.concurrent.each(cases))
suite('recorded cases that want the cluster for themselves', files.filter(file => marked(file, 'alone')), cases => test.each(cases))

test('every gap names a case that exists', () => {
  expect([...gaps.keys()].filter(name => !files.some(file => nameOf(file) === name))).toEqual([])
})
