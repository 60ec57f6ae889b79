import { timestamp } from '../../api/clock.ts'
import { apiVersionOf } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { updateManagedFields } from '../patch/managed-fields.ts'
import type { ApiRequest } from '../request.ts'

/** The manager of a write that names none: the client's program, as upstream cuts it from the User-Agent. */
export function managerOf(fieldManager: string, userAgent: string): string {
  return fieldManager || userAgent.split('/')[0].slice(0, 128) || 'unknown'
}

/** Keeps the managed fields of an object right for one request; see WriteContext.track. */
export function tracker({ kind, subresource, userAgent }: Pick<ApiRequest, 'kind' | 'subresource' | 'userAgent'>, fieldManager: string, now: Date) {
  const manager = managerOf(fieldManager, userAgent), schema = schemaOf(kind.schema)
  return (next: KubeObject, live: Readonly<KubeObject> | undefined): void => {
    const managedFields = updateManagedFields({ schema, live, next, manager, apiVersion: apiVersionOf(kind), subresource, time: timestamp(now) })
    if (managedFields?.length) next.metadata.managedFields = managedFields
    else delete next.metadata.managedFields
  }
}
