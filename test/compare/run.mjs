// npm run compare -- --against KUBECONFIG [AREA …]   asks our server and a real control plane the same and prints what differs.
// An area is a file of this folder with `export async function compare(pair, report)`; `report(title, lines)` counts and prints.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPair } from './pair.mjs'

const { values: { against, show }, positionals } = parseArgs({
  allowPositionals: true, options: { against: { type: 'string' }, show: { type: 'string', default: '10' } },
})
const areas = readdirSync(fileURLToPath(new URL('./', import.meta.url)))
  .filter(file => file.endsWith('.mjs') && !['run.mjs', 'pair.mjs'].includes(file)).map(file => file.slice(0, -'.mjs'.length))
const chosen = positionals.length ? positionals : areas
const unknown = chosen.filter(area => !areas.includes(area))
if (!against || unknown.length) {
  console.error(`Failed to compare: ${against ? `no area ${unknown.join(', ')}` : 'give --against KUBECONFIG'}; areas: ${areas.join(', ')}.`)
  process.exit(2)
}

const pair = await startPair(against)
let same = 0, different = 0
try {
  for (const area of chosen) {
    const { compare } = await import(`./${area}.mjs`)
    await compare(pair, (title, lines) => {
      if (lines.length === 0) { same++; return }
      different++
      console.log([`${area}: ${title}`, ...lines.slice(0, Number(show)).map(line => `    ${line}`)].join('\n'))
    })
  }
} finally {
  await pair.stop()
}
console.log(`${same} same, ${different} different`)
process.exit(different ? 1 : 0)
