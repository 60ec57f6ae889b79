import { hasProtobuf } from '../api/schema/protobuf.ts'
import { badRequest, methodNotAllowed, StatusError } from '../api/status.ts'
import { isPathSegment } from '../api/kinds/validation/names.ts'
import { goQuote } from '../api/schema/go-quote.ts'
import type { Action, ActionRequest, ActionTools } from './actions/action.ts'
import { acceptable } from './media.ts'
import { isTrue, kindOf, parsePath, unknownResource, verbOf, type ResourcePath } from './parse-request.ts'
import type { Annotate, ApiRequest, ApiResponse, RequestBody, RequestVerb } from './request.ts'
import type { UserInfo } from './user.ts'
import { create } from './verbs/create.ts'
import { remove } from './verbs/delete.ts'
import { removeCollection } from './verbs/delete-collection.ts'
import { get } from './verbs/get.ts'
import { list } from './verbs/list.ts'
import { patch } from './verbs/patch.ts'
import { hasPart, partOf } from './verbs/subresources/index.ts'
import { update } from './verbs/update.ts'
import type { VerbHandler, VerbTools } from './verbs/verb.ts'
import { watch } from './verbs/watch.ts'

const verbs: Record<RequestVerb, VerbHandler> =
  { get, list, watch, create, update, patch, delete: remove, deletecollection: removeCollection }

/** A request after authentication and authorization, whichever road it came by. */
export interface Incoming {
  method: string
  path: string
  query: URLSearchParams
  user: UserInfo
  userAgent: string
  body: RequestBody
  signal: AbortSignal
  warnings: string[]
  annotate?: Annotate
  /** Of the answer; '' when it does not matter. */
  accept?: string
  /** Told when the path and the method have been found to lead somewhere. */
  routed?(): void
}

export interface PipelineTools {
  verbTools: VerbTools
  actions: readonly Action[]
  actionTools: ActionTools
}

/** The way of every request to a resource: take the path apart, find who answers, let him. Refusals are thrown StatusErrors. */
export type Pipeline = (incoming: Incoming) => Promise<ApiResponse>

const namedVerbs: ReadonlySet<string> = new Set(['get', 'update', 'patch', 'delete'])

export function createPipeline({ verbTools, actions, actionTools }: PipelineTools): Pipeline {
  const { registry } = verbTools
  const byPath = new Map(actions.map(action => [`${action.group}/${action.version}/${action.plural}/${action.subresource}`, action]))
  return async incoming => {
    const path = parsePath(incoming.path)
    if (!path) throw unknownResource()
    const action = byPath.get(`${path.group}/${path.version}/${path.plural}/${path.subresource}`)
    if (action) return runAction(action, path, incoming)

    const kind = kindOf(registry, path)
    if (path.subresource && (path.rest || !hasPart(kind, path.subresource))) throw unknownResource()
    const verb = verbOf(incoming.method, path, incoming.query)
    const request: ApiRequest = { ...incoming, verb, kind, namespace: path.namespace, name: path.name, subresource: path.subresource }
    if (path.watch && kind.verbs && !kind.verbs.includes('watch')) throw unknownResource()
    if (path.subresource && verb !== 'get' && verb !== 'update' && verb !== 'patch') throw methodNotAllowed()
    if (kind.verbs && verb !== 'watch' && !kind.verbs.includes(verb)) throw methodNotAllowed()
    if (kind.namespaced && path.namespace === undefined && (verb === 'create' || verb === 'deletecollection')) throw methodNotAllowed()
    incoming.routed?.()
    if (kind.deprecated) deprecate(incoming, kind.deprecated)
    if (incoming.accept) acceptable(incoming.accept, verb === 'list' || verb === 'watch' ? 'list' : 'object', hasProtobuf(kind.schema))
    if (path.name !== undefined) checkName(path.name)
    return path.subresource ? partOf(request, verbs, verbTools) : verbs[verb](request, verbTools)
  }

  function runAction(action: Action, path: ResourcePath, incoming: Incoming): Promise<ApiResponse> {
    if (path.watch) throw unknownResource()
    if (action.subresource !== '' && path.name === undefined) throw unknownResource()
    // Only what is proxied has paths below it.
    if (path.rest && !action.methods) throw unknownResource()
    if (action.subresource === '' && path.name !== undefined && !action.verbs.includes('get')) throw unknownResource()
    // What can only be created has no path with a name.
    if (action.subresource === '' && path.name !== undefined && !action.verbs.some(verb => namedVerbs.has(verb))) throw unknownResource()
    const verb = action.methods?.includes(incoming.method) ? methods[incoming.method] ?? 'get' : actionVerb(incoming.method, path)
    // Across all namespaces there are only lists.
    const isWhole = verb === 'list' && action.verbs.includes('list')
    if (action.namespaced && action.subresource === '' && path.namespace === undefined && !isWhole) throw unknownResource()
    if (!action.verbs.includes(verb)) throw methodNotAllowed()
    incoming.routed?.()
    if (action.deprecated) deprecate(incoming, action.deprecated)
    if (incoming.accept && !passing.has(action.subresource)) acceptable(incoming.accept, verb === 'list' ? 'list' : 'object', true)
    if (verb === 'list' && isTrue(incoming.query.get('watch'))) throw watchNotSupported(path)
    const request: ActionRequest = {
      ...incoming, verb, group: path.group, version: path.version, plural: path.plural, kind: registry.find(path.group, path.version, path.plural),
      namespace: path.namespace, name: path.name, subresource: path.subresource, rest: path.rest,
    }
    return action.run(request, actionTools)
  }
}

/** Actions that answer with something else than an object. */
const passing = new Set(['attach', 'exec', 'log', 'portforward', 'proxy'])

/** Names that can't be a part of a path are refused before they are looked for (apiserver, registry/generic NamespaceKeyFunc). */
function checkName(name: string): void {
  const complaints = isPathSegment(name)
  if (complaints.length) throw badRequest(`Name parameter invalid: ${goQuote(name)}: ${complaints.join(';')}`)
}

function deprecate({ warnings, annotate }: Incoming, warning: string): void {
  warnings.push(warning)
  annotate?.('k8s.io/deprecated', 'true')
}

const methods: Record<string, RequestVerb> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }
function actionVerb(method: string, path: ResourcePath): RequestVerb {
  const verb = methods[method]
  if (!verb) throw methodNotAllowed()
  return verb === 'get' && path.name === undefined ? 'list' : verb
}

const watchNotSupported = ({ group, plural }: ResourcePath) =>
  new StatusError(405, 'MethodNotAllowed', `watch is not supported on resources of kind "${plural}"`, { ...(group ? { group } : {}), kind: plural })
