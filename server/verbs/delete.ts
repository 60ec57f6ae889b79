import { readDeleteOptions } from '../body.ts'
import type { ApiRequest, ApiResponse } from '../request.ts'
import type { Deleted } from '../resources/deletion.ts'
import type { VerbHandler } from './verb.ts'

/** DELETE of one object: answers with the object while it still waits, with a Status when it is gone. */
export const remove: VerbHandler = async (request, tools): Promise<ApiResponse> => {
  const options = await readDeleteOptions(request)
  const { kind, namespace, user, warnings } = request
  if (kind.deletionWarning && options.propagationPolicy === undefined && options.orphanDependents === undefined) warnings.push(kind.deletionWarning)
  const deleted = await tools.deletion.remove(request.name!, { kind, namespace, user, options, warn: text => warnings.push(text) })
  return answer(request, deleted)
}

function answer({ kind }: ApiRequest, { gone, stored }: Deleted): ApiResponse {
  if (!gone || kind.returnsDeleted) return { type: 'stored', code: 200, kind, stored }
  const { name, uid } = stored.object.metadata
  return {
    type: 'object', code: 200,
    object: {
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success',
      details: { name, ...(kind.group ? { group: kind.group } : {}), kind: kind.plural, uid },
    },
  }
}
