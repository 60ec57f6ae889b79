import { table } from './generated/fields.ts'
import type { AnySchema, Field, Presence, ScalarSchema, ScalarType, Schema, StructSchema } from './schema.ts'

/**
 * The table of fields as schemas. Nothing is read at import; the first question cuts the table into definitions (well below
 * a millisecond), and each definition is parsed when it is first used.
 */

/** The struct of a definition in the table, as `core.v1.PodSpec`. Throws for names that are not there: that is our bug. */
export function schemaOf(definition: string): StructSchema {
  const known = structs.get(definition)
  if (known) return known
  if (!definitions().has(definition)) throw new Error(`no definition "${definition}" in api/schema/fields.tsv`)
  const schema = new TableStruct(definition)
  structs.set(definition, schema)
  return schema
}

export const hasSchema = (definition: string): boolean => definitions().has(definition)

/** Every definition in the table, in its order: alphabetical. */
export const definitionNames = (): string[] => [...definitions().keys()]

/** The struct of a kind; undefined when the table has none. Options kinds answer for every group and version. */
export function schemaByKind(group: string, version: string, kind: string): StructSchema | undefined {
  kinds ??= indexKinds()
  const definition = kinds.get(`${group}/${version}/${kind}`) ?? (everywhere.has(kind) ? `meta.v1.${kind}` : undefined)
  return definition === undefined ? undefined : schemaOf(definition)
}
/** Kinds of meta/v1 that upstream registers in each group and version. */
const everywhere = new Set([
  'CreateOptions', 'DeleteOptions', 'GetOptions', 'ListOptions', 'PatchOptions', 'UpdateOptions', 'WatchEvent',
])

/** The schema of a type as the table writes it: `[]core.v1.Container`, `map:string`, `integer:int32`, `core.v1.PodSpec`. */
export function schemaOfType(type: string): Schema {
  const known = types.get(type)
  if (known) return known
  const schema = parseType(type)
  types.set(type, schema)
  return schema
}

const structs = new Map<string, StructSchema>()
const types = new Map<string, Schema>()
let lines: Map<string, readonly [start: number, end: number]> | undefined
let columns: Record<string, number> | undefined
let kinds: Map<string, string> | undefined

const scalars: Record<string, ScalarType> = {
  'string': 'string', 'string:byte': 'bytes', 'boolean': 'boolean', 'integer:int32': 'int32', 'integer:int64': 'int64',
  'number:double': 'double', 'api.resource.Quantity': 'Quantity', 'meta.v1.Time': 'Time', 'meta.v1.MicroTime': 'MicroTime',
  'meta.v1.Duration': 'Duration', 'util.intstr.IntOrString': 'IntOrString',
}

/** Where each definition's lines stand in the table. */
function definitions(): ReadonlyMap<string, readonly [start: number, end: number]> {
  if (lines) return lines
  const found = new Map<string, [number, number]>()
  let at = table.indexOf('\n') + 1
  columns = Object.fromEntries(table.slice(0, at - 1).split('\t').map((name, index) => [name, index]))
  let current: [number, number] = [0, 0], prefix = '\n'
  while (at < table.length) {
    const next = table.indexOf('\n', at) + 1 || table.length
    if (!table.startsWith(prefix, at)) {
      const name = table.slice(at, table.indexOf('\t', at))
      prefix = `${name}\t`
      current = [at, next]
      found.set(name, current)
    }
    current[1] = next
    at = next
  }
  return lines = found
}

/** The rows of a definition, cut into cells; `cell(row, 'type')` reads one. */
function rowsOf(definition: string): string[][] {
  const [start, end] = definitions().get(definition)!
  return table.slice(start, end - 1).split('\n').map(line => line.split('\t'))
}
const cell = (row: readonly string[], column: string): string => row[columns![column]] ?? ''

class TableStruct implements StructSchema {
  readonly type = 'struct'
  readonly name: string
  atomic?: boolean
  unions?: string
  groupVersionKind?: { group: string; version: string; kind: string }
  #fields: ReadonlyMap<string, Field> | undefined
  #rows: string[][] | undefined

