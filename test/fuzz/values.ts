import type { Random } from '../../api/random.ts'
import type { Schema } from '../../api/schema/schema.ts'

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(from.length)]
export const chance = (random: Random, percent: number): boolean => random.integer(100) < percent

/** Keys and texts that programs in JavaScript trip over, and those that Kubernetes' own rules are about. */
export const oddTexts = [
  '', ' ', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '.', '..', '/', '\\', '%', '%00', '\0', '\n',
  '\u2028', '\ud800', '\ufeff',
  'é日本', '-1', '0', '1e400', 'NaN', 'null', 'true', '*', '~', '~1', '~0', '-', 'a'.repeat(300), 'x/y/z', 'A_b', '10.0.0.1',
  'fe80::1', '0.0.0.0/0',
  '2026-01-02T03:04:05Z', '9999999999999999999', '1Gi', '1.5e3Mi', '50%', '$patch', '$retainKeys', '$setElementOrder/containers',
  'k:{"name":"a"}', 'f:a', '${a}', '{{', '!!js',
]
const oddNumbers = [0, -0, -1, 1, 80, 65536, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 1e308, 0.1, 1e-9]

/** Any JSON value. */
export function anyValue(random: Random, depth = 0): unknown {
  switch (random.integer(depth > 4 ? 5 : 8)) {
    case 0: return null
    case 1: return chance(random, 50)
    case 2: return pick(random, oddNumbers)
    case 3: case 4: return pick(random, oddTexts)
    case 5: return Array.from({ length: random.integer(4) }, () => anyValue(random, depth + 1))
    default: return anyObject(random, depth)
  }
}

export function anyObject(random: Random, depth = 0): Record<string, unknown> {
  // Of entries, so that `__proto__` becomes a key like any other.
  return Object.fromEntries(Array.from({ length: random.integer(4) }, () =>
    [pick(random, oddTexts), anyValue(random, depth + 1)]))
}

/** A value that fits a schema for the most part. */
export function drawn(schema: Schema, random: Random, depth = 0): unknown {
  if (chance(random, 4)) return anyValue(random, depth)
  switch (schema.type) {
    case 'scalar':
      switch (schema.scalar) {
        case 'boolean': return chance(random, 50)
        case 'int32': case 'int64': case 'double': return pick(random, oddNumbers)
        case 'bytes': return pick(random, ['', 'eA==', 'e30=', '!'])
        case 'Quantity': return pick<unknown>(random, ['0', '1', '-1', '100m', '1Gi', '1e99999', 5, ''])
        case 'Time': return pick(random, ['2026-01-02T03:04:05Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+14:00',
          ''])
        case 'MicroTime': return pick(random, ['2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05Z'])
        case 'IntOrString': return pick<unknown>(random, [0, 80, '50%', 'http', -1, ''])
        default: return pick(random, oddTexts)
      }
    case 'list': return depth > 9 ? [] : Array.from({ length: random.integer(3) }, () => drawn(schema.item, random, depth + 1))
    case 'map': return depth > 9 ? {} : Object.fromEntries(
      Array.from({ length: random.integer(3) }, () => [pick(random, oddTexts), drawn(schema.value, random, depth + 1)]))
    case 'struct': {
      if (depth > 9) return {}
      const fields = [...schema.fields.values()], likely = fields.length > 12 ? 4 : 2
      return Object.fromEntries(fields.filter(() => random.integer(likely) === 0).map(field => {
        const choices = field.schema.type === 'scalar' && chance(random, 70) ? field.enum : undefined
        return [field.name, choices ? pick(random, choices) : drawn(field.schema, random, depth + 1)]
      }))
    }
    default: return anyValue(random, depth)
  }
}

/** The value with one of its parts exchanged, removed or given a strange neighbour. */
export function mutated(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || chance(random, 15)) return anyValue(random)
  const entries = Object.entries(value)
  if (!entries.length || chance(random, 20)) entries.push([pick(random, oddTexts), anyValue(random)])
  const at = random.integer(entries.length)
  if (chance(random, 10)) entries.splice(at, 1)
  else entries[at] = [entries[at][0], mutated(entries[at][1], random)]
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}
