import { methodNotAllowed } from '../../../api/status.ts'
import { unknownResource } from '../../parse-request.ts'
import type { ApiRequest, ApiResponse, RequestVerb } from '../../request.ts'
import type { VerbHandler, VerbTools } from '../verb.ts'
import { scale } from './scale.ts'

/** Parts of pods that change under their own path; what may change there is the kind's own rule (KindContext.subresource). */
const partsOfKinds: Record<string, readonly string[]> = {
  '/pods': ['ephemeralcontainers', 'resize'],
  'certificates.k8s.io/certificatesigningrequests': ['approval'],
}

/** GET, PUT and PATCH of a subresource that is part of the object: status, scale and the like. Throws 404 for any other. */
export async function partOf(request: ApiRequest, verbs: Record<RequestVerb, VerbHandler>, tools: VerbTools): Promise<ApiResponse> {
  const { kind, subresource, verb } = request
  const isPart = (subresource === 'status' && kind.subresources?.status) || partsOfKinds[`${kind.group}/${kind.plural}`]?.includes(subresource)
  const isScale = subresource === 'scale' && kind.subresources?.scale
  if (!isPart && !isScale) throw unknownResource()
  if (verb !== 'get' && verb !== 'update' && verb !== 'patch') throw methodNotAllowed()
  return isScale ? scale[verb](request, tools) : verbs[verb](request, tools)
}

