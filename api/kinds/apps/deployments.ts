import { same } from '../../edit.ts'
import { defineKind, scaleOfReplicas } from '../../kind.ts'
import type { Deployment, DeploymentSpec, PodTemplateSpec } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { containerColumns, formatSelector, selectorColumn } from '../pod/workload-columns.ts'
import { validateDeployment } from './validate-deployment.ts'
import { replicasWarnings } from '../pod/warnings.ts'

export const deployments = defineKind<Deployment>({
  group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', singular: 'deployment', namespaced: true,
  shortNames: ['deploy'], categories: ['all'], schema: 'apps.v1.Deployment',
  hasGeneration: true,
  subresources: {
    status: true,
    scale: scaleOfReplicas,
  },

  defaults(draft) {
    const spec = draft.spec ??= {} as DeploymentSpec
    defaultPodTemplate(spec.template ??= {} as PodTemplateSpec)
    spec.replicas ??= 1
    const strategy = spec.strategy ??= {}
    strategy.type ||= 'RollingUpdate'
    if (strategy.type === 'RollingUpdate') {
      strategy.rollingUpdate ??= {}
      strategy.rollingUpdate.maxUnavailable ??= '25%'
      strategy.rollingUpdate.maxSurge ??= '25%'
    }
    spec.revisionHistoryLimit ??= 10
    spec.progressDeadlineSeconds ??= 600
    draft.status ??= {}
  },

  prepareForCreate(draft) {
    draft.status = {}
    dropDisabledTemplateFields(draft.spec.template)
  },

  prepareForUpdate(draft, old, { subresource }) {
    if (subresource === 'status') {
      draft.metadata.labels = old.metadata.labels
      return
    }
    dropDisabledTemplateFields(draft.spec.template, old.spec.template)
    // Revisions and the change cause live in annotations, so they count as part of what is wanted.
    if (!same(draft.metadata.annotations ?? {}, old.metadata.annotations ?? {})) {
      draft.metadata.generation = (old.metadata.generation ?? 0) + 1
    }
  },

  validate: validateDeployment,

  warnings: replicasWarnings,

  columns: [
    nameColumn,
    { name: 'Ready', type: 'string', description: 'Number of the pod with ready state',
      value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    { name: 'Up-to-date', type: 'string', value: ({ status }) => status?.updatedReplicas ?? 0 },
    { name: 'Available', type: 'string', value: ({ status }) => status?.availableReplicas ?? 0 },
    ageColumn,
    ...containerColumns<Deployment>(({ spec }) => spec.template),
    selectorColumn<Deployment>(({ spec }) => formatSelector(spec.selector, '')),
  ],
})
