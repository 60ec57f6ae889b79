import { defineKind } from '../../kind.ts'
import type { StorageClass } from '../../schema/generated/types.ts'

export const storageClasses = defineKind<StorageClass>({
  group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass',
  plural: 'storageclasses', singular: 'storageclass', namespaced: false,
  shortNames: ['sc'], schema: 'storage.v1.StorageClass',
})
