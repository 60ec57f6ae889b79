import type { Kind } from '../../../api/kind.ts'
import type { ApiRequest, ApiResponse, RequestVerb } from '../../request.ts'
import type { VerbHandler, VerbTools } from '../verb.ts'
import { scale } from './scale.ts'

/** Parts of pods that change under their own path; what may change there is the kind's own rule (KindContext.subresource). */
const partsOfKinds: Record<string, readonly string[]> = {
  '/pods': ['ephemeralcontainers', 'resize'],
  'certificates.k8s.io/certificatesigningrequests': ['approval'],
}

/** Whether objects of a kind have a part of this name: `status`, `scale` and the like. */
export function hasPart({ group, plural, subresources }: Kind, subresource: string): boolean {
  if (subresource === 'status') return subresources?.status === true
  return subresource === 'scale' ? subresources?.scale !== undefined : partsOfKinds[`${group}/${plural}`]?.includes(subresource) ?? false
}

/** GET, PUT and PATCH of a subresource that is part of the object. */
export async function partOf(request: ApiRequest, verbs: Record<RequestVerb, VerbHandler>, tools: VerbTools): Promise<ApiResponse> {
  const { subresource } = request, verb = request.verb as 'get' | 'update' | 'patch'
  return subresource === 'scale' ? scale[verb](request, tools) : verbs[verb](request, tools)
}
