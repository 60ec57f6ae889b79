import { defineKind } from '../../kind.ts'
import type { ResourceV1ResourceClaim } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateImmutable } from '../validation/values.ts'
import { defaultRequests } from './default-requests.ts'

export const resourceClaims = defineKind<ResourceV1ResourceClaim>({
  group: 'resource.k8s.io', version: 'v1', kind: 'ResourceClaim',
  plural: 'resourceclaims', singular: 'resourceclaim', namespaced: true,
  schema: 'resource.v1.ResourceClaim',
  subresources: { status: true },
  returnsDeleted: true,
  notSimulated: 'no devices are simulated: nothing is allocated',
  defaults: draft => defaultRequests(draft.spec?.devices?.requests),
  prepareForCreate(draft) {
    draft.status = {}
  },
  validate: (next, old, { subresource }) => (old && subresource === '' ? validateImmutable(next.spec, old.spec, 'spec') : []),
  columns: [nameColumn, textColumn('State', state), ageColumn],
})

function state({ metadata, status }: Readonly<ResourceV1ResourceClaim>): string {
  if (!status?.allocation) return metadata.deletionTimestamp ? 'deleted' : 'pending'
  const deleted = metadata.deletionTimestamp ? ['deleted'] : [], reserved = status.reservedFor?.length ? ['reserved'] : []
  return [...deleted, 'allocated', ...reserved].join(',')
}
