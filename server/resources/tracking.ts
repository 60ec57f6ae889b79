import { timestamp } from '../../api/clock.ts'
import { apiVersionOf } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { managerName, updateManagedFields } from '../patch/managed-fields.ts'
import { resetFields } from '../patch/reset-fields.ts'
import type { ApiRequest } from '../request.ts'

/** Keeps the managed fields of an object right for one request; see WriteContext.track. */
export function tracker({ kind, subresource, userAgent }: Pick<ApiRequest, 'kind' | 'subresource' | 'userAgent'>, fieldManager: string, now: Date) {
  const manager = managerName(fieldManager, userAgent), schema = schemaOf(kind.schema), reset = resetFields(kind, subresource)
  return (next: KubeObject, live: Readonly<KubeObject> | undefined): void => {
    const managedFields = updateManagedFields({ schema, live, next, manager, apiVersion: apiVersionOf(kind), subresource, resetFields: reset, time: timestamp(now) })
    if (managedFields?.length) next.metadata.managedFields = managedFields
    else delete next.metadata.managedFields
  }
}
