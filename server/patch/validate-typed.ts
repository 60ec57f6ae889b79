import type { ListSchema, ScalarSchema, Schema } from '../../api/schema/schema.ts'
import { goSyntax, goType, goValue } from './go-format.ts'
import { isObject, type JsonObject } from './json-value.ts'
import { fieldElement, printElement } from './path-element.ts'
import { childSchema, itemElement } from './typed-shape.ts'

/**
 * What is wrong with an applied configuration, in the words of structured-merge-diff (typed/validate.go, v6); undefined when
 * nothing is.
 */
export function validateTyped(schema: Schema, value: unknown): string | undefined {
  const problems: string[] = []
  validate(schema, value, '', problems)
  if (problems.length <= 1) return problems[0]
  return ['errors:', ...problems.sort().map(problem => `  ${problem}`)].join('\n')
}

const problem = (path: string, message: string): string => (path === '' ? message : `${path}: ${message}`)

function validate(schema: Schema, value: unknown, path: string, problems: string[]): void {
  if (value === null || schema.type === 'any') return
  switch (schema.type) {
    case 'scalar': {
      const message = validateScalar(schema, value)
      if (message !== undefined) problems.push(problem(path, message))
      return
    }
    case 'list':
      if (Array.isArray(value)) validateItems(schema, value, path, problems)
      else problems.push(problem(path, `expected list, got &{${goValue(value)}}`))
      return
    default:
      // A map of anything takes lists and scalars too.
      if (isObject(value)) validatePairs(schema, value, path, problems)
      else if (schema.type !== 'map' || schema.value !== schema) {
        problems.push(problem(path, `expected map, got &{${goValue(value)}}`))
      }
  }
}

function validatePairs(schema: Schema, object: JsonObject, path: string, problems: string[]): void {
  for (const key of Object.keys(object)) {
    const below = `${path}${printElement(fieldElement(key))}`
    const child = childSchema(schema, key)
    if (child === undefined) {
      problems.push(problem(below, 'field not declared in schema'))
      return
    }
    validate(child, object[key], below, problems)
  }
}

function validateItems(list: ListSchema, items: readonly unknown[], path: string, problems: string[]): void {
  const seen = new Set<string>()
  for (const [at, item] of items.entries()) {
    let element = `i:${at}`
    if (list.listType !== 'atomic') {
      try {
        element = itemElement(list, item)
      } catch (error) {
        problems.push(problem(path, `element ${at}: ${(error as Error).message}`))
        return
      }
      if (seen.has(element)) problems.push(problem(path, `duplicate entries for key ${printElement(element)}`))
      seen.add(element)
    }
    validate(list.item, item, `${path}${printElement(element)}`, problems)
  }
}

function validateScalar({ scalar }: ScalarSchema, value: unknown): string | undefined {
  switch (scalar) {
    case 'int32': case 'int64': case 'double':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`
    case 'string': case 'bytes': case 'Duration':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goValue(value)}}`
    default:
      return typeof value === 'object' ? `expected any scalar, got &{${goValue(value)}}` : undefined
  }
}
