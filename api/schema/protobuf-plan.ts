import type { Field, StructSchema } from './schema.ts'

/**
 * A struct as a protobuf message: what stands at each number, ascending. Fields of a struct that Go embeds stand inline in
 * JSON, but in a message of their own in protobuf.
 */
export interface MessagePlan { parts: readonly Part[]; byNumber: ReadonlyMap<number, Part> }
export type Part = { number: number; field: Field; inner?: undefined } | { number: number; field?: undefined; inner: MessagePlan }

const plans = new WeakMap<StructSchema, MessagePlan>()

export function messageOf(schema: StructSchema): MessagePlan {
  let plan = plans.get(schema)
  if (!plan) plans.set(schema, plan = planMessage([...schema.fields.values()], 0))
  return plan
}

/** `depth` counts the embedded structs that lead to this message. */
function planMessage(fields: readonly Field[], depth: number): MessagePlan {
  const parts: Part[] = [], inside = new Map<number, Field[]>()
  for (const field of fields) {
    if (field.number === undefined) continue
    const step = field.embedded?.[depth]?.number
    if (step === undefined) parts.push({ number: field.number, field })
    else inside.set(step, [...(inside.get(step) ?? []), field])
  }
  for (const [number, inner] of inside) parts.push({ number, inner: planMessage(inner, depth + 1) })
  parts.sort((a, b) => a.number - b.number)
  return { parts, byNumber: new Map(parts.map(part => [part.number, part])) }
}

/** Go types that are lists in JSON and a message around the list in protobuf. */
export const isWrappedList = ({ goType }: Field): boolean => goType !== undefined && /(^|[\].])(ExtraValue|Verbs)$/.test(goType)
