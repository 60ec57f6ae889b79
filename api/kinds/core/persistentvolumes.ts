import { defineKind } from '../../kind.ts'
import type { PersistentVolume } from '../../schema/generated/types.ts'

export const persistentVolumes = defineKind<PersistentVolume>({
  group: '', version: 'v1', kind: 'PersistentVolume',
  plural: 'persistentvolumes', singular: 'persistentvolume', namespaced: false,
  shortNames: ['pv'], schema: 'core.v1.PersistentVolume',
  subresources: { status: true },
})
