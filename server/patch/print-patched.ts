import { encodeJson } from '../json.ts'
import { isObject, own, put, type JsonObject } from './json-value.ts'
import type { Operation } from './json-patch.ts'

/**
 * The JSON of a patched object as upstream's errors show it: what the patch did not touch stands as it was encoded, what it took
 * apart has its keys sorted (evanphx/json-patch v4). `given` are the operations of a JSON patch, or the merge patch.
 */
export function printPatched(before: Readonly<JsonObject>, after: unknown, given: readonly unknown[]): string {
  const whole = new Set<unknown>()
  for (const value of [before, ...given]) collect(value, whole)
  whole.delete(before)
  for (const operation of given as readonly Operation[]) {
    if (isObject(operation)) for (const pointer of [own(operation, 'path'), own(operation, 'from')]) visit(after, pointer, own(operation, 'op'), whole)
  }
  return encodeJson(sorted(after, whole))
}

function collect(value: unknown, into: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || into.has(value)) return
  into.add(value)
  for (const child of Object.values(value)) collect(child, into)
}

/** An operation takes apart all that is on its way; a test also what it compares. */
function visit(value: unknown, pointer: unknown, op: unknown, whole: Set<unknown>): void {
  if (typeof pointer !== 'string') return
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return
    whole.delete(at)
    at = own(at as JsonObject, part.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  if (op === 'test') forget(at, whole)
}

function forget(value: unknown, whole: Set<unknown>): void {
  if (typeof value !== 'object' || value === null) return
  whole.delete(value)
  for (const child of Object.values(value)) forget(child, whole)
}

function sorted(value: unknown, whole: ReadonlySet<unknown>): unknown {
  if (typeof value !== 'object' || value === null || whole.has(value)) return value
  if (Array.isArray(value)) return value.map(item => sorted(item, whole))
  const copy: JsonObject = {}
  for (const key of Object.keys(value).sort()) put(copy, key, sorted((value as JsonObject)[key], whole))
  return copy
}
