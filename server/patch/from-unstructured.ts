import type { ScalarSchema, Schema } from '../../api/schema/schema.ts'
import { has, isObject } from './json-value.ts'

/**
 * Why the result of a strategic merge does not fit its type, as upstream words it: unlike other bodies it is not decoded from JSON
 * but converted (apimachinery, runtime/converter.go, 1.36). undefined: it fits, or only a type with a parser of its own can tell.
 */
export function conversionComplaint(schema: Schema, value: unknown, goType?: string): string | undefined {
  if (value === null || value === undefined || schema.type === 'any') return undefined
  switch (schema.type) {
    case 'scalar': return scalarComplaint(schema, value, goType)
    case 'list':
      if (!Array.isArray(value)) return `cannot restore slice from ${kindOf(value)}`
      return first(value, item => conversionComplaint(schema.item, item))
    case 'map':
      if (!isObject(value)) return `cannot restore map from ${kindOf(value)}`
      return first(Object.values(value), item => conversionComplaint(schema.value, item))
    default:
      if (!isObject(value)) return `cannot restore struct from: ${kindOf(value)}`
      return first(schema.fields.values(), field =>
        (has(value, field.name) ? conversionComplaint(field.schema, value[field.name], field.goType) : undefined))
  }
}

function first<T>(items: Iterable<T>, complaintOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const complaint = complaintOf(item)
    if (complaint !== undefined) return complaint
  }
  return undefined
}

const goKinds: Partial<Record<string, string>> = { string: 'string', int32: 'int32', int64: 'int64', double: 'float64', boolean: 'bool' }

function scalarComplaint({ scalar }: ScalarSchema, value: unknown, goType: string | undefined): string | undefined {
  const from = kindOf(value)
  if (scalar === 'bytes') return from === 'string' || from === 'slice' ? undefined : `cannot restore slice from ${from}`
  const to = goKinds[scalar]
  if (to === undefined || from === to) return undefined
  const isNumber = from === 'int64' || from === 'float64'
  if (isNumber && (to === 'int32' || to === 'int64' || to === 'float64')) {
    return from === 'float64' && to !== 'float64' ? `cannot convert float64 to ${goType ?? to}` : undefined
  }
  // Go can make a string of an integer, so upstream gets one step further before it refuses.
  return from === 'int64' && to === 'string' ? `cannot convert int64 to ${goType ?? 'string'}` : `unrecognized type: ${to}`
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice'
  if (isObject(value)) return 'map'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}
