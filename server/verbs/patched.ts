import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { invalid } from '../../api/field-error.ts'
import type { KubeObject } from '../../api/object.ts'
import { decode } from '../../api/schema/decode.ts'
import type { StructSchema } from '../../api/schema/schema.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { badRequest, invalidError, StatusError } from '../../api/status.ts'
import { clearsManagedFields, kindMismatch, type PatchBody } from '../body.ts'
import type { WriteOptions } from '../options.ts'
import { conversionComplaint } from '../patch/from-unstructured.ts'
import { goValue } from '../patch/go-format.ts'
import { goJsonType } from '../patch/go-json.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { isObject, own } from '../patch/json-value.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import { printPatched } from '../patch/print-patched.ts'
import { applyStrategicMergePatch } from '../patch/strategic-merge.ts'
import type { Registry } from '../resources/registry.ts'
import type { PatchType } from './patch.ts'

/** What a patch is made on. */
export interface Patching {
  name: string
  kind: Pick<Kind, 'schema' | 'kind' | 'group' | 'version'>
  live: Readonly<KubeObject>
  registry: Registry
  warnings: string[]
}

/** An object of the kind's type after the patch; decoded anew, so that it is as good as one that was sent whole. */
export function patched({ name, kind, live, registry, warnings }: Patching, type: Exclude<PatchType, 'apply'>, body: PatchBody, options: WriteOptions): KubeObject {
  const schema = schemaOf(kind.schema), old = live as unknown as Record<string, unknown>
  const result = type === 'json' ? applyJsonPatch(old, body.operations!)
    : type === 'merge' ? applyMergePatch(old, body.object!)
    : applyStrategicMergePatch(schema, old, body.object!)
  const printed = () => printPatched(old, result, body.operations ?? [body.object!])
  const refuse = (why: string) => invalidError({ group: '', kind: '' }, '', [invalid('patch', type === 'strategic' ? goValue(body.object) : printed(), why)])
  const complaint = type === 'strategic' ? conversionComplaint(schema, result) : wrongType(kind, name, result, registry)
  if (complaint) throw refuse(complaint)

  const strict = [...body.strictErrors, ...duplicateFields(schema, body, options)]
  const mode = options.fieldValidation
  let decoded
  try {
    decoded = decode(schema, result, { mode })
    // Upstream decodes the text of the result, whose keys stand in another order, and complains in that order.
    if (type !== 'strategic' && decoded.unknown.length > 1) decoded.unknown = decode(schema, JSON.parse(printed()), { mode }).unknown
  } catch (error) {
    if (error instanceof StatusError) throw error
    throw refuse(type === 'strategic' ? conversionError(error as Error) : firstComplaint(schema, printed()) ?? (error as Error).message)
  }
  // What a strategic merge gives is converted, not decoded, and the converter sorts what it did not know.
  strict.push(...type === 'strategic' ? decoded.unknown.sort() : decoded.unknown)
  if (strict.length && mode === 'Strict') throw refuse(`strict decoding error: ${strict.join(', ')}`)
  if (mode === 'Warn') warnings.push(...strict)
  // What kind of object it is can't be changed.
  const { kind: _kind, apiVersion: _apiVersion, metadata = {}, ...rest } = decoded.object
  const draft: KubeObject = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata, ...rest }
  // Decoding drops empty lists; this one is a wish.
  if (clearsManagedFields(result)) draft.metadata.managedFields = []
  return draft
}

/** How upstream's converter, which strategic merge and apply end in, words what the decoder found. */
export const conversionError = ({ message }: Error): string => (message.startsWith('illegal base64') ? `error decoding from json: ${message}`
  : message.replace(/into Go struct field \S+ of type/, 'into Go value of type'))

function firstComplaint(schema: StructSchema, text: string): string | undefined {
  try {
    decode(schema, JSON.parse(text), { mode: 'Ignore' })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const typeMeta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/** Why the result of a JSON or merge patch can't be decoded as its kind at all; throws 400 when it has lost its version. */
function wrongType(kind: Patching['kind'], name: string, result: unknown, registry: Registry): string | undefined {
  const unreadable = (what: string) => `couldn't get version/kind; json parse error: json: cannot unmarshal ${what}`
  if (!isObject(result)) return unreadable(`${goJsonType(result)} into Go value of type ${typeMeta}`)
  for (const name of ['apiVersion', 'kind']) {
    const value = own(result, name)
    if (value !== undefined && value !== null && typeof value !== 'string') return unreadable(`${goJsonType(value)} into Go struct field .${name} of type string`)
  }
  const version = own(result, 'apiVersion') as string | undefined || '', given = own(result, 'kind') as string | undefined || kind.kind
  if (version === apiVersionOf(kind) && given === kind.kind) return undefined
  if (version.split('/').length > 2) return `unexpected GroupVersion string: ${version}`
  if (version !== '') return kindMismatch(given, version, kind, registry)
  // Without a version upstream reads it as its internal type, in which no field has a name that JSON knows.
  if (given === kind.kind) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  return `no kind ${JSON.stringify(given)} is registered for the internal version of group ${JSON.stringify(kind.group)} in scheme "pkg/api/legacyscheme/scheme.go:30"`
}

/** Keys that the patch itself names twice, as decoding words them. */
function duplicateFields(schema: StructSchema, { object, duplicates }: PatchBody, { fieldValidation }: WriteOptions): string[] {
  if (!duplicates || !object || fieldValidation === 'Ignore') return []
  try {
    return decode(schema, object, { mode: fieldValidation, duplicates }).unknown.filter(text => text.startsWith('duplicate field'))
  } catch {
    return []   // what does not decode is refused after the patch, in the words for that
  }
}
