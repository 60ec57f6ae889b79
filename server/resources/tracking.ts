import { timestamp } from '../../api/clock.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { decode } from '../../api/schema/decode.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { conversionComplaint } from '../patch/from-unstructured.ts'
import { managerName, updateManagedFields, type OtherVersion } from '../patch/managed-fields.ts'
import type { JsonObject } from '../patch/json-value.ts'
import { resetFields } from '../patch/reset-fields.ts'
import type { ApiRequest } from '../request.ts'
import type { Registry } from './registry.ts'

type Tracked = Pick<ApiRequest, 'kind' | 'subresource' | 'userAgent'>

/** Keeps the managed fields of an object right for one request; see WriteContext.track. */
export function tracker({ kind, subresource, userAgent }: Tracked, fieldManager: string, now: Date, registry?: Registry) {
  const manager = managerName(fieldManager, userAgent), schema = schemaOf(kind.schema), reset = resetFields(kind, subresource)
  return (next: KubeObject, live: Readonly<KubeObject> | undefined): void => {
    const managedFields = updateManagedFields({
      schema, live, next, manager, apiVersion: apiVersionOf(kind), subresource, resetFields: reset, time: timestamp(now),
      convert: registry && (apiVersion => otherVersion(kind, apiVersion, registry)),
    })
    if (managedFields?.length) next.metadata.managedFields = managedFields
    else delete next.metadata.managedFields
  }
}

/** Another version in which objects of a kind are served; undefined for one in which they are not. */
export function otherVersion(kind: Kind, apiVersion: string, registry: Registry): OtherVersion | undefined {
  const stored = kind.storedAs?.kind ?? kind
  const other = apiVersionOf(stored) === apiVersion ? stored
    : registry.kinds.find(candidate => candidate.storedAs?.kind === stored && apiVersionOf(candidate) === apiVersion)
  if (other === undefined || other === kind) return undefined
  return {
    schema: schemaOf(other.schema),
    of: object => convert(object, kind, other), back: object => convert(object, other, kind),
  }
}

/** An object in another version. It may be the halves of a merge, so it is decoded before it is converted. */
function convert(object: Readonly<JsonObject>, from: Kind, to: Kind): JsonObject {
  const decoded = decodeAs(from, object)
  const stored = from.storedAs ? from.storedAs.toStored(decoded) : decoded
  return { ...to.storedAs ? to.storedAs.fromStored(stored) : stored, apiVersion: apiVersionOf(to) }
}

function decodeAs(kind: Kind, object: Readonly<JsonObject>): any {
  const schema = schemaOf(kind.schema), type = `${apiVersionOf(kind)}, Kind=${kind.kind}`
  const complaint = conversionComplaint(schema, object)
  if (complaint) throw new Error(`unable to convert unstructured object to ${type}: ${complaint}`)
  return decode(schema, object, { mode: 'Ignore' }).object
}