  constructor(name: string) {
    this.name = name
    this.#rows = rowsOf(name)
    for (const row of this.#rows) {
      const field = cell(row, 'field')
      if (field === '*') {
        const kind = cell(row, 'list_or_map_type/keys')
        if (kind === 'atomic') this.atomic = true
        else if (kind.startsWith('unions=')) this.unions = kind.slice('unions='.length)
      } else if (field === 'apiVersion' && cell(row, 'group_version_kind')) {
        this.groupVersionKind = readGroupVersionKinds(cell(row, 'group_version_kind'))[0]
      }
    }
  }

  /** Read at the first use: definitions refer to each other, some to themselves. */
  get fields(): ReadonlyMap<string, Field> {
    if (!this.#fields) {
      const rows = this.#rows!.filter(row => !['', '*'].includes(cell(row, 'field')))
      this.#fields = new Map(rows.map(row => [cell(row, 'field'), readField(row)]))
      this.#rows = undefined
    }
    return this.#fields
  }
}

function readField(row: readonly string[]): Field {
  const numbers = cell(row, 'protobuf').split('/').filter(Boolean).map(Number)
  const names = cell(row, 'inline').split('/').filter(Boolean)
  const text = cell(row, 'default'), choices = cell(row, 'enum'), goType = cell(row, 'go')
  const field: Field = {
    name: cell(row, 'field'),
    schema: withListType(schemaOfType(cell(row, 'type')), cell(row, 'list_or_map_type/keys')),
    required: cell(row, 'required') === 'required',
    patchStrategy: cell(row, 'patch_strategy').split(',').filter(s => s === 'merge' || s === 'retainKeys' || s === 'replace'),
    presence: (cell(row, 'presence') || 'omitempty') as Presence,
  }
  if (text) field.default = JSON.parse(text)
  if (choices) field.enum = choices.split('|')
  if (cell(row, 'patch_merge_key')) field.patchMergeKey = cell(row, 'patch_merge_key')
  if (numbers.length) field.number = numbers.at(-1) as number
  if (goType) field.goType = goType
  if (names.length) field.embedded = names.map((name, index) => ({ name, number: numbers[index] as number | undefined }))
  return field
}

/** `atomic`, `set`, `map/key,key` or `granular`, as it stands at the field. */
function withListType(schema: Schema, text: string): Schema {
  if (text === '') return schema
  const [kind, keys] = text.split('/')
  if (schema.type === 'list') {
    const listType = kind === 'set' || kind === 'map' ? kind : 'atomic'
    return { type: 'list', item: schema.item, listType, keys: keys ? keys.split(',') : [] }
  }
  if (schema.type === 'map' || schema.type === 'scalar') return { ...schema, atomic: kind === 'atomic' }
  if (schema.type === 'struct' && (kind === 'atomic') !== (schema.atomic ?? false)) return withAtomic(schema, kind === 'atomic')
  return schema
}

/** A struct that one field takes as a whole, or piece by piece, other than its definition says. */
function withAtomic(schema: StructSchema, atomic: boolean): StructSchema {
  return {
    type: 'struct', name: schema.name, atomic, unions: schema.unions, groupVersionKind: schema.groupVersionKind,
    get fields() { return schema.fields },
  }
}

function parseType(type: string): Schema {
  if (type.startsWith('[]')) {
    return { type: 'list', item: schemaOfType(type.slice(2)), listType: 'atomic', keys: [], unstated: true }
  }
  if (type.startsWith('map:')) return { type: 'map', value: schemaOfType(type.slice(4)) }
  const scalar = scalars[type]
  if (scalar) return { type: 'scalar', scalar } satisfies ScalarSchema
  const at = definitions().get(type)
  if (!at) return { type: 'any' }
  const [first] = rowsOf(type)
  return cell(first, 'field') === '' ? { type: 'any', name: type } satisfies AnySchema : schemaOf(type)
}

function readGroupVersionKinds(text: string): { group: string; version: string; kind: string }[] {
  return text.split('|').map(part => {
    const [kind, version, ...group] = part.split('/').toReversed()
    return { group: group.join('/'), version, kind }
  })
}

function indexKinds(): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of definitions().keys()) {
    for (const row of rowsOf(name)) {
      const text = cell(row, 'group_version_kind')
      if (text) for (const { group, version, kind } of readGroupVersionKinds(text)) found.set(`${group}/${version}/${kind}`, name)
    }
  }
  return found
}
