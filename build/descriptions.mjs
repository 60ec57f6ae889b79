// Writes api/schema/generated/descriptions.json (git-ignored): what `kubectl explain` says of each type and field, taken from
// the comments in the declarations of kubernetes-models, which are made from the OpenAPI document of the same Kubernetes version.
//   { "core.v1.PodSpec": { "": "PodSpec is …", "containers": "List of …" }, … }
// That package wants Node 22 for its code; only its declarations are read, as text, so that it serves on Node 20 as well.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = new URL('../', import.meta.url)
const require = createRequire(import.meta.url)
const folderOf = name => path.dirname(require.resolve(`${name}/package.json`))

const table = readFileSync(new URL('api/schema/fields.tsv', root), 'utf8').trimEnd().split('\n').slice(1)
/** Of the table; and what `/version` answers, which is no kind. */
const definitions = [...new Set(table.map(line => line.slice(0, line.indexOf('\t')))), 'version.Info']

const capital = text => text[0].toUpperCase() + text.slice(1)
/** `core.v1.PodSpec` as the end of the name that its declaration exports: `CoreV1PodSpec`. */
const exportedAs = definition => definition.split('.').map(capital).join('')
const prefix = /^IoK8s(ApimachineryPkg(Apis(?=[A-Z]))?|ApiextensionsApiserverPkgApis|KubeAggregatorPkgApis|Api(?=[A-Z]))/

/** The declarations of both packages by the end of their exported name. */
function* declarations() {
  for (const folder of ['kubernetes-models', '@kubernetes-models/apimachinery'].map(folderOf)) {
    for (const file of readdirSync(folder, { recursive: true })) {
      if (!file.endsWith('.d.ts') || file.startsWith('_schemas')) continue
      const text = readFileSync(path.join(folder, file), 'utf8')
      const exported = /^export type \{ \w+ as I(\w+)/m.exec(text)
      if (exported) yield [exported[1].replace(prefix, ''), text]
    }
  }
}

/** A comment without the marks that make it one, and without what the package adds. */
const plain = comment => comment.replace(/^ *\/\*\*\n|\n *\*\/$/g, '').replace(/^ *\*(?: |$)/gm, '')
  .replaceAll('\\*', '*').replaceAll('*\\/', '*/').replace(/\n@deprecated$/, '')

const comment = String.raw`( *\/\*\*\n(?: *\*(?!\/).*\n)* *\*\/)\n`
const ofType = new RegExp(`^${comment}export (?:interface|type) `, 'm')
const ofField = new RegExp(`^${comment} {4}"([^"]+)"\\??:`, 'gm')

const texts = new Map(declarations()), described = {}
for (const definition of definitions) {
  const text = texts.get(exportedAs(definition))
  if (!text) continue
  const entry = {}, own = ofType.exec(text)
  if (own) entry[''] = plain(own[1])
  for (const [, said, field] of text.matchAll(ofField)) entry[field] = plain(said)
  if (Object.keys(entry).length) described[definition] = entry
}
mkdirSync(new URL('api/schema/generated/', root), { recursive: true })
writeFileSync(new URL('api/schema/generated/descriptions.json', root), JSON.stringify(described))
