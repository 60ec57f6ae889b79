import { same } from '../../api/edit.ts'
import type { ManagedFieldsEntry } from '../../api/object.ts'
import type { Schema } from '../../api/schema/schema.ts'
import { capManagers } from './cap-managers.ts'
import { compare, type Comparison } from './compare.ts'
import { difference, differenceWithBelow, isEmpty, union, type FieldSet } from './field-set.ts'
import { isObject, type JsonObject } from './json-value.ts'
import { identityOf, readManagersOrNone, writeManagers, type Manager, type Managers } from './managers.ts'

/**
 * Who changed which field: what upstream's field manager does on create, update and patch (apimachinery, util/managedfields,
 * 1.36). Runs on every write, so all that stays is shared: frozen parts of both objects, the sets, the entries.
 */

/** An object as far as this folder looks into it. */
export interface Managed {
  metadata: { uid?: string; managedFields?: readonly Readonly<ManagedFieldsEntry>[] | null; [key: string]: unknown }
  [key: string]: unknown
}

/** Another served version of the kind that is written, for managers that wrote through it. Both ways may throw on broken objects. */
export interface OtherVersion {
  schema: Schema
  /** An object of the version that is written, in that other one. */
  of(object: Readonly<JsonObject>): JsonObject
  /** The way back. */
  back(object: Readonly<JsonObject>): JsonObject
}

export interface ManagedUpdate {
  schema: Schema
  /** undefined on create. */
  live: Readonly<object> | undefined
  /** Defaulted, before admission; its own `metadata.managedFields` are what the client sent. */
  next: Readonly<object>
  /** See `managerName`. */
  manager: string
  apiVersion: string
  /** '' for the object itself. */
  subresource: string
  /** Now, as metav1.Time is written. */
  time: string
  /** What this write can't change, whatever it carries (see `resetFields`). */
  resetFields?: FieldSet
  /** Without it, managers of other versions are taken as managers of this one. Gives undefined for a version that is not served. */
  convert?(apiVersion: string): OtherVersion | undefined
}

/** What `next.metadata.managedFields` has to be; undefined: the object is not tracked. */
export function updateManagedFields(update: ManagedUpdate): ManagedFieldsEntry[] | undefined {
  const live = update.live as Readonly<Managed> | undefined, next = update.next as Readonly<Managed>
  const { managers, given } = startingPoint(live, next, update.subresource)
  // An object that nobody tracked stays so until somebody applies to it.
  if (managers.size === 0 && live?.metadata.uid) return undefined
  const tracked = track(update, managers)
  // Nobody lost or gained a field: the entries stay the same objects.
  if (tracked === managers && given === 'live') return live?.metadata.managedFields as ManagedFieldsEntry[]
  return tracked && writeManagers(tracked)
}

/** The managers after an update; undefined when the objects can't be compared: upstream then tracks nothing. */
export function track(update: ManagedUpdate, managers: Managers): Managers | undefined {
  let changes: Comparison, left: Managers
  try {
    const compared = compare(update.schema, update.live as JsonObject | undefined, update.next as JsonObject)
    changes = withoutFields(compared, update.resetFields)
    left = disown(managers, changesByVersion(update, changes), undefined)
  } catch {
    return undefined
  }
  const changed = union(changes.modified, changes.added)
  if (isEmpty(changed)) return capManagers(left)
  const { apiVersion, subresource, time } = update
  const identity = { manager: update.manager || 'unknown', operation: 'Update', apiVersion, subresource } as const
  const key = identityOf(identity)
  const before = managers.get(key)
  const set = before ? union(difference(before.set, changes.removed), changed) : changed
  return capManagers(new Map(left).set(key, { ...identity, time, set, entry: before?.entry }))
}

export const withoutFields = ({ added, modified, removed }: Comparison, fields: FieldSet | undefined): Comparison =>
  fields === undefined || isEmpty(fields) ? { added, modified, removed } : {
    added: differenceWithBelow(added, fields),
    modified: differenceWithBelow(modified, fields),
    removed: differenceWithBelow(removed, fields),
  }

/** The changes of a write as another version sees them; undefined for a version that is not served any more. */
export type ChangesIn = (apiVersion: string) => Comparison | undefined

