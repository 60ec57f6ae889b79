import { strictPath, wrongTypeMessage, type PathStep } from './decode-messages.ts'
import { BadValue, decodeScalar, WrongType } from './decode-scalar.ts'
import { goQuote } from './go-quote.ts'
import { setOwn } from './json-syntax.ts'
import { jsonTypeOf, JsonNumber, type Duplicates } from './parse-json.ts'
import type { ListSchema, MapSchema, Schema, StructSchema } from './schema.ts'
import { planOf, type Plan, type StructPlan } from './struct-plan.ts'
import { schemaOf, schemaOfType } from './table.ts'

/**
 * JSON values to objects, as sigs.k8s.io/json decodes them into Go's types and encoding/json writes them again (1.36): only
 * known fields, in the order of declaration, in canonical form, empty ones dropped where Go drops them.
 */
export interface DecodeOptions {
  /** `Ignore` drops unknown and duplicate fields in silence; the others list them, what to do about it is the caller's. */
  mode: 'Ignore' | 'Warn' | 'Strict'
  /** Frozen parts are taken as they are: what is frozen came out of the store and is canonical. */
  keepFrozen?: boolean
  /** From parseJson: objects that name a key twice. */
  duplicates?: Duplicates
}
export interface Decoded {
  object: any
  /** `unknown field "spec.replicaz"`, `duplicate field "data.a"`: upstream's texts, in the order of the document. */
  unknown: string[]
}

/** The value does not fit the schema; the message is upstream's. */
export class DecodeError extends Error {}

/** Decodes a value; throws DecodeError when a value has the wrong type or can't be read. Never keeps or changes `value`. */
export function decode(schema: StructSchema, value: unknown, options: DecodeOptions): Decoded {
  const run: Run = {
    path: [], schema, problem: undefined, duplicates: options.duplicates, keepFrozen: options.keepFrozen === true,
    unknown: options.mode === 'Ignore' ? undefined : new Set(),
  }
  const object = decodeValue(schema, value, run, false) ?? zero(schema)
  if (run.problem !== undefined) throw new DecodeError(run.problem)
  return { object, unknown: run.unknown ? [...run.unknown] : [] }
}

/** The object as Go would write it: in the order of declaration, canonical, without what Go drops; it shares frozen parts. Throws DecodeError. */
export function normalize<T>(schema: StructSchema, object: T): T {
  return decode(schema, object, { mode: 'Ignore', keepFrozen: true }).object as T
}

type JsonObject = Record<string, unknown>

interface Run {
  path: PathStep[]
  schema: StructSchema
  /** Go's first complaint; decoding goes on after it, because a value that stops decoding is reported instead. */
  problem: string | undefined
  unknown: Set<string> | undefined
  duplicates: Duplicates | undefined
  keepFrozen: boolean
}

/** The decoded value; undefined for null and for what could not be read. */
function decodeValue(schema: Schema, value: unknown, run: Run, milli: boolean): unknown {
  if (run.keepFrozen && typeof value === 'object' && value !== null && Object.isFrozen(value)) return value
  if (value === null || value === undefined) return undefined
  switch (schema.type) {
    case 'scalar':
      try { return decodeScalar(schema.scalar, value, milli) } catch (error) { return complain(error, run) }
    case 'struct':
      return isObject(value) ? decodeStruct(schema, value, run, undefined) : complain(new WrongType(jsonTypeOf(value)), run)
    case 'list':
      return Array.isArray(value) ? decodeList(schema, value, run) : complain(new WrongType(jsonTypeOf(value)), run)
    case 'map':
      return isObject(value) ? decodeMap(schema, value, run, milli) : complain(new WrongType(jsonTypeOf(value)), run)
    case 'any': return schema.name === undefined ? plain(value) : decodeNamed(schema.name, value, run)
  }
}

const schemaProps = 'apiextensions.v1.JSONSchemaProps'
/** Has a form, though no fields. */
const emptyStruct = 'apiextensions.v1.CustomResourceSubresourceStatus'

