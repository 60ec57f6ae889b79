import { readFileSync } from 'node:fs'

/**
 * What a type or a field is for, in upstream's words. The texts are more than half a megabyte that build/descriptions.mjs makes: read
 * at the first question (OpenAPI, a table's column), never at start.
 */
let texts: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined

/** The description of a definition in the table (`core.v1.PodSpec`) or of one of its fields; undefined when there is none. */
export function descriptionOf(definition: string, field = ''): string | undefined {
  texts ??= read()
  return textIn(texts, definition, field) ?? (typeMeta.has(field) ? textIn(texts, 'meta.v1.DeleteOptions', field) : undefined)
}

/** Every kind has these two, and the same is said of them everywhere. */
const typeMeta = new Set(['apiVersion', 'kind'])

function textIn(known: NonNullable<typeof texts>, definition: string, field: string): string | undefined {
  const entry = Object.hasOwn(known, definition) ? known[definition] : undefined
  return entry && Object.hasOwn(entry, field) ? entry[field] : undefined
}

const read = (): Record<string, Record<string, string>> => JSON.parse(descriptionsText())

/** All descriptions as they stand in the file. */
export function descriptionsText(): string {
  try {
    return readFileSync(new URL('./generated/descriptions.json', import.meta.url), 'utf8')
  } catch (error) {
    // A checkout that was not built yet works, it only explains less.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}'
    throw error
  }
}
