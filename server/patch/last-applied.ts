import type { Schema } from '../../api/schema/schema.ts'
import { compare } from './compare.ts'
import { difference, type FieldSet } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'
import { isObject, own, put, type JsonObject } from './json-value.ts'
import { validateTyped } from './validate-typed.ts'

/**
 * The annotation of kubectl's client-side apply, as server-side apply by the manager `kubectl` treats it (apimachinery,
 * managedfields, lastappliedmanager.go and lastappliedupdater.go, 1.36).
 */
const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
const maxAnnotationBytes = 256 * 1024

function annotationsOf(object: JsonObject): JsonObject | undefined {
  const metadata = own(object, 'metadata')
  const annotations = isObject(metadata) ? own(metadata, 'annotations') : undefined
  return isObject(annotations) ? annotations : undefined
}

function lastApplied(object: JsonObject): string | undefined {
  const text = own(annotationsOf(object) ?? {}, annotation)
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** What the annotation says was applied and still is as applied: kubectl may take it over without a conflict. */
export function fieldsLastApplied(schema: Schema, live: Readonly<JsonObject>, apiVersion: string): FieldSet | undefined {
  const text = lastApplied(live)
  if (text === undefined) return undefined
  try {
    const configuration: unknown = JSON.parse(text)
    if (!isObject(configuration) || !configuration.kind || configuration.apiVersion !== apiVersion) return undefined
    if (validateTyped(schema, configuration) !== undefined) return undefined
    const { added, modified, removed } = compare(schema, configuration, live, 'written')
    return difference(difference(difference(fieldsOf(schema, configuration), modified), added), removed)
  } catch {
    return undefined
  }
}

/** The object with the annotation, if it has one, telling the configuration applied now. */
export function withLastApplied(object: JsonObject, applied: Readonly<JsonObject>): JsonObject {
  if (lastApplied(object) === undefined) return object
  const annotations: JsonObject = { ...annotationsOf(object) }
  annotations[annotation] = `${goJson(withoutAnnotation(applied))}\n`
  if (sizeOf(annotations) > maxAnnotationBytes) delete annotations[annotation]
  return { ...object, metadata: { ...object.metadata as JsonObject, annotations } }
}

function withoutAnnotation(applied: Readonly<JsonObject>): JsonObject {
  const annotations = annotationsOf(applied)
  if (annotations === undefined) return applied
  const { [annotation]: _, ...others } = annotations
  return { ...applied, metadata: { ...applied.metadata as JsonObject, annotations: others } }
}

const sizeOf = (annotations: JsonObject): number =>
  Object.entries(annotations).reduce((size, [key, value]) => size + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0)

/** JSON as Go writes it: keys sorted, `<`, `>` and `&` escaped. */
function goJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value).sort()) put(copy, key, sorted(value[key]))
  return copy
}
