import { labelKeyComplaints, labelValueComplaints } from './label-names.ts'
import { invalid, type FieldError } from './field-error.ts'

/** Label selectors: the text of `-l`, the LabelSelector of specs, and what they match (apimachinery, labels/selector, 1.36). */

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on one label; a selector is a list of them that must all hold. */
export interface Requirement { readonly key: string; readonly operator: Operator; readonly values: readonly string[] }

/** meta/v1 LabelSelector. */
export interface LabelSelector {
  matchLabels?: Readonly<Record<string, string>>
  matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

type Labels = Readonly<Record<string, string>> | undefined

const lookup = (labels: Labels, key: string): string | undefined =>
  (labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined)

const integerPattern = /^[+-]?[0-9]+$/
/** Go's ParseInt(value, 10, 64). */
function parseInteger(value: string): bigint | undefined {
  if (!integerPattern.test(value) || value.length > 64) return undefined
  const parsed = BigInt(value.startsWith('+') ? value.slice(1) : value)
  return parsed === BigInt.asIntN(64, parsed) ? parsed : undefined
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = lookup(labels, key)
  switch (operator) {
    case '=': case '==': case 'in': return value !== undefined && values.includes(value)
    case '!=': case 'notin': return value === undefined || !values.includes(value)
    case 'exists': return value !== undefined
    case '!': return value === undefined
    case 'gt': case 'lt': {
      const left = value === undefined ? undefined : parseInteger(value), right = parseInteger(values[0])
      return left !== undefined && right !== undefined && (operator === 'gt' ? left > right : left < right)
    }
  }
}

/** Whether labels meet every requirement; an empty list is met by all. */
export function labelsMatch(requirements: readonly Requirement[], labels: Labels): boolean {
  for (const requirement of requirements) if (!holds(requirement, labels)) return false
  return true
}

/** A requirement as upstream checks it (NewRequirement); throws an Error that lists all complaints. */
function newRequirement(key: string, operator: Operator, values: readonly string[]): Requirement {
  const errors: FieldError[] = []
  const complain = (complaints: string[], field: string, value: string) => {
    if (complaints.length > 0) errors.push(invalid(field, value, complaints.join('; ')))
  }
  complain(labelKeyComplaints(key), 'key', key)
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    errors.push(invalid('values', values, "for 'in', 'notin' operators, values set can't be empty"))
  }
  if ((operator === 'exists' || operator === '!') && values.length > 0) {
    errors.push(invalid('values', values, 'values set must be empty for exists and does not exist'))
  }
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, i) => {
      if (parseInteger(value) === undefined) {
        errors.push(invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"))
      }
    })
  }
  values.forEach((value, i) => complain(labelValueComplaints(value), `values[${i}][${key}]`, value))
  if (errors.length > 0) throw new Error(aggregate(errors.map(error => `${error.field}: ${error.message}`)))
  return { key, operator, values }
}

