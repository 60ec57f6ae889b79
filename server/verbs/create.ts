import { badRequest } from '../../api/status.ts'
import { readObject } from '../body.ts'
import { parseWriteOptions } from '../options.ts'
import type { ApiResponse } from '../request.ts'
import { checkNamespace } from '../resources/lifecycle.ts'
import { tracker } from '../resources/tracking.ts'
import type { VerbHandler } from './verb.ts'

/** POST to a collection. */
export const create: VerbHandler = async (request, tools): Promise<ApiResponse> => {
  const { kind, namespace, user, warnings } = request
  const options = parseWriteOptions(request.query, 'CreateOptions')
  const draft = await readObject(request, tools.registry, options.fieldValidation)
  checkNamespace(kind, draft, namespace)
  if (request.name !== undefined && draft.metadata.name !== request.name) {
    throw badRequest(`the name of the object (${draft.metadata.name}) does not match the name on the URL (${request.name})`)
  }
  const stored = await tools.lifecycle.create(draft, {
    kind, namespace, subresource: '', user, dryRun: options.dryRun,
    track: tracker(request, options.fieldManager, tools.clock.now(), tools.registry),
    warn: text => warnings.push(text), annotate: request.annotate,
  })
  return { type: 'stored', code: 201, kind, stored }
}
