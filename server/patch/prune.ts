import type { Schema } from '../../api/schema/schema.ts'
import { difference, emptySet, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { fieldsOf, withNamedFields } from './fields-of.ts'
import type { Managers } from './managers.ts'
import { removeItems } from './remove-items.ts'

/**
 * Takes from the merged object what the manager applied last time and does not apply now, unless somebody else owns it
 * (structured-merge-diff, merge/update.go, v6). `managers` hold the manager's new set already.
 */
export function prune(schema: Schema, merged: unknown, lastSet: FieldSet | undefined, managers: Managers): unknown {
  if (lastSet === undefined || isEmpty(lastSet)) return merged
  const last = withNamedFields(schema, lastSet)
  const before = withNamedFields(schema, fieldsOf(schema, merged))
  const withoutLast = removeItems(schema, merged, last)
  if (withoutLast === merged) return merged

  // Give back what somebody owns,
  const owned = withNamedFields(schema, [...managers.values()].reduce((all, manager) => union(all, manager.set), emptySet))
  const kept = union(withNamedFields(schema, fieldsOf(schema, withoutLast)), owned)
  const withOwned = removeItems(schema, merged, difference(before, kept))
  // and what nobody owns but this manager did not apply: it went only together with its parent.
  const gone = difference(before, withNamedFields(schema, fieldsOf(schema, withOwned)))
  return removeItems(schema, merged, intersection(gone, last))
}
