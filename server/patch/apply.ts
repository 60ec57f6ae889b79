import { same } from '../../api/edit.ts'
import { apiVersionOf } from '../../api/kind.ts'
import type { ManagedFieldsEntry } from '../../api/object.ts'
import type { Schema } from '../../api/schema/schema.ts'
import { badRequest, StatusError } from '../../api/status.ts'
import { conflictStatus, type Conflict } from './apply-conflict.ts'
import { compare } from './compare.ts'
import { difference, differenceWithBelow, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'
import { goJsonType } from './go-json.ts'
import { has, isObject, own, type JsonObject } from './json-value.ts'
import { fieldsLastApplied, withLastApplied } from './last-applied.ts'
import { changesByVersion, disown, track, withoutFields, type ChangesIn, type Managed, type OtherVersion } from './managed-fields.ts'
import { identityOf, readManagers, writeManagers, type Manager, type Managers } from './managers.ts'
import { mergeTyped } from './merge-typed.ts'
import { prune } from './prune.ts'
import { untrackedFields } from './untracked.ts'
import { validateTyped } from './validate-typed.ts'

/** Server-side apply: what upstream's field manager makes of an apply patch (apimachinery, util/managedfields, 1.36). */
export interface Apply {
  schema: Schema
  /** What the endpoint takes: the kind's own, or `autoscaling/v1` Scale. */
  group: string
  version: string
  kind: string
  /** undefined: the apply creates the object. */
  live: Readonly<object> | undefined
  applied: Readonly<JsonObject>
  manager: string
  force: boolean
  subresource: string
  time: string
  resetFields?: FieldSet
  convert?(apiVersion: string): OtherVersion | undefined
}

export interface Applied {
  /** As merged: not yet decoded, defaulted or validated. Holds the new managed fields. */
  object: JsonObject
  managedFields: ManagedFieldsEntry[] | undefined
}

/** An error that upstream hands on as it is: code 500, the text alone. */
const plain = (message: string) => new StatusError(500, '', message)

/** The configuration of a decoded body; `null` counts as an empty one. */
export function decodeApplyPatch(body: unknown): JsonObject {
  if (isObject(body)) return body
  if (body === null) return {}
  throw badRequest('error decoding YAML: error unmarshaling JSON: while decoding JSON: ' +
    `json: cannot unmarshal ${goJsonType(body)} into Go value of type map[string]interface {}`)
}

/** Throws 409 on conflicts, 400 and 500 with upstream's texts on configurations it can't take. */
export function applyPatch(apply: Apply): Applied {
  const { described } = describe(apply.applied)
  if (described !== `${apply.group}/${apply.version}, Kind=${apply.kind}`) throw badRequest(`invalid object type: ${described}`)
  const metadata = own(apply.applied, 'metadata')
  if (isObject(metadata) && Array.isArray(own(metadata, 'managedFields'))) throw badRequest('metadata.managedFields must be nil')

  const configuration = checked(apply, described)
  const managers = startingPoint(apply)
  let result = merge(apply, configuration, managers, apply.force)
  if (result.conflicts.length > 0) {
    const { conflicts } = result
    const allowed = apply.manager === 'kubectl' && apply.live !== undefined
      ? fieldsLastApplied(apply.schema, apply.live as JsonObject, apiVersionOf(apply)) : undefined
    if (allowed === undefined) throw conflictStatus(conflicts)
    const left = conflicts.map(conflict => ({ ...conflict, set: difference(conflict.set, allowed) }))
      .filter(conflict => !isEmpty(conflict.set))
    if (left.length > 0) throw conflictStatus(left)
    result = merge(apply, configuration, managers, true)
  }
  const managedFields = writeManagers(result.managers)
  const object = apply.manager === 'kubectl' ? withLastApplied(result.object, apply.applied) : result.object
  return { object: withManagedFields(object, managedFields), managedFields }
}

/** A configuration's group, version and kind, its namespace and name, as messages print them. */
export function describe(applied: Readonly<JsonObject>): { described: string; name: string } {
  const apiVersion = textOf(applied, 'apiVersion'), kind = textOf(applied, 'kind')
  const parts = apiVersion.split('/')
  const [group, version] = parts.length === 1 ? ['', parts[0]] : parts.length === 2 ? parts : ['', '']
  const metadata = own(applied, 'metadata')
  const name = isObject(metadata) ? `${textOf(metadata, 'namespace')}/${textOf(metadata, 'name')}` : '/'
  return { described: `${group}/${version}, Kind=${kind}`, name }
}

function textOf(object: Readonly<JsonObject>, key: string): string {
  const value = own(object, key)
  return typeof value === 'string' ? value : ''
}

/** What the configuration sets; 500 when it does not fit the schema, unknown fields and doubled list items included. */
function checked({ schema, applied, resetFields }: Apply, described: string): FieldSet {
  const wrong = validateTyped(schema, applied)
  if (wrong !== undefined) {
    throw plain(`failed to create typed patch object (${describe(applied).name}; ${described}): ${wrong}`)
  }
  const set = fieldsOf(schema, applied)
  return resetFields === undefined ? set : differenceWithBelow(set, resetFields)
}

/** The live managers. What an object held before anybody was tracked becomes that of `before-first-apply`. */
function startingPoint(apply: Apply): Managers {
  const live = apply.live as Readonly<Managed> | undefined
  let managers: Managers
  try {
    managers = readManagers(live?.metadata.managedFields)
  } catch (error) {
    throw plain(`failed to decode managed fields: ${(error as Error).message}`)
  }
  if (live === undefined || managers.size > 0) return managers
  const { schema, subresource, time, resetFields } = apply
  const manager = 'before-first-apply', apiVersion = apiVersionOf(apply)
  return track({ schema, live: undefined, next: live, manager, apiVersion, subresource, time, resetFields, convert: apply.convert }, managers) ?? managers
}

interface Merged { object: JsonObject; managers: Managers; conflicts: Conflict[] }

function merge(apply: Apply, configuration: FieldSet, managers: Managers, force: boolean): Merged {
  const { schema, applied, time, resetFields } = apply
  const live = (apply.live ?? {}) as JsonObject
  const identity = {
    manager: apply.manager || 'unknown', operation: 'Apply', apiVersion: apiVersionOf(apply), subresource: apply.subresource,
  } as const
  const key = identityOf(identity), last = managers.get(key)
  const mine: Manager = { ...identity, time, set: configuration, entry: last?.entry }
  const claimed = new Map(managers).set(key, mine)

  let object: JsonObject
  try {
    const merged = mergeTyped(schema, live, applied)
    const versions = { schema, apiVersion: identity.apiVersion, convert: apply.convert }
    object = (prune(versions, merged, last, claimed) ?? {}) as JsonObject
  } catch (error) {
    if (error instanceof StatusError) throw error
    throw plain(`failed to merge config: ${(error as Error).message}`)
  }
  const changes = withoutFields(compare(schema, apply.live as JsonObject | undefined, object, 'written'), resetFields)
  const changesIn = converting(changesByVersion({ ...apply, apiVersion: identity.apiVersion, next: object }, changes))
  const conflicts: Conflict[] = []
  for (const [other, manager] of force ? [] : managers) {
    const theirs = other === key ? undefined : changesIn(manager.apiVersion)
    const set = theirs && intersection(manager.set, union(theirs.modified, theirs.added))
    if (set && !isEmpty(set)) conflicts.push({ identity: other, manager, set })
  }
  if (conflicts.length > 0) return { object, managers, conflicts }

  const settled = new Map(disown(claimed, changesIn, key))
  const set = difference(configuration, untrackedFields)
  // An apply that changes nothing keeps the time of the one before, and has none if it is the manager's first.
  if (isEmpty(set)) settled.delete(key)
  else settled.set(key, { ...mine, set, time: apply.live !== undefined && same(live, object) ? last?.time : time })
  return { object, managers: settled, conflicts }
}

/** Where an object can't be shown in another manager's version, the apply fails. */
const converting = (changesIn: ChangesIn): ChangesIn => version => {
  try {
    return changesIn(version)
  } catch (error) {
    throw plain(`failed to convert new object: ${(error as Error).message}`)
  }
}

function withManagedFields(object: JsonObject, managedFields: ManagedFieldsEntry[] | undefined): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {}
  if (managedFields === undefined && !has(metadata, 'managedFields')) return object
  const { managedFields: _, ...others } = metadata
  return { ...object, metadata: managedFields === undefined ? others : { ...others, managedFields } }
}
