// Writes api/schema/generated/descriptions.json (git-ignored): what `kubectl explain` says of each type and field, taken from
// the comments in the declarations of kubernetes-models, which are made from the OpenAPI document of the same Kubernetes version.
//   { "core.v1.PodSpec": { "": "PodSpec is …", "containers": "List of …" }, "parameters.ListOptions": { "limit": "limit is …" }, … }
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

// What query parameters are for stands only in the client library, whose generator writes each newline as a blank.
const client = path.dirname(require.resolve('@kubernetes/client-node'))
const requests = readFileSync(path.join(client, 'gen/types/ObjectParamAPI.d.ts'), 'utf8')
const takenBy = new Map(Object.entries({
  ListOptions: 'listNamespacedPod', UpdateOptions: 'replaceNamespacedPod', PatchOptions: 'patchNamespacedPod',
  DeleteOptions: 'deleteNamespacedPod', PodLogOptions: 'readNamespacedPodLog', PodAttachOptions: 'connectGetNamespacedPodAttach',
  PodExecOptions: 'connectGetNamespacedPodExec', PodPortForwardOptions: 'connectGetNamespacedPodPortforward',
  PodProxyOptions: 'connectGetNamespacedPodProxyWithPath', ServiceProxyOptions: 'connectGetNamespacedServiceProxyWithPath',
  NodeProxyOptions: 'connectGetNodeProxyWithPath',
}).map(([options, request]) => [`CoreV1Api${request}`, options]))
const letters = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x60': '`', '#x3D': '=' }
const unescaped = text => text.replace(/\\(.)/g, '$1').replace(/&(#?\w+);/g, (whole, name) => letters[name] ?? whole)
const lineStarts = { 2: '\n\n', 3: '\n  ', 4: '\n\n  ', 5: '\n    ' }
/** Runs of blanks are where lines began: indented ones, paragraphs, and a bullet after an indented line. */
function withLines(text) {
  let indented = false
  return text.replace(/(?<=\S) {2,5}(?=(\S))/g, (blanks, next) => {
    if (blanks.length === 2 && !indented && !/[A-Z]/.test(next)) return blanks
    indented = blanks.length > 2
    return lineStarts[blanks.length]
  }).replace(/(?<=\n {2}\S[^\n]*\.) (?=- )/g, '\n')
}
const parameter = /\/\*\*\n +\* (.*)\n +\* Defaults to: .*\n.*\n +\* @memberof (\w+)\n +\*\/\n +_?(\w+)\??:/g
const common = new Set(['namespace', 'path', 'pretty'])
for (const [, said, request, name] of requests.matchAll(parameter)) {
  const options = takenBy.get(request)
  if (!options) continue
  // The same name in path and query: the second is the query's.
  const isCommon = common.has(name), entry = described[isCommon ? 'parameters' : `parameters.${options}`] ??= {}
  if (name !== 'name') entry[name === 'path2' ? 'path' : name] = options === 'ListOptions' ? withLines(unescaped(said)) : unescaped(said)
}
mkdirSync(new URL('api/schema/generated/', root), { recursive: true })
writeFileSync(new URL('api/schema/generated/descriptions.json', root), JSON.stringify(described))
