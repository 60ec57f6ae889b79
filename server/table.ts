import { apiVersionOf, type Column, type Kind } from '../api/kind.ts'
import { columnDescriptions } from '../api/kinds/column-descriptions.ts'
import type { KubeObject, ListMeta } from '../api/object.ts'
import { age } from '../api/duration.ts'
import { descriptionOf } from '../api/schema/descriptions.ts'
import { badRequest } from '../api/status.ts'

/** What goes into a row besides its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** The `includeObject` parameter; throws 400 as upstream. */
export function parseIncludeObject(value: string | null): IncludeObject {
  if (value === null || value === '') return 'Metadata'
  if (value !== 'None' && value !== 'Metadata' && value !== 'Object') {
    throw badRequest('Unable to convert to Table as requested: includeObject: ' +
      `Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`)
  }
  return value
}

/** The columns of a kind that brings none: its name and age. */
const plainColumns: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', description: 'meta.v1.ObjectMeta.name', value: object => object.metadata.name },
  { name: 'Age', type: 'string', description: 'meta.v1.ObjectMeta.creationTimestamp', value: (object, now) => age(object.metadata.creationTimestamp, now) },
]

export const columnsOf = (kind: Kind): readonly Column[] => kind.columns ?? plainColumns

/** A column's `description` may name a field of the table of fields, as `core.v1.SecretSpec.type`; its text is looked up then. */
function describe(text: string | undefined): string {
  if (!text) return ''
  const dot = text.lastIndexOf('.')
  // The schema adds to a text which values there are; a column does not.
  const named = /^[a-z]+\.v\w+\.\w+\.\w+$/.test(text) ? descriptionOf(text.slice(0, dot), text.slice(dot + 1)) : undefined
  return named?.split('\n\nPossible enum values')[0] || text
}

const definitions = new WeakMap<Kind, readonly object[]>()

/** What the columns of a kind are called and are for: worked out once, and the same for every table. */
export function columnDefinitions(kind: Kind): readonly object[] {
  let known = definitions.get(kind)
  if (!known) {
    const texts = columnDescriptions[`${apiVersionOf(kind)} ${kind.kind}`]
    known = columnsOf(kind).filter(column => !column.unnamed).map(({ name, type, format = '', description, priority = 0 }) =>
      ({ name, type, format, description: describe(description ?? texts?.[name]), priority }))
    definitions.set(kind, known)
  }
  return known
}

/** The metadata of an object as meta.k8s.io shows it. */
export const partialMetadata = (object: Readonly<KubeObject>, version = 'v1'): object =>
  ({ kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata })

/** The kind of what `as` asked for, as protobuf needs it. */
export const partialKind = (as: string, version: string) =>
  ({ group: 'meta.k8s.io', version, kind: as, schema: `meta.v1.${as}` })

export function tableRow(kind: Kind, object: Readonly<KubeObject>, include: IncludeObject, version: string, now: Date): object {
  return {
    cells: columnsOf(kind).map(column => { const cell = column.value(object, now); return cell === undefined ? '' : cell }),
    object: include === 'None' ? null : include === 'Object' ? object : partialMetadata(object, version),
  }
}

/** The kinds without a printer of their own leave an empty table without rows (apiserver, registry/rest DefaultTableConvertor). */
export const emptyRows = (kind: Kind): [] | null => (columnsOf(kind).at(-1)?.name === 'Created At' ? null : [])

/** A Table of objects; without `definitions` they are null, as in a watch after its first event. */
export function table(metadata: ListMeta, definitions: readonly object[] | null, rows: object[] | null, version = 'v1'): object {
  return { kind: 'Table', apiVersion: `meta.k8s.io/${version}`, metadata, columnDefinitions: definitions, rows }
}
