import type { Field, Schema, StructSchema } from './schema.ts'

/** What of a struct has defaults, in itself or below; made once, so that everything else is skipped. */
interface DefaultPlan { own: readonly Field[]; below: readonly { name: string; schema: Schema }[] }

const plans = new WeakMap<StructSchema, DefaultPlan>()

/**
 * Fills in the defaults that the schema itself states, in place; those that code sets are in the kinds' files. A field that
 * Go can't leave unset counts as unset when it is empty.
 */
export function applySchemaDefaults(schema: StructSchema, draft: object): void {
  const { own, below } = planOf(schema)
  const object = draft as Record<string, unknown>
  for (const field of own) {
    const value = Object.hasOwn(object, field.name) ? object[field.name] : undefined
    if (value === undefined || value === null || (isUnsetIfEmpty(field) && (value === '' || value === 0 || value === false))) {
      object[field.name] = typeof field.default === 'object' ? structuredClone(field.default) : field.default
    }
  }
  for (const { name, schema: child } of below) if (Object.hasOwn(object, name)) applyBelow(child, object[name])
}

function applyBelow(schema: Schema, value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (schema.type === 'struct') { if (!Array.isArray(value)) applySchemaDefaults(schema, value) }
  else if (schema.type === 'list') { if (Array.isArray(value)) for (const item of value) applyBelow(schema.item, item) }
  else if (schema.type === 'map') for (const item of Object.values(value)) applyBelow(schema.value, item)
}

/** An empty default of a field that is left out when empty changes nothing. */
const isFilledIn = ({ default: value, presence }: Field): boolean =>
  value !== undefined && !(presence === 'omitempty' && (value === '' || value === 0 || value === false))

const isUnsetIfEmpty = ({ presence }: Field): boolean => presence === 'omitempty' || presence === 'always'

function planOf(schema: StructSchema): DefaultPlan {
  let plan = plans.get(schema)
  if (!plan) {
    const fields = [...schema.fields.values()]
    plan = {
      own: fields.filter(isFilledIn),
      below: fields.filter(field => hasDefaults(field.schema, new Set())),
    }
    plans.set(schema, plan)
  }
  return plan
}

/** Schemas refer to themselves (JSONSchemaProps): `seen` holds the structs that are being looked at. */
function hasDefaults(schema: Schema, seen: Set<StructSchema>): boolean {
  if (schema.type === 'list') return hasDefaults(schema.item, seen)
  if (schema.type === 'map') return hasDefaults(schema.value, seen)
  if (schema.type !== 'struct' || seen.has(schema)) return false
  seen.add(schema)
  for (const field of schema.fields.values()) if (isFilledIn(field) || hasDefaults(field.schema, seen)) return true
  return false
}
