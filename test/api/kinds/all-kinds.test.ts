import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import { apiVersionOf, type Kind } from '../../../api/kind.ts'
import { builtInKinds } from '../../../api/kinds/index.ts'
import { createRandom, type Random } from '../../../api/random.ts'
import { decode } from '../../../api/schema/decode.ts'
import { applySchemaDefaults } from '../../../api/schema/defaults.ts'
import type { Schema } from '../../../api/schema/schema.ts'
import { schemaOf } from '../../../api/schema/table.ts'

const facts = (name: string) => readFileSync(new URL(`facts/${name}.tsv`, import.meta.url), 'utf8').trimEnd().split('\n').slice(1)
  .map(line => line.split('\t'))
const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const list = (text: string) => (text === '' ? [] : text.split(','))

describe('every built-in kind', () => {
  it('is named as a real API server names it', () => {
    for (const fact of facts('resources')) {
      const [group, version, plural, singular, kind, namespaced, shortNames, categories, verbs, subresources] = fact
      const own = builtInKinds.find(candidate =>
        candidate.group === group && candidate.version === version && candidate.plural === plural)
      // Bindings, component statuses and reviews are actions of the server.
      if (!own && (!verbs.includes('watch'))) continue
      expect(own, `${group}/${version} ${plural}`).toMatchObject({ singular, kind, namespaced: namespaced === 'true' })
      expect([own?.shortNames ?? [], own?.categories ?? [], [...own?.verbs ?? allVerbs].sort()], plural)
        .toEqual([list(shortNames), list(categories), list(verbs)])
      expect(own?.subresources?.status ?? false, `status of ${plural}`).toBe(/(^| )status=/.test(subresources))
    }
  })

  it('is listed once', () => {
    const names = builtInKinds.map(kind => `${apiVersionOf(kind)}/${kind.kind}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('prints upstream’s columns', () => {
    const columns = facts('columns')
    for (const kind of builtInKinds) {
      const versioned = kind.group === 'autoscaling' ? `${kind.kind} (${kind.version})` : kind.kind
      const wanted = columns.filter(([group, name]) => group === kind.group && name === versioned)
        .map(([, , , name, type, format, priority]) => ({ name, type, format, priority: Number(priority) }))
      expect((kind.columns ?? []).filter(({ unnamed }) => !unnamed).map(({ name, type, format = '', priority = 0 }) => ({ name, type, format, priority })),
        kind.kind)
        .toEqual(wanted)
    }
  })
})

const words = ['', 'a', 'A_', '10.0.0.1', 'fe80::1', '10.0.0.0/8', 'None', 'x/y', '*', 'a.b.c', '-1', 'true', '__proto__',
  'ClusterIP', 'kubernetes.io/tls']

/** A value of the schema, as a client might send it: some members missing, some null, some odd. */
function draw(schema: Schema, random: Random, depth: number): unknown {
  const pick = <T>(from: readonly T[]): T => from[random.integer(from.length)]
  if (random.integer(12) === 0) return null
  switch (schema.type) {
    case 'scalar':
      switch (schema.scalar) {
        case 'boolean': return random.integer(2) === 0
        case 'int32': case 'int64': return pick([-1, 0, 1, 80, 70000])
        case 'double': return 0.5
        case 'bytes': return pick(['', 'eA==', 'e30='])
        case 'Quantity': return pick(['0', '1', '-1', '100m', '1Gi'])
        case 'Time': return '2026-01-02T03:04:05Z'
        case 'MicroTime': return '2026-01-02T03:04:05.000000Z'
        case 'IntOrString': return pick<unknown>([0, 80, '50%', 'http'])
        case 'Duration': return '1s'
        default: return pick(words)
      }
    case 'list': return depth > 9 ? [] : Array.from({ length: random.integer(3) }, () => draw(schema.item, random, depth + 1))
    case 'map': return Object.fromEntries(depth > 9 ? [] : Array.from({ length: random.integer(3) }, () =>
      [pick(words), draw(schema.value, random, depth + 1)]))
    case 'struct': {
      const object: Record<string, unknown> = {}
      if (depth > 9) return object
      const likely = schema.fields.size > 12 ? 4 : 2
      for (const field of schema.fields.values()) {
        if (random.integer(likely) > 0 && !(depth === 0 && field.name !== 'status')) continue
        const choices = field.schema.type === 'scalar' && random.integer(3) > 0 ? field.enum : undefined
        object[field.name] = choices ? pick(choices) : draw(field.schema, random, depth + 1)
      }
      return object
    }
    default: return {}
  }
}

function fresh(kind: Kind<any>, random: Random): any {
  const schema = schemaOf(kind.schema)
  const drawn = draw(schema, random, 0) as Record<string, unknown> | null
  const { object } = decode(schema, { ...drawn, metadata: {} }, { mode: 'Ignore' })
  applySchemaDefaults(schema, object)
  kind.defaults?.(object)
  object.metadata = {
    name: random.integer(2) ? 'it' : 'system-it', uid: 'u', resourceVersion: '1', generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z', ...kind.namespaced ? { namespace: 'ns' } : {},
    ...random.integer(2) ? { annotations: { a: 'b' }, labels: { 'kubernetes.io/role': 'x' } } : {},
  }
  return object
}

describe('the rules of every kind', () => {
  const now = new Date('2026-01-02T03:04:05Z')
  const named = builtInKinds.map(kind => [`${apiVersionOf(kind)} ${kind.kind}`, kind] as const)
  it.each(named)('answer whatever %s is sent', (_name, kind) => {
    const random = createRandom(7)
    for (let i = 0; i < 40; i++) {
      const draft = fresh(kind, random)
      kind.prepareForCreate?.(draft, { now, subresource: '' })
      const shown = (object: any) => {
        const errors = kind.validate?.(object, undefined, { now, subresource: '' }) ?? []
        for (const error of errors) expect(error.message).toMatch(/^[A-Z]/)
        for (const text of kind.warnings?.(object, undefined) ?? []) expect(typeof text).toBe('string')
        for (const column of kind.columns ?? []) expect(column.value(object, now), column.name).not.toBeUndefined()
        for (const value of Object.values(kind.selectableFields ?? {})) expect(typeof value(object)).toBe('string')
      }
      shown(deepFreeze(structuredClone(draft)))
      const old = deepFreeze(structuredClone(draft))
      for (const subresource of ['', ...kind.subresources?.status ? ['status'] : []]) {
        const next = fresh(kind, random)
        if (kind.subresources?.status && subresource === '') next.status = structuredClone(old.status)
        kind.prepareForUpdate?.(next, old, { now, subresource })
        const errors = kind.validate?.(deepFreeze(next), old, { now, subresource }) ?? []
        for (const error of errors) expect(error.field).toBeTypeOf('string')
        if (kind.storedAs) kind.storedAs.fromStored(kind.storedAs.toStored(next))
      }
    }
  })
})
