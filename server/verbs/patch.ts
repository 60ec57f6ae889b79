import { timestamp } from '../../api/clock.ts'
import { decode } from '../../api/schema/decode.ts'
import type { StructSchema } from '../../api/schema/schema.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { invalidError, isNotFound, StatusError, unsupportedMediaType } from '../../api/status.ts'
import { invalid } from '../../api/field-error.ts'
import { mediaTypeOf, readPatch, type PatchBody } from '../body.ts'
import { parseWriteOptions, type WriteOptions } from '../options.ts'
import { applyPatch } from '../patch/apply.ts'
import { goValue } from '../patch/go-format.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import { printPatched } from '../patch/print-patched.ts'
import { resetFields } from '../patch/reset-fields.ts'
import { conversionComplaint } from '../patch/from-unstructured.ts'
import { applyStrategicMergePatch } from '../patch/strategic-merge.ts'
import type { ApiRequest, ApiResponse } from '../request.ts'
import { checkNamespace, type WriteContext } from '../resources/lifecycle.ts'
import { otherVersion, tracker } from '../resources/tracking.ts'
import { authorizeCreate } from '../stages/authorize.ts'
import { checkName, createsOnUpdate } from './update.ts'
import type { VerbHandler, VerbTools } from './verb.ts'

/** The four ways to say what is to change, by media type. */
const patchTypes = {
  'application/json-patch+json': 'json', 'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic', 'application/apply-patch+yaml': 'apply',
} as const
export type PatchType = typeof patchTypes[keyof typeof patchTypes]

/** PATCH of an object or of its status; an apply to a name that does not exist creates it. */
export const patch: VerbHandler = async (request, tools): Promise<ApiResponse> => {
  const type = patchTypeOf(request), options = parseWriteOptions(request.query, 'PatchOptions', type === 'apply')
  const { kind, namespace, subresource, user, warnings } = request, name = request.name!
  const body = readPatch(request.body, type, options.fieldValidation)
  const context: WriteContext = {
    kind, namespace, subresource, user, dryRun: options.dryRun, warn: text => { warnings.push(text) },
    track: type === 'apply' ? () => {} : tracker(request, options.fieldManager, tools.clock.now(), tools.registry),
  }
  if (type === 'apply') return serverSideApply(request, tools, options, body, context)
  const stored = await tools.lifecycle.update(name, context, live => {
    const draft = patched(kind, live, type, body, options, warnings)
    checkNamespace(kind, draft, namespace)
    checkName(draft, name)
    return draft
  })
  return { type: 'stored', code: 200, kind, stored }
}

const typeOf = (kind: Pick<Kind, 'group' | 'version' | 'kind'>) => ({ kind: kind.kind, apiVersion: apiVersionOf(kind) })

/** Throws the 415 that upstream's PATCH route gives. */
export function patchTypeOf({ body }: ApiRequest): PatchType {
  const mediaType = mediaTypeOf(body)
  if (!Object.hasOwn(patchTypes, mediaType)) throw unsupportedMediaType('415: Unsupported Media Type', {})
  return patchTypes[mediaType as keyof typeof patchTypes]
}

/** An object of the kind's type after the patch; decoded anew, so that it is as good as one that was sent whole. */
export function patched(kind: Pick<Kind, 'schema' | 'kind' | 'group' | 'version'>, live: Readonly<KubeObject>, type: Exclude<PatchType, 'apply'>, body: PatchBody,
  options: WriteOptions, warnings: string[]): KubeObject {
  const schema = schemaOf(kind.schema), old = live as unknown as Record<string, unknown>
  const result = type === 'json' ? applyJsonPatch(old, body.operations!)
    : type === 'merge' ? applyMergePatch(old, body.object!)
    : applyStrategicMergePatch(schema, old, body.object!)
  const refuse = (why: string) => invalidError({ group: '', kind: '' }, '',
    [invalid('patch', type === 'strategic' ? goValue(body.object) : printPatched(old, result, body.operations ?? [body.object!]), why)])
  const complaint = type === 'strategic' ? conversionComplaint(schema, result) : undefined
  if (complaint) throw refuse(complaint)
  const strict = [...body.strictErrors, ...duplicateFields(schema, body, options)]
  let decoded
  try { decoded = decode(schema, result, { mode: options.fieldValidation }) } catch (error) {
    if (error instanceof StatusError) throw error
    throw refuse((error as Error).message)
  }
  // What a strategic merge gives is converted, not decoded, and the converter sorts what it did not know.
  strict.push(...type === 'strategic' ? decoded.unknown.sort() : decoded.unknown)
  if (strict.length && options.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${strict.join(', ')}`)
  if (options.fieldValidation === 'Warn') warnings.push(...strict)
  // What kind of object it is can't be changed.
  const { kind: _kind, apiVersion: _apiVersion, metadata = {}, ...rest } = decoded.object
  const draft: KubeObject = { ...typeOf(kind), metadata, ...rest }
  // Decoding drops empty lists; this one is a wish.
  if (clearsManagedFields(result)) draft.metadata.managedFields = []
  return draft
}

const clearsManagedFields = (result: unknown): boolean => {
  const sent = (result as Partial<KubeObject>)?.metadata?.managedFields
  return Array.isArray(sent) && sent.length === 0
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

/** What a server-side apply makes of the live object (undefined: it is to be created), decoded, with its managed fields. */
export function applied({ kind, subresource }: Pick<ApiRequest, 'kind' | 'subresource'>, { clock, registry }: VerbTools, options: WriteOptions, body: PatchBody,
  live: Readonly<KubeObject> | undefined): KubeObject {
  const schema = schemaOf(kind.schema)
  const { object, managedFields } = applyPatch({
    schema, group: kind.group, version: kind.version, kind: kind.kind, live, applied: body.object!, manager: options.fieldManager,
    force: options.force, subresource, resetFields: resetFields(kind, subresource), time: timestamp(clock.now()),
    convert: apiVersion => otherVersion(kind, apiVersion, registry),
  })
  const draft = decode(schema, object, { mode: 'Ignore' }).object as unknown as KubeObject
  return { ...draft, ...typeOf(kind), metadata: { ...draft.metadata, managedFields } }
}

async function serverSideApply(request: ApiRequest, tools: VerbTools, options: WriteOptions, body: PatchBody, context: WriteContext): Promise<ApiResponse> {
  const { kind, subresource } = request, name = request.name!
  const { name: givenName, resourceVersion: expects } = (body.object as Partial<KubeObject>).metadata ?? {}
  try {
    const stored = await tools.lifecycle.update(name, context, live => {
      const draft = applied(request, tools, options, body, live)
      if (givenName) checkName(draft, name)
      if (expects) draft.metadata.resourceVersion = expects
      return draft
    })
    return { type: 'stored', code: 200, kind, stored }
  } catch (error) {
    if (!isNotFound(error) || !(subresource === '' || createsOnUpdate(kind, subresource))) throw error
    authorizeCreate(request, tools.authorize)
    const draft = applied(request, tools, options, body, undefined)
    checkName(draft, name)
    checkNamespace(kind, draft, request.namespace)
    draft.metadata.resourceVersion = ''
    return { type: 'stored', code: 201, kind, stored: await tools.lifecycle.create(draft, context) }
  }
}
