import { badRequest } from '../../api/status.ts'
import { goJsonType } from './go-json.ts'
import { has, isObject, put, type JsonObject } from './json-value.ts'

/**
 * JSON merge patch (RFC 7386) as upstream's evanphx/json-patch v4 merges: null removes, objects merge, everything else replaces.
 * Nulls inside lists stay; nulls inside objects that are new go.
 */
export function applyMergePatch(object: Readonly<JsonObject>, patch: JsonObject): JsonObject {
  return merge(object, patch)
}

/** The patch of a decoded body, or 400 as upstream: two texts, because `null` passes the strict decoder and fails later. */
export function decodeMergePatch(body: unknown): JsonObject {
  if (isObject(body)) return body
  if (body === null) throw badRequest('Invalid JSON Patch')
  throw badRequest(`error decoding patch: json: cannot unmarshal ${goJsonType(body)} ` +
    'into Go value of type map[string]interface {}')
}

function merge(object: Readonly<JsonObject>, patch: JsonObject): JsonObject {
  let merged: JsonObject | undefined
  const draft = () => (merged ??= { ...object })
  for (const key of Object.keys(patch)) {
    const change = patch[key], current = has(object, key) ? object[key] : undefined
    if (change === null) {
      if (current !== undefined) delete draft()[key]
      continue
    }
    const next = mergeValue(current, change)
    if (next !== current) put(draft(), key, next)
  }
  return merged ?? object
}

function mergeValue(current: unknown, change: unknown): unknown {
  if (!isObject(current)) return withoutNulls(change)
  return isObject(change) ? merge(current, change) : change
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const pruned: JsonObject = {}
  for (const key of Object.keys(value)) if (value[key] !== null) put(pruned, key, withoutNulls(value[key]))
  return pruned
}
