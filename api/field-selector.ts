import { apiVersionOf, type Kind } from './kind.ts'
import type { KubeObject } from './object.ts'

/** Field selectors: `metadata.name=a,status.phase!=Running` (apimachinery, fields/selector, 1.36). */

export interface FieldRequirement { readonly field: string; readonly op: '=' | '!='; readonly value: string }

/** At the commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === ',') { terms.push(text.slice(start, i)); start = i + 1 }
  }
  terms.push(text.slice(start))
  return terms.filter(term => term !== '')
}

function unescapeValue(text: string): string {
  let value = ''
  const characters = [...text]
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]
    if (character === '\\') {
      const escaped = characters[++i]
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
        throw new Error(`invalid field selector: invalid escape sequence: \\${escaped ?? ''}`)
      }
      value += escaped
    } else if (character === ',' || character === '=') {
      // Go prints the rune's number.
      throw new Error(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`)
    } else {
      value += character
    }
  }
  return value
}

/** The terms of a field selector, in upstream's (sorted) order. Throws a plain Error in upstream's words. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return splitTerms(text).sort().map(term => {
    const operator = /!=|==|=/.exec(term)
    if (operator === null) throw new Error(`invalid selector: '${text}'; can't understand '${term}'`)
    const value = unescapeValue(term.slice(operator.index + operator[0].length))
    return { field: term.slice(0, operator.index), op: operator[0] === '!=' ? '!=' : '=', value }
  })
}

const isMetadata = (field: string) => field === 'metadata.name' || field === 'metadata.namespace'

/**
 * Throws a plain Error, in the words that the kind has for it, at the first field that the kind can't be selected by. A kind
 * that declares `selectableFields` (be it empty) has its own conversion upstream, and with it other words.
 */
export function checkFieldSelector(kind: Kind, requirements: readonly FieldRequirement[]): void {
  for (const { field } of requirements) {
    if (kind.selectableFields === undefined) {
      if (!isMetadata(field)) {
        throw new Error(`${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`)
      }
      continue
    }
    if (field === 'metadata.name' || (field === 'metadata.namespace' && kind.namespaced)) continue
    if (Object.hasOwn(kind.selectableFields, field)) continue
    if (kind.group === 'batch' && kind.kind === 'Job') {
      throw new Error(`field label ${JSON.stringify(field)} not supported for Job`)
    }
    if (kind.kind === 'ResourceSlice') {
      throw new Error(`field label not supported for ${apiVersionOf(kind)}, Kind=ResourceSlice: ${field}`)
    }
    throw new Error(`field label not supported: ${field}`)
  }
}

/** Whether an object meets every term; the fields are those that `checkFieldSelector` let pass. */
export function fieldsMatch(kind: Kind, requirements: readonly FieldRequirement[], object: Readonly<KubeObject>): boolean {
  for (const { field, op, value } of requirements) {
    const actual = field === 'metadata.name' ? object.metadata.name
      : field === 'metadata.namespace' ? object.metadata.namespace ?? ''
      : kind.selectableFields?.[field]?.(object) ?? ''
    if ((actual === value) !== (op === '=')) return false
  }
  return true
}
