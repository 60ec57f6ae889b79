// Writes api/schema/generated/descriptions.json (git-ignored): what `kubectl explain` says of each type and field, taken from
// the comments in the model declarations of @kubernetes/client-node, which are made from the same Kubernetes version.
//   { "core.v1.PodSpec": { "": "PodSpec is …", "containers": "List of …" }, … }
// Most fields that refer to another type have no comment there: whoever shows them takes the type's own.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = new URL('../', import.meta.url)
const models = path.join(path.dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models')

const fieldsOf = new Map()
for (const line of readFileSync(new URL('api/schema/fields.tsv', root), 'utf8').trimEnd().split('\n').slice(1)) {
  const [definition, field, type] = line.split('\t')
  if (!fieldsOf.has(definition)) fieldsOf.set(definition, [])
  if (field && field !== '*') fieldsOf.get(definition).push([field, type])
}

const capital = text => text[0].toUpperCase() + text.slice(1)

/** `V1PodSpec.d.ts`; where several groups have the name, the file says its group: `CoreV1Event.d.ts`. */
function modelFile(definition) {
  const [group, version, name] = definition.split('.').slice(-3)
  return [`${capital(group)}${capital(version)}${name}`, `${capital(version)}${name}`]
    .map(model => path.join(models, `${model}.d.ts`)).find(file => existsSync(file))
}

/** Texts whose authors put two blanks between sentences; elsewhere two blanks are what is left of an empty line. */
const twoBlanks = new RegExp('^(authorization|autoscaling|events|flowcontrol|node|rbac)\\.'
  + '|^core\\.v1\\.(Event|SecurityContext|ServicePort|ServiceSpec|StorageOS\\w+)$')

/** The generator writes every newline as a blank: bullets and paragraphs are told again by what stands around them. */
function withLines(text, definition) {
  const lines = text.replace(/\\(["'`\\])/g, '$1')
    .replace(/ (?= {2}[-*] )/g, '\n').replace(/(?<=[\w.:;)]) {2}(?=[-*] )/g, '\n\n')
  const paragraphs = twoBlanks.test(definition) ? lines : lines.replace(/(?<=[.:;)]) {2}(?=\S)/g, '\n\n')
  return paragraphs.replace(/ {2}(?=(Required|Optional)\b)/g, '\n\n').trim()
}

/** Types without a model of their own lend their text to the fields that have them, which then have none. */
const lenders = new Set(['util.intstr.IntOrString', 'apiextensions.v1.JSON', 'apiextensions.v1.JSONSchemaPropsOrArray',
  'apiextensions.v1.JSONSchemaPropsOrBool', 'apiextensions.v1.JSONSchemaPropsOrStringArray'])

const described = {}
for (const [definition, fields] of fieldsOf) {
  const file = modelFile(definition)
  if (!file) continue
  const text = readFileSync(file, 'utf8')
  const comments = new Map()
  for (const [, comment, name] of text.matchAll(/\/\*\*\n\s*\* ([^\n]*)\n\s*\*\/\n\s*(export declare class|'[^']+')/g)) {
    comments.set(name.replaceAll("'", ''), comment)
  }
  const entry = {}
  if (comments.has('export declare class')) entry[''] = withLines(comments.get('export declare class'), definition)
  for (const [field, type] of fields) {
    const names = [field, `_${field}`, field.replaceAll('-', '_'), field.replace('$', '')]
    const comment = names.map(name => comments.get(name)).find(Boolean)
    if (!comment) continue
    if (lenders.has(type) && comment.startsWith(`${type.split('.').at(-1)} `)) {
      described[type] = { '': comment.replace(/\\(["'`\\])/g, '$1') }
    } else entry[field] = withLines(comment, definition)
  }
  if (Object.keys(entry).length) described[definition] = entry
}
mkdirSync(new URL('api/schema/generated/', root), { recursive: true })
writeFileSync(new URL('api/schema/generated/descriptions.json', root), JSON.stringify(described))
