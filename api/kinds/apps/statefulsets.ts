import { defineKind, scaleOfReplicas } from '../../kind.ts'
import type { ObjectMeta } from '../../object.ts'
import type { PersistentVolumeClaim, PodTemplateSpec, StatefulSet, StatefulSetSpec } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { roundUpResources } from '../pod/default-resources.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { claimSpecWarnings } from '../pod/volume-warnings.ts'
import { templateWarnings } from '../pod/warnings.ts'
import { containerColumns } from '../pod/workload-columns.ts'
import { nameIsDnsLabel } from '../validation/object-meta.ts'
import { validateStatefulSet } from './validate-statefulset.ts'

function defaultClaimTemplate(claim: PersistentVolumeClaim): void {
  claim.apiVersion = 'v1'
  claim.kind = 'PersistentVolumeClaim'
  claim.metadata ??= {} as ObjectMeta
  claim.spec ??= {} as PersistentVolumeClaim['spec']
  claim.spec.volumeMode ??= 'Filesystem'
  roundUpResources(claim.spec.resources ??= {})
  claim.status ??= {}
  claim.status.phase ||= 'Pending'
}

const negativeHistory =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'

export const statefulSets = defineKind<StatefulSet>({
  group: 'apps', version: 'v1', kind: 'StatefulSet', plural: 'statefulsets', singular: 'statefulset', namespaced: true,
  shortNames: ['sts'], categories: ['all'], schema: 'apps.v1.StatefulSet',
  hasGeneration: true,
  notSimulated: 'no StatefulSet controller runs: no pods are made of it',
  subresources: {
    status: true,
    scale: scaleOfReplicas,
  },
  validateName: nameIsDnsLabel,

  defaults(draft) {
    const spec = draft.spec ??= {} as StatefulSetSpec
    defaultPodTemplate(spec.template ??= {} as PodTemplateSpec)
    spec.volumeClaimTemplates?.forEach(defaultClaimTemplate)
    spec.podManagementPolicy ||= 'OrderedReady'
    const strategy = spec.updateStrategy ??= {}
    if (!strategy.type) {
      strategy.type = 'RollingUpdate'
      strategy.rollingUpdate ??= {}
    }
    if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0
    const retention = spec.persistentVolumeClaimRetentionPolicy ??= {}
    retention.whenDeleted ||= 'Retain'
    retention.whenScaled ||= 'Retain'
    spec.replicas ??= 1
    spec.revisionHistoryLimit ??= 10
    draft.status ??= { replicas: 0, availableReplicas: 0 }
  },

  prepareForCreate(draft) {
    draft.status = { replicas: 0, availableReplicas: 0 }
    // Behind the gate MaxUnavailableStatefulSet, off in 1.36.
    delete draft.spec.updateStrategy?.rollingUpdate?.maxUnavailable
    dropDisabledTemplateFields(draft.spec.template)
  },

  prepareForUpdate(draft, old, { subresource }) {
    if (subresource === 'status') return
    if (old.spec.updateStrategy?.rollingUpdate?.maxUnavailable === undefined) {
      delete draft.spec.updateStrategy?.rollingUpdate?.maxUnavailable
    }
    dropDisabledTemplateFields(draft.spec.template, old.spec.template)
  },

  validate: validateStatefulSet,

  warnings(next, old) {
    const changed = old === undefined || next.metadata.generation !== old.metadata.generation
    return [
      ...(changed ? templateWarnings(next.spec.template, 'spec.template') : []),
      ...(next.spec.volumeClaimTemplates ?? []).flatMap((claim, i) =>
        claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${i}]${old ? '.Spec' : ''}`)),
      ...((next.spec.revisionHistoryLimit ?? 0) < 0 ? [negativeHistory] : []),
    ]
  },

  columns: [
    nameColumn,
    { name: 'Ready', type: 'string', description: 'Number of the pod with ready state',
      value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec.template),
  ],
})
