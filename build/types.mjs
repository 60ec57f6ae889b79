// Writes what the table of fields gives, git-ignored, into api/schema/generated/: types.ts, the TypeScript types of all kinds,
// and fields.ts, the table itself as a string, so that it travels inside a bundle and needs no file at run time.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const table = readFileSync(new URL('api/schema/fields.tsv', root), 'utf8')
const rows = table.trimEnd().split('\n')
const header = rows.shift().split('\t')
const at = name => header.indexOf(name)
const definitions = new Map()
for (const row of rows) {
  const cells = row.split('\t')
  const name = cells[at('definition')]
  if (!definitions.has(name)) definitions.set(name, [])
  definitions.get(name).push(cells)
}

// `Pod` where only one group has the name, else the core one keeps it and others say their group: `EventsV1Event`.
const byShortName = new Map()
for (const name of definitions.keys()) {
  const short = name.split('.').at(-1)
  byShortName.set(short, [...(byShortName.get(short) ?? []), name])
}
const preferred = ['core.v1', 'meta.v1', 'autoscaling.v2', 'policy.v1']
const capital = text => text[0].toUpperCase() + text.slice(1)
const typeNames = new Map()
for (const [short, names] of byShortName) {
  const winner = names.length === 1 ? names[0]
    : preferred.map(group => names.find(name => name === `${group}.${short}`)).find(Boolean)
  for (const name of names) typeNames.set(name, name === winner ? short : name.split('.').map(capital).join(''))
}
const builtIn = {
  ObjectMeta: 'ObjectMeta', OwnerReference: 'OwnerReference', ManagedFieldsEntry: 'ManagedFieldsEntry', ListMeta: 'ListMeta',
}
const strings = new Set(['api.resource.Quantity', 'meta.v1.Time', 'meta.v1.MicroTime', 'meta.v1.Duration'])

function typeOf(type, choices) {
  if (type.startsWith('[]')) return `Array<${typeOf(type.slice(2), choices)}>`
  if (type.startsWith('map:')) return `Record<string, ${typeOf(type.slice(4), choices)}>`
  if (type.startsWith('string')) return choices ? choices.split('|').map(c => JSON.stringify(c)).join(' | ') : 'string'
  if (type.startsWith('integer') || type.startsWith('number')) return 'number'
  if (type === 'boolean') return 'boolean'
  if (type === 'util.intstr.IntOrString') return 'number | string'
  if (strings.has(type)) return 'string'
  const short = type.split('.').at(-1)
  if (type.startsWith('meta.v1.') && builtIn[short]) return builtIn[short]
  return typeNames.get(type) ?? 'any'
}

const out = [
  '// Made from api/schema/fields.tsv by build/types.mjs. Do not edit.',
  "import type { KubeObject, ListMeta, ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../../object.ts'",
  '',
]
for (const [name, fields] of definitions) {
  const short = name.split('.').at(-1)
  if (name.startsWith('meta.v1.') && builtIn[short]) continue
  if (fields.length === 1 && !fields[0][at('field')]) {
    out.push(`export type ${typeNames.get(name)} = ${typeOf(fields[0][at('type')], fields[0][at('enum')])}`, '')
    continue
  }
  const isKind = fields.some(f => f[at('field')] === 'metadata' && f[at('type')] === 'meta.v1.ObjectMeta')
    && fields.some(f => f[at('field')] === 'kind')
  out.push(`export interface ${typeNames.get(name)}${isKind ? ' extends KubeObject' : ''} {`)
  for (const f of fields) {
    const field = f[at('field')]
    if (!field || field === '*') continue
    if (isKind && ['apiVersion', 'kind', 'metadata'].includes(field)) continue
    const required = f[at('required')] === 'required' || (isKind && field === 'spec')
    const name = /^[A-Za-z_]\w*$/.test(field) ? field : JSON.stringify(field)
    out.push(`  ${name}${required ? '' : '?'}: ${typeOf(f[at('type')], f[at('enum')])}`)
  }
  out.push('}', '')
}
mkdirSync(new URL('api/schema/generated/', root), { recursive: true })
writeFileSync(new URL('api/schema/generated/types.ts', root), out.join('\n'))
writeFileSync(new URL('api/schema/generated/fields.ts', root),
  `// Made from api/schema/fields.tsv by build/types.mjs. Do not edit.\nexport const table = ${JSON.stringify(table)}\n`)
