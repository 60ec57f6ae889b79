import { checkFieldSelector, fieldsMatch, labelsMatch, parseFieldSelector, parseLabelSelector } from '../../api/selectors.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { badRequest } from '../../api/status.ts'

/** Which objects of a kind a list, watch or deletecollection is about. */
export interface Selection {
  /** undefined: all of them. */
  matches?: (object: Readonly<KubeObject>) => boolean
  /** The one name that a field selector leaves. */
  name?: string
}

/** Throws 400 in upstream's words for selectors that don't parse and fields that can't be selected. */
export function select(kind: Kind, labelSelector: string, fieldSelector: string): Selection {
  if (!labelSelector && !fieldSelector) return {}
  try {
    const labels = parseLabelSelector(labelSelector), fields = parseFieldSelector(fieldSelector)
    checkFieldSelector(kind, fields)
    if (!labels.length && !fields.length) return {}
    const name = fields.find(({ field, op }) => field === 'metadata.name' && op === '=')?.value
    return {
      ...(name ? { name } : {}),
      matches: object => labelsMatch(labels, object.metadata.labels) && fieldsMatch(kind, fields, object),
    }
  } catch (error) {
    throw badRequest((error as Error).message)
  }
}
