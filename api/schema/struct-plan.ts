import type { Field, StructSchema } from './schema.ts'

/** A field as decoding needs it, worked out once. */
export interface Plan { index: number; name: string; field: Field; owner: string; milli: boolean; kept: boolean }
export interface StructPlan { byName: ReadonlyMap<string, Plan>; always: readonly Plan[] }

const plans = new WeakMap<StructSchema, StructPlan>()

export function planOf(schema: StructSchema): StructPlan {
  let plan = plans.get(schema)
  if (!plan) {
    const all = [...schema.fields.values()].map((field, index): Plan => ({
      index, name: field.name, field, owner: schema.name.slice(schema.name.lastIndexOf('.') + 1),
      milli: field.goType === 'v1.ResourceList', kept: field.presence !== 'omitempty' && field.presence !== undefined,
    }))
    plan = {
      byName: new Map(all.map(field => [field.name, field])),
      always: all.filter(({ field }) => field.presence === 'always' || field.presence === 'null'),
    }
    plans.set(schema, plan)
  }
  return plan
}
