import { timestamp } from '../../api/clock.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { setOf, type FieldSet } from '../patch/field-set.ts'
import { managerName, updateManagedFields } from '../patch/managed-fields.ts'
import { fieldElement } from '../patch/path-element.ts'
import type { ApiRequest } from '../request.ts'

const status = setOf([fieldElement('status')]), spec = setOf([fieldElement('spec')])

/** What a write to this part of the object can't change, so that nobody comes to own it by it. */
export const resetFieldsOf = (kind: Pick<Kind, 'subresources'>, subresource: string): FieldSet | undefined =>
  !kind.subresources?.status ? undefined : subresource === 'status' ? spec : status

/** Keeps the managed fields of an object right for one request; see WriteContext.track. */
export function tracker({ kind, subresource, userAgent }: Pick<ApiRequest, 'kind' | 'subresource' | 'userAgent'>, fieldManager: string, now: Date) {
  const manager = managerName(fieldManager, userAgent), schema = schemaOf(kind.schema), resetFields = resetFieldsOf(kind, subresource)
  return (next: KubeObject, live: Readonly<KubeObject> | undefined): void => {
    const managedFields = updateManagedFields({ schema, live, next, manager, apiVersion: apiVersionOf(kind), subresource, resetFields, time: timestamp(now) })
    if (managedFields?.length) next.metadata.managedFields = managedFields
    else delete next.metadata.managedFields
  }
}