/** Several errors as Go's Aggregate prints them: repeated ones once, more than one in brackets. */
function aggregate(texts: string[]): string {
  const distinct = [...new Set(texts)]
  return distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`
}

type Token = { type: 'end' | 'identifier' | 'in' | 'notin' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<'; text: string }

const tokenPattern = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+))/y

function scan(text: string): Token[] {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const [, symbol, word] = match
    if (symbol !== undefined) tokens.push({ type: symbol as Token['type'], text: symbol })
    else tokens.push({ type: word === 'in' || word === 'notin' ? word : 'identifier', text: word })
  }
  tokens.push({ type: 'end', text: '' })
  return tokens
}

const binaryOperators: Partial<Record<Token['type'], Operator>> =
  { in: 'in', notin: 'notin', '=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt' }

/** Recursive descent over the tokens. `in` and `notin` are ordinary words wherever no operator is expected. */
class Parser {
  #tokens: Token[]
  #position = 0

  constructor(text: string) { this.#tokens = scan(text) }

  #peek(): Token {
    const token = this.#tokens[Math.min(this.#position, this.#tokens.length - 1)]
    return token.type === 'in' || token.type === 'notin' ? { type: 'identifier', text: token.text } : token
  }
  #next(): Token { const token = this.#peek(); this.#position++; return token }

  parse(): Requirement[] {
    const requirements: Requirement[] = []
    for (;;) {
      const first = this.#peek()
      if (first.type === 'end') return requirements
      if (first.type !== 'identifier' && first.type !== '!') {
        throw new Error(`found '${first.text}', expected: !, identifier, or 'end of string'`)
      }
      try {
        requirements.push(this.#requirement())
      } catch (error) {
        throw new Error(`unable to parse requirement: ${(error as Error).message}`)
      }
      const after = this.#next()
      if (after.type === 'end') return requirements
      if (after.type !== ',') throw new Error(`found '${after.text}', expected: ',' or 'end of string'`)
      const following = this.#peek()
      if (following.type !== 'identifier' && following.type !== '!') {
        throw new Error(`found '${following.text}', expected: identifier after ','`)
      }
    }
  }

  #requirement(): Requirement {
    const absent = this.#peek().type === '!'
    if (absent) this.#next()
    const key = this.#next()
    if (key.type !== 'identifier') throw new Error(`found '${key.text}', expected: identifier`)
    // The bare key is checked with no field path, which Go prints as <nil>.
    const complaints = labelKeyComplaints(key.text)
    if (complaints.length > 0) {
      const { field, message } = invalid('<nil>', key.text, complaints.join('; '))
      throw new Error(`${field}: ${message}`)
    }
    if (absent) return newRequirement(key.text, '!', [])
    const after = this.#peek().type
    if (after === 'end' || after === ',') return newRequirement(key.text, 'exists', [])
    const operator = this.#operator()
    return newRequirement(key.text, operator, operator === 'in' || operator === 'notin' ? this.#values() : this.#exactValue())
  }

  #operator(): Operator {
    const token = this.#tokens[this.#position++]
    const operator = binaryOperators[token.type]
    if (operator === undefined) throw new Error(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`)
    return operator
  }

  #values(): string[] {
    const open = this.#next()
    if (open.type !== '(') throw new Error(`found '${open.text}' expected: '('`)
    const first = this.#peek()
    if (first.type === ')') { this.#next(); return [''] }
    if (first.type !== 'identifier' && first.type !== ',') {
      throw new Error(`found '${first.text}', expected: ',', ')' or identifier`)
    }
    const values = new Set<string>()
    for (;;) {
      const token = this.#next(), after = this.#peek()
      if (token.type === 'identifier') {
        values.add(token.text)
        if (after.type === ')') break
        if (after.type !== ',') throw new Error(`found '${after.text}', expected: ',' or ')'`)
      } else if (token.type === ',') {
        // `(,a)`, `(a,)` and `(a,,b)` hold the empty value.
        if (values.size === 0 || after.type === ')' || after.type === ',') values.add('')
        if (after.type === ')') break
      } else {
        throw new Error(`found '${token.text}', expected: ',', or identifier`)
      }
    }
    this.#next()
    return [...values].sort()
  }

  #exactValue(): string[] {
    const token = this.#peek()
    if (token.type === 'end' || token.type === ',') return ['']
    this.#next()
    if (token.type !== 'identifier') throw new Error(`found '${token.text}', expected: identifier`)
    return [token.text]
  }
}

const parsed = new Map<string, readonly Requirement[]>()
const rememberedSelectors = 1000

/**
 * The requirements of a selector's text, sorted by key; the empty text selects all. Throws a plain Error in upstream's words.
 * The last thousand texts are remembered: clients and controllers repeat the same few.
 */
export function parseLabelSelector(text: string): readonly Requirement[] {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const requirements = byKey(new Parser(text).parse())
  if (parsed.size >= rememberedSelectors) parsed.delete(parsed.keys().next().value!)
  parsed.set(text, requirements)
  return requirements
}

const byKey = (requirements: Requirement[]) => requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

const expressionOperators = new Map<string, Operator>(
  [['In', 'in'], ['NotIn', 'notin'], ['Exists', 'exists'], ['DoesNotExist', '!']])

/** The requirements of a LabelSelector; throws for an operator or value that upstream refuses. An empty one selects all. */
export function labelSelectorAsRequirements(selector: LabelSelector): readonly Requirement[] {
  const requirements: Requirement[] = []
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) requirements.push(newRequirement(key, '=', [value]))
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = expressionOperators.get(operator)
    if (known === undefined) throw new Error(`${JSON.stringify(operator)} is not a valid label selector operator`)
    requirements.push(newRequirement(key, known, values ?? []))
  }
  return byKey(requirements)
}

const compiled = new WeakMap<LabelSelector, readonly Requirement[]>()

/**
 * Whether a LabelSelector selects these labels: no selector selects nothing, an empty one everything. A frozen selector is
 * checked once and remembered.
 */
export function labelSelectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false
  let requirements = compiled.get(selector)
  if (requirements === undefined) {
    requirements = labelSelectorAsRequirements(selector)
    if (Object.isFrozen(selector)) compiled.set(selector, requirements)
  }
  return labelsMatch(requirements, labels)
}

/** Requirements (or a LabelSelector) as text, the way `kubectl` and scale subresources print them. */
export function formatLabelSelector(selector: LabelSelector | readonly Requirement[]): string {
  const requirements = Array.isArray(selector) ? selector as readonly Requirement[]
    : labelSelectorAsRequirements(selector as LabelSelector)
  return requirements.map(formatRequirement).join(',')
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists': return key
    case '!': return `!${key}`
    case 'in': case 'notin': return `${key} ${operator} (${[...values].sort().join(',')})`
    case 'gt': return `${key}>${values[0]}`
    case 'lt': return `${key}<${values[0]}`
    default: return `${key}${operator}${values[0]}`
  }
}