/** Types whose JSON has no one form; those of schemas read their own, and drop in silence what they don't know. */
function decodeNamed(name: string, value: unknown, run: Run): unknown {
  if (name === emptyStruct) {
    return isObject(value) ? decodeStruct(schemaOf(name), value, run, undefined) : complain(new WrongType(jsonTypeOf(value)), run)
  }
  if (!name.startsWith(schemaProps)) return plain(value)
  const { unknown } = run
  run.unknown = undefined
  try {
    if (isObject(value)) return decodeStruct(schemaOf(schemaProps), value, run, undefined)
    if (name === `${schemaProps}OrBool`) return typeof value === 'boolean' ? value : complain(new BadValue('boolean or JSON schema expected', true), run)
    if (!Array.isArray(value)) return undefined
    const item = name === `${schemaProps}OrArray` ? schemaOf(schemaProps) : schemaOfType('string')
    return decodeList({ type: 'list', item, listType: 'atomic', keys: [] }, value, run)
  } finally {
    run.unknown = unknown
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

/** `before` is what a field of the same name was decoded into already. */
function decodeStruct(schema: StructSchema, value: JsonObject, run: Run, before: JsonObject | undefined): JsonObject {
  const plan = planOf(schema)
  const members = run.duplicates?.get(value)
  const names = members ? members.map(([name]) => name) : Object.keys(value)
  const found: Plan[] = [], values: unknown[] = []
  const seen = members ? new Map<Plan, number>() : undefined
  let ordered = true, last = -1
  for (let i = 0; i < names.length; i++) {
    const name = names[i]
    const field = plan.byName.get(name)
    if (!field) {
      if (schema.preserveUnknown) {
        found.push(unknownPlan(name))
        values.push(plain(value[name]))
        ordered = false
      } else if (run.unknown) report(run, 'unknown', name)
      continue
    }
    const again = seen?.get(field)
    if (again !== undefined && run.unknown) report(run, 'duplicate', name)
    run.path.push(field)
    const given = members ? members[i][1] : value[name]
    const decoded = again !== undefined && values[again] !== undefined
      ? decodeAgain(field.field.schema, given, run, values[again], field.milli)
      : decodeValue(field.field.schema, given, run, field.milli)
    run.path.pop()
    if (again !== undefined) { if (decoded !== undefined || given === null) values[again] = decoded; continue }
    seen?.set(field, found.length)
    if (field.index < last) ordered = false
    last = field.index
    found.push(field)
    values.push(decoded)
  }
  if (!ordered) sortTogether(found, values)
  return assemble(plan, found, values, before, run.keepFrozen)
}

/** Go decodes a repeated struct or map into the one that is there already; everything else is replaced. */
function decodeAgain(schema: Schema, value: unknown, run: Run, before: unknown, milli: boolean): unknown {
  if (isObject(value) && schema.type === 'struct') return decodeStruct(schema, value, run, before as JsonObject)
  if (isObject(value) && schema.type === 'map') {
    const merged = { ...before as JsonObject }
    for (const [key, item] of Object.entries(decodeMap(schema, value, run, milli))) setOwn(merged, key, item)
    return sorted(merged)
  }
  return decodeValue(schema, value, run, milli)
}

/** Puts the members together in the order of declaration, with what Go always writes and without what it drops. */
function assemble(
  plan: StructPlan, found: readonly Plan[], values: readonly unknown[], before: JsonObject | undefined, stored = false,
): JsonObject {
  const object: JsonObject = {}
  const { always } = plan
  let at = 0
  for (let i = 0; i < found.length; i++) {
    const field = found[i]
    while (at < always.length && always[at].index < field.index) setAbsent(object, always[at++])
    const isAlways = at < always.length && always[at].index === field.index
    if (isAlways) at++
    const value = values[i]
    if (value === undefined) { if (isAlways) setAbsent(object, field) } else if (field.kept) {
      // Stored objects travel through protobuf, which can't tell an empty list from none.
      if (stored && isAlways && value !== null && isEmptyCollection(value, field.field.schema)) setAbsent(object, field)
      else object[field.name] = value
    } else if (!isEmpty(value, field.field.schema) || field.field.presence === undefined) setOwn(object, field.name, value)
  }
  while (at < always.length) setAbsent(object, always[at++])
  return before ? mergeBefore(plan, before, object) : object
}

function mergeBefore(plan: StructPlan, before: JsonObject, object: JsonObject): JsonObject {
  const merged: JsonObject = {}
  for (const { name } of plan.byName.values()) {
    const isNew = Object.hasOwn(object, name) && (object[name] !== null || !Object.hasOwn(before, name))
    const value = isNew ? object[name] : before[name]
    if (value !== undefined) merged[name] = value
  }
  return merged
}

function setAbsent(object: JsonObject, { name, field }: Plan): void {
  object[name] = field.presence === 'null' ? null : zero(field.schema)
}

/** What Go writes for a value that was never set. */
export function zero(schema: Schema): unknown {
  if (schema.type === 'struct') return assemble(planOf(schema), [], [], undefined)
  if (schema.type !== 'scalar') return null
  switch (schema.scalar) {
    case 'string': return ''
    case 'boolean': return false
    case 'Quantity': return '0'
    case 'Duration': return '0s'
    case 'int32': case 'int64': case 'double': case 'IntOrString': return 0
    default: return null
  }
}

function isEmpty(value: unknown, schema: Schema): boolean {
  return value === '' || value === 0 || value === false || value === null || isEmptyCollection(value, schema)
}

function isEmptyCollection(value: unknown, schema: Schema): boolean {
  if (schema.type === 'list') return (value as unknown[]).length === 0
  if (schema.type !== 'map') return false
  for (const _ in value as object) return false
  return true
}

function decodeList(schema: ListSchema, value: readonly unknown[], run: Run): unknown[] {
  const list: unknown[] = []
  for (let i = 0; i < value.length; i++) {
    run.path.push(i)
    list.push(decodeValue(schema.item, value[i], run, false) ?? zero(schema.item))
    run.path.pop()
  }
  return list
}

function decodeMap(schema: MapSchema, value: JsonObject, run: Run, milli: boolean): JsonObject {
  const members = run.duplicates?.get(value)
  const map: JsonObject = {}
  let last = '', ordered = true
  if (members) {
    const keys = new Set<string>()
    for (const [key, item] of members) {
      if (keys.has(key) && run.unknown) report(run, 'duplicate', key)
      keys.add(key)
      decodeMember(schema, map, key, item, run, milli)
    }
    return sorted(map)
  }
  for (const key of Object.keys(value)) {
    if (key < last) ordered = false
    last = key
    decodeMember(schema, map, key, value[key], run, milli)
  }
  return ordered ? map : sorted(map)
}

function decodeMember(schema: MapSchema, map: object, key: string, item: unknown, run: Run, milli: boolean): void {
  run.path.push(key)
  const decoded = decodeValue(schema.value, item, run, milli)
  setOwn(map, key, decoded ?? (schema.value.type === 'scalar' && schema.value.scalar === 'bytes' ? '' : zero(schema.value)))
  run.path.pop()
}

function sorted(map: object): JsonObject {
  const result: JsonObject = {}
  for (const key of Object.keys(map).sort()) setOwn(result, key, (map as JsonObject)[key])
  return result
}

function sortTogether(found: Plan[], values: unknown[]): void {
  for (let i = 1; i < found.length; i++) {
    const field = found[i], value = values[i]
    let at = i
    for (; at > 0 && found[at - 1].index > field.index; at--) { found[at] = found[at - 1]; values[at] = values[at - 1] }
    found[at] = field
    values[at] = value
  }
}

const anything: Schema = { type: 'any' }
/** Unknown fields that stay go behind the known ones, as they came. */
const unknownPlan = (name: string): Plan => ({
  index: Number.MAX_SAFE_INTEGER, name, field: { name, schema: anything, required: false, patchStrategy: [] }, owner: '',
  milli: false, kept: false,
})

/** A free-form value; numbers lose the spelling that only error messages need. Shares what holds none. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof JsonNumber) return Number(value.text)
  if (Array.isArray(value)) {
    const items = value.map(plain)
    return items.every((item, i) => item === value[i]) ? value : items
  }
  let copy: JsonObject | undefined
  for (const key of Object.keys(value)) {
    const given = (value as JsonObject)[key], kept = plain(given)
    if (kept === given) continue
    copy ??= { ...value as JsonObject }
    setOwn(copy, key, kept)
  }
  return copy ?? value
}

/** Upstream stops collecting here. */
const mostReports = 100

function report(run: Run, what: 'unknown' | 'duplicate', name: string): void {
  if (run.unknown!.size < mostReports) run.unknown!.add(`${what} field ${goQuote(strictPath(run.path, name))}`)
}

function complain(error: unknown, run: Run): undefined {
  if (!(error instanceof WrongType) && !(error instanceof BadValue)) throw error
  const message = error instanceof BadValue ? error.message : wrongTypeMessage(error, run.path, run.schema)
  if (error.stops) throw new DecodeError(message)
  run.problem ??= message
}
