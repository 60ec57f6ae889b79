import { timestamp } from '../../api/clock.ts'
import { apiVersionOf } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { decode } from '../../api/schema/decode.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { conflictError, isNotFound, StatusError, unsupportedMediaType } from '../../api/status.ts'
import { mediaTypeOf, readPatch, type PatchBody } from '../body.ts'
import { parseWriteOptions, type WriteOptions } from '../options.ts'
import { applyPatch, describe } from '../patch/apply.ts'
import { conversionComplaint } from '../patch/from-unstructured.ts'
import { resetFields } from '../patch/reset-fields.ts'
import type { ApiRequest, ApiResponse } from '../request.ts'
import { checkNamespace, type WriteContext } from '../resources/lifecycle.ts'
import { otherVersion, tracker } from '../resources/tracking.ts'
import { authorizeCreate } from '../stages/authorize.ts'
import { conversionError, patched } from './patched.ts'
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
  const body = patchBodyOf(request, type, options)
  const context: WriteContext = {
    kind, namespace, subresource, user, dryRun: options.dryRun, patches: true, warn: text => { warnings.push(text) },
    annotate: request.annotate,
    track: type === 'apply' ? () => {} : tracker(request, options.fieldManager, tools.clock.now(), tools.registry),
  }
  if (type === 'apply') return serverSideApply(request, tools, options, body, context)
  const stored = await tools.lifecycle.update(name, context, live => {
    const draft = patched({ name, kind, live, registry: tools.registry, warnings }, type, body(), options)
    checkNamespace(kind, draft, namespace)
    checkName(draft, name)
    return draft
  })
  return { type: 'stored', code: 200, kind, stored }
}

/** Throws the 415 that upstream's PATCH route gives. */
export function patchTypeOf({ body }: ApiRequest): PatchType {
  const mediaType = mediaTypeOf(body)
  if (!Object.hasOwn(patchTypes, mediaType)) throw unsupportedMediaType('415: Unsupported Media Type', {})
  return patchTypes[mediaType as keyof typeof patchTypes]
}

/** The patch, read when it is first asked for: upstream looks for the object before it looks at what is to be done to it. */
export function patchBodyOf({ body }: ApiRequest, type: PatchType, options: WriteOptions): () => PatchBody {
  let read: PatchBody | undefined
  return () => (read ??= readPatch(body, type, options.fieldValidation))
}

/** What a server-side apply makes of the live object (undefined: it is to be created), decoded, with its managed fields. */
export function applied({ kind, subresource }: Pick<ApiRequest, 'kind' | 'subresource'>, { clock, registry }: VerbTools, options: WriteOptions, body: PatchBody,
  live: Readonly<KubeObject> | undefined): KubeObject {
  const schema = schemaOf(kind.schema), sent = body.object!
  const { object, managedFields } = applyPatch({
    schema, group: kind.group, version: kind.version, kind: kind.kind, live, applied: sent, manager: options.fieldManager,
    force: options.force, subresource, resetFields: resetFields(kind, subresource), time: timestamp(clock.now()),
    convert: apiVersion => otherVersion(kind, apiVersion, registry),
  })
  const refuse = (why: string) => {
    const { described, name } = describe(sent)
    return new StatusError(500, '', `failed to convert new object (${name}; ${described}) to proper version: ` +
      `unable to convert unstructured object to ${described}: ${why}`)
  }
  const complaint = conversionComplaint(schema, object)
  if (complaint) throw refuse(complaint)
  let draft: KubeObject
  try {
    draft = decode(schema, object, { mode: 'Ignore' }).object as unknown as KubeObject
  } catch (error) {
    throw error instanceof StatusError ? error : refuse(conversionError(error as Error))
  }
  return { ...draft, kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: { ...draft.metadata, managedFields } }
}

async function serverSideApply(request: ApiRequest, tools: VerbTools, options: WriteOptions, body: () => PatchBody, context: WriteContext): Promise<ApiResponse> {
  const { kind, subresource } = request, name = request.name!
  try {
    const stored = await tools.lifecycle.update(name, context, live => {
      const draft = applied(request, tools, options, body(), live)
      checkNamespace(kind, draft, request.namespace)
      checkName(draft, name)
      const { resourceVersion } = (body().object as Partial<KubeObject>).metadata ?? {}
      if (resourceVersion) draft.metadata.resourceVersion = resourceVersion
      return draft
    })
    return { type: 'stored', code: 200, kind, stored }
  } catch (error) {
    if (!isNotFound(error) || !(subresource === '' || createsOnUpdate(kind, subresource))) throw error
    authorizeCreate(request, tools.authorize)
    const draft = applied(request, tools, options, body(), undefined)
    const { uid } = draft.metadata
    if (uid) throw conflictError(kind, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
    checkNamespace(kind, draft, request.namespace)
    checkName(draft, name)
    draft.metadata.resourceVersion = ''
    return { type: 'stored', code: 201, kind, stored: await tools.lifecycle.create(draft, context) }
  }
}
