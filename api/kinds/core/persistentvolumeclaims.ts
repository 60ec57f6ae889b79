import { defineKind } from '../../kind.ts'
import type { PersistentVolumeClaim } from '../../schema/generated/types.ts'

export const persistentVolumeClaims = defineKind<PersistentVolumeClaim>({
  group: '', version: 'v1', kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims', singular: 'persistentvolumeclaim', namespaced: true,
  shortNames: ['pvc'], schema: 'core.v1.PersistentVolumeClaim',
  subresources: { status: true },
})
