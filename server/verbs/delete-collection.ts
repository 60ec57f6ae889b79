import { isNotFound } from '../../api/status.ts'
import { readDeleteOptions } from '../body.ts'
import { parseListOptions } from '../options.ts'
import type { ApiResponse } from '../request.ts'
import { showStored } from '../resources/versions.ts'
import type { Stored } from '../store/store.ts'
import { readList } from './list.ts'
import { select } from './selection.ts'
import type { VerbHandler } from './verb.ts'

/** DELETE of a collection: each object by itself, answered with the list of what was there. */
export const removeCollection: VerbHandler = async (request, tools): Promise<ApiResponse> => {
  const options = await readDeleteOptions(request)
  const { kind, namespace, user, warnings } = request
  const listOptions = parseListOptions(request.query, false)
  const selection = select(kind, listOptions.labelSelector, listOptions.fieldSelector)
  const { metadata, items } = readList(tools.store, kind, namespace, listOptions, selection)
  const removed: Stored[] = []
  for (const item of items) {
    const { name, namespace: from } = item.object.metadata
    try {
      await tools.deletion.remove(name, { kind, namespace: from, user, options, warn: text => warnings.push(text) })
      removed.push(showStored(kind, item))
    } catch (error) {
      // Somebody else was faster.
      if (!isNotFound(error)) throw error
    }
  }
  return { type: 'list', kind, metadata, items: removed }
}
