import { defineKind } from '../../kind.ts'
import type { VolumeAttributesClass } from '../../schema/generated/types.ts'

export const volumeAttributesClasses = defineKind<VolumeAttributesClass>({
  group: 'storage.k8s.io', version: 'v1', kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses', singular: 'volumeattributesclass', namespaced: false,
  shortNames: ['vac'], schema: 'storage.v1.VolumeAttributesClass',
})
