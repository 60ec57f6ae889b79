import { membersOf, propertyOf, type JsonSchema } from './schema-parts.ts'

/** Where a path such as `.spec.color` or `.spec['odd name']` leads to in a schema (schema/cel ValidFieldPath, 1.36). */

export type FoundField = { complaint: string } | { steps: readonly string[]; schema: JsonSchema | undefined }

/** Delimiters are tokens of their own, and so is what stands between them; a quoted text may hold them. */
const tokensOf = (path: string): string[] => path.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|'/g) ?? []

export function fieldAt(path: string, root: JsonSchema, arrayNotation = true): FoundField {
  const tokens = tokensOf(path), steps: string[] = []
  let schema: JsonSchema | undefined = root
  const nowhere = { complaint: 'does not refer to a valid field' }, ends = { complaint: 'unexpected end of JSON path' }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    let name = tokens[++i]
    if (token === '[') {
      if (!arrayNotation) return { complaint: 'array notation is not allowed' }
      if (name === undefined) return ends
      if (!/^'.*'$/s.test(name) || name.length < 2) return { complaint: `expected single quoted string but got ${name}` }
      name = name.slice(1, -1).replace(/\\(.)/g, '$1')
    } else if (token !== '.') {
      return { complaint: `expected [ or . but got: ${token}` }
    } else if (name === undefined) return ends
    if (schema?.properties && Object.keys(schema.properties).length > 0) {
      schema = propertyOf(schema, name)
      if (!schema) return nowhere
      steps.push(`.${name}`)
    } else if (schema?.additionalProperties !== undefined) {
      schema = membersOf(schema)
      steps.push(`[${name}]`)
    } else return nowhere
    if (token === '[') {
      const closing = tokens[++i]
      if (closing === undefined) return ends
      if (closing !== ']') return { complaint: `expected ] but got ${closing}` }
    }
  }
  return { steps, schema }
}
