import { notFoundError, StatusError } from '../../api/status.ts'
import { parseResourceVersion } from '../options.ts'
import { storePath } from '../parse-request.ts'
import type { ApiRequest } from '../request.ts'
import { showStored } from '../resources/versions.ts'
import { tooLargeResourceVersion } from './list.ts'
import type { VerbHandler, VerbTools } from './verb.ts'

/** GET of one object. A resourceVersion asks for a state not older than that; memory always holds the newest. */
export const get: VerbHandler = async (request, tools) =>
  ({ type: 'stored', code: 200, kind: request.kind, stored: find(request, tools) })

/** The stored object that a request names, as its kind shows it; throws 404. */
export function find({ kind, namespace, name, query }: ApiRequest, { store }: VerbTools) {
  const asked = parseResourceVersion(query.get('resourceVersion') ?? '', detail =>
    new StatusError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(query.get('resourceVersion'))}: ${detail}`))
  if (asked > store.revision) throw tooLargeResourceVersion(asked, store.revision)
  const stored = store.get(storePath(kind, namespace, name!))
  if (!stored) throw notFoundError(kind, name!)
  return showStored(kind, stored)
}
