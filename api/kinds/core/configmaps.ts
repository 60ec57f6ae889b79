import { defineKind } from '../../kind.ts'
import type { ConfigMap } from '../../schema/generated/types.ts'

export const configMaps = defineKind<ConfigMap>({
  group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', singular: 'configmap', namespaced: true,
  shortNames: ['cm'], schema: 'core.v1.ConfigMap',
})