type Write = Pick<ManagedUpdate, 'live' | 'next' | 'apiVersion' | 'convert' | 'resetFields'>

/** `changes` are those in the version that is written; others are converted and compared when first asked for. */
export function changesByVersion({ live, next, apiVersion, convert, resetFields }: Write, changes: Comparison): ChangesIn {
  const known = new Map<string, Comparison | undefined>([[apiVersion, changes]])
  return version => {
    if (convert === undefined) return changes
    if (!known.has(version)) {
      const other = convert(version)
      known.set(version, other && withoutFields(
        compare(other.schema, live && other.of(live as JsonObject), other.of(next as JsonObject)), resetFields))
    }
    return known.get(version)
  }
}

/** Takes from every manager but one what was changed by another or is gone; managers without fields go. */
export function disown(managers: Managers, changesIn: ChangesIn, except: string | undefined): Managers {
  const lost = new Map<string, FieldSet | undefined>()
  let left: Map<string, Manager> | undefined
  for (const [identity, manager] of managers) {
    if (identity === except) continue
    if (!lost.has(manager.apiVersion)) {
      const changes = changesIn(manager.apiVersion)
      lost.set(manager.apiVersion, changes && lostFields(changes))
    }
    const gone = lost.get(manager.apiVersion)
    const set = gone === undefined ? undefined : difference(manager.set, gone)
    if (set !== undefined && set === manager.set && !isEmpty(set)) continue
    left ??= new Map(managers)
    if (set === undefined || isEmpty(set)) left.delete(identity)
    else left.set(identity, { ...manager, set })
  }
  return left ?? managers
}

const lostFields = ({ added, modified, removed }: Comparison): FieldSet => union(union(modified, added), removed)

/**
 * The managers before the write: those the client sent, so that they can be corrected by hand, else the live ones. An empty list,
 * or one empty entry, clears them; a subresource can't touch them.
 */
function startingPoint(live: Readonly<Managed> | undefined, next: Readonly<Managed>, subresource: string,
): { managers: Managers; given: 'live' | 'client' } {
  const old = live?.metadata.managedFields, sent = next.metadata.managedFields
  if (subresource === '' && sent && sent !== old && !same(sent, old)) {
    if (clears(sent)) return { managers: new Map(), given: 'client' }
    const managers = readManagersOrNone(sent)
    // As upstream: who sends nonsense changes nothing.
    if (managers.size > 0) return { managers, given: 'client' }
  }
  return { managers: readManagersOrNone(old), given: 'live' }
}

const clears = (sent: readonly unknown[]): boolean =>
  sent.length === 0 || (sent.length === 1 && isObject(sent[0]) && Object.keys(sent[0]).length === 0)

/**
 * The managed fields with the times of the live object, when nothing else differs: a write that changes only times is none
 * (apiserver, handlers/fieldmanager/equality.go). To be asked last, with the object about to be stored.
 */
export function keepTimes(live: Readonly<object>, next: Readonly<object>): ManagedFieldsEntry[] | undefined {
  const { managedFields: old, ...oldMetadata } = (live as Managed).metadata
  const { managedFields: now, ...metadata } = (next as Managed).metadata
  const entries = now as ManagedFieldsEntry[] | undefined
  if (!old?.length || entries?.length !== old.length || entries === old) return entries
  for (let i = 0; i < old.length; i++) {
    if (!same({ ...old[i], time: undefined }, { ...entries[i], time: undefined })) return entries
  }
  return same({ ...live, metadata: undefined }, { ...next, metadata: undefined }) && same(oldMetadata, metadata)
    ? old as ManagedFieldsEntry[] : entries
}

const maxManagerBytes = 128

/** The manager of a write that names none: the user agent up to its first slash, printable, 128 bytes at most. */
export function managerName(fieldManager: string | undefined, userAgent: string): string {
  if (fieldManager) return fieldManager
  let name = '', bytes = 0
  for (const character of userAgent.split('/', 1)[0]) {
    if (!isPrintable(character)) continue
    bytes += Buffer.byteLength(character)
    if (bytes > maxManagerBytes) break
    name += character
  }
  return name
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const isPrintable = (character: string): boolean => character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
