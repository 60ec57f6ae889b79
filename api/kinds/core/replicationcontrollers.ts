import { invalid, required, type FieldError } from '../../field-error.ts'
import { defineKind, type KindContext, scaleOfReplicas } from '../../kind.ts'
import type { ReplicationController, ReplicationControllerSpec } from '../../schema/generated/types.ts'
import { validateReplicaCounters } from '../apps/validate-status.ts'
import { ageColumn, formatLabels, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { validateLastingPods, validatePodTemplate } from '../pod/validate-template.ts'
import { replicasWarnings } from '../pod/warnings.ts'
import { containerColumns, selectorColumn } from '../pod/workload-columns.ts'
import { printableMap } from '../validation/labels.ts'
import { nameIsLongName } from '../validation/object-meta.ts'
import { validateNonnegative } from '../validation/values.ts'

const counters = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration']
const isEmpty = (map: Readonly<Record<string, string>> | undefined) => Object.keys(map ?? {}).length === 0

export const replicationControllers = defineKind<ReplicationController>({
  group: '', version: 'v1', kind: 'ReplicationController', plural: 'replicationcontrollers', singular: 'replicationcontroller',
    namespaced: true,
  shortNames: ['rc'], categories: ['all'], schema: 'core.v1.ReplicationController',
  validateName: nameIsLongName,
  hasGeneration: true,
  orphansByDefault: true,
  subresources: {
    status: true,
    scale: scaleOfReplicas,
  },

  defaults(draft) {
    const spec = draft.spec ??= {} as ReplicationControllerSpec
    if (spec.template) defaultPodTemplate(spec.template)
    const labels = spec.template?.metadata?.labels
    if (!isEmpty(labels)) {
      if (isEmpty(spec.selector)) spec.selector = { ...labels }
      if (isEmpty(draft.metadata.labels)) draft.metadata.labels = { ...labels }
    }
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

  validate(next, _old, { subresource }: KindContext): FieldError[] {
    if (subresource === 'status') {
      return validateReplicaCounters(next.status, counters, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'])
    }
    const { minReadySeconds, selector, replicas, template } = next.spec
    return [
      ...validateNonnegative(minReadySeconds, 'spec.minReadySeconds'),
      ...(isEmpty(selector) ? [required('spec.selector')] : []),
      ...(replicas === undefined ? [required('spec.replicas')] : validateNonnegative(replicas, 'spec.replicas')),
      ...(!template ? [required('spec.template')] : [
        ...(Object.entries(selector ?? {}).every(([key, value]) => template.metadata?.labels?.[key] === value) ? []
          : [invalid('spec.template.metadata.labels', printableMap(template.metadata?.labels),
            '`selector` does not match template `labels`')]),
        ...validatePodTemplate(template, 'spec.template'),
        ...validateLastingPods(template, 'ReplicationController', 'spec.template'),
      ]),
    ]
  },

  warnings: replicasWarnings,

  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
    ageColumn,
    ...containerColumns<ReplicationController>(({ spec }) => spec.template),
    selectorColumn<ReplicationController>(({ spec }) => formatLabels(spec.selector)),
  ],

  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
})
