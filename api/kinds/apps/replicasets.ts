import { defineKind, scaleOfReplicas } from '../../kind.ts'
import type { PodTemplateSpec, ReplicaSet, ReplicaSetSpec } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { replicasWarnings } from '../pod/warnings.ts'
import { containerColumns, formatSelector, selectorColumn } from '../pod/workload-columns.ts'
import { validateReplicaSet } from './validate-replicaset.ts'

export const replicaSets = defineKind<ReplicaSet>({
  group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets', singular: 'replicaset', namespaced: true,
  shortNames: ['rs'], categories: ['all'], schema: 'apps.v1.ReplicaSet',
  hasGeneration: true,
  subresources: {
    status: true,
    scale: scaleOfReplicas,
  },

  defaults(draft) {
    const spec = draft.spec ??= {} as ReplicaSetSpec
    defaultPodTemplate(spec.template ??= {} as PodTemplateSpec)
    spec.replicas ??= 1
    draft.status ??= { replicas: 0 }
  },

  prepareForCreate(draft) {
    draft.status = { replicas: 0 }
    dropDisabledTemplateFields(draft.spec.template)
  },

  prepareForUpdate(draft, old, { subresource }) {
    if (subresource !== 'status') dropDisabledTemplateFields(draft.spec.template, old.spec.template)
  },

  validate: validateReplicaSet,

  warnings: replicasWarnings,

  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
    ageColumn,
    ...containerColumns<ReplicaSet>(({ spec }) => spec.template),
    selectorColumn<ReplicaSet>(({ spec }) => formatSelector(spec.selector)),
  ],
})
