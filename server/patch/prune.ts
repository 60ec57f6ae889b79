import type { Schema } from '../../api/schema/schema.ts'
import { difference, emptySet, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { fieldsOf, withNamedFields } from './fields-of.ts'
import type { JsonObject } from './json-value.ts'
import type { ManagedUpdate, OtherVersion } from './managed-fields.ts'
import type { Manager, Managers } from './managers.ts'
import { removeItems } from './remove-items.ts'

/** The version that is written, and how others are come by. */
export interface Versions extends Pick<ManagedUpdate, 'convert'> { schema: Schema; apiVersion: string }

/**
 * Takes from the merged object what the manager applied last time and does not apply now, unless somebody else owns it
 * (structured-merge-diff, merge/update.go, v6). `managers` hold the manager's new set already. All is done in the version of the
 * last apply; what managers of other versions own is given back in theirs.
 */
export function prune({ schema, apiVersion, convert }: Versions, merged: unknown, last: Manager | undefined, managers: Managers): unknown {
  if (last === undefined || isEmpty(last.set)) return merged
  const versionOf = (name: string): OtherVersion | undefined =>
    (name === apiVersion || convert === undefined ? { schema, of: same, back: same } : convert(name))
  const lastVersion = versionOf(last.apiVersion)
  if (lastVersion === undefined) return merged
  const mergedThen = lastVersion.of(merged as JsonObject)
  const lastSet = withNamedFields(lastVersion.schema, last.set)
  const withoutLast = removeItems(lastVersion.schema, mergedThen, lastSet)
  if (withoutLast === mergedThen) return merged

  // Give back what somebody owns, first in this version,
  const owned = new Map([[last.apiVersion, emptySet]])
  for (const { apiVersion: name, set } of managers.values()) owned.set(name, union(owned.get(name) ?? emptySet, set))
  let left: unknown = withoutLast
  for (const [name, set] of owned) {
    if (name === last.apiVersion || convert === undefined) {
      left = giveBack(lastVersion.schema, mergedThen, left, set)
      continue
    }
    const theirs = versionOf(name)
    if (theirs === undefined) continue
    const inTheirs = (object: unknown) => theirs.of(lastVersion.back(object as JsonObject))
    left = lastVersion.of(theirs.back(giveBack(theirs.schema, inTheirs(mergedThen), inTheirs(left), set) as JsonObject))
  }
  // and what nobody owns but this manager did not apply: it went only together with its parent.
  const fields = (value: unknown) => withNamedFields(lastVersion.schema, fieldsOf(lastVersion.schema, value))
  const gone = difference(fields(mergedThen), fields(left))
  return lastVersion.back(removeItems(lastVersion.schema, mergedThen, intersection(gone, lastSet)) as JsonObject)
}

const same = <T>(object: T): T => object

/** The merged object without what is neither left of it nor owned. */
function giveBack(schema: Schema, merged: unknown, left: unknown, owned: FieldSet): unknown {
  const fields = (value: unknown) => withNamedFields(schema, fieldsOf(schema, value))
  return removeItems(schema, merged, difference(fields(merged), union(fields(left), withNamedFields(schema, owned))))
}
