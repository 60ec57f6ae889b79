import { same } from '../../edit.ts'
import { goQuote } from '../../schema/go-quote.ts'
import { badRequest } from '../../status.ts'
import { defineKind } from '../../kind.ts'
import type { DaemonSet, DaemonSetSpec, DaemonSetStatus, PodTemplateSpec } from '../../schema/generated/types.ts'
import { ageColumn, formatLabels, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { templateWarnings } from '../pod/warnings.ts'
import { containerColumns, formatSelector, selectorColumn } from '../pod/workload-columns.ts'
import { validateDaemonSet } from './validate-daemonset.ts'

/** Where apps/v1 keeps the internal field templateGeneration. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation'

const templateGeneration = (daemonSet: Readonly<DaemonSet>) =>
  Number(daemonSet.metadata.annotations?.[templateGenerationAnnotation]) || 0

function setTemplateGeneration(draft: DaemonSet, generation: number): void {
  draft.metadata.annotations = { ...draft.metadata.annotations, [templateGenerationAnnotation]: String(generation) }
}

const emptyStatus = (): DaemonSetStatus =>
  ({ currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 })

export const daemonSets = defineKind<DaemonSet>({
  group: 'apps', version: 'v1', kind: 'DaemonSet', plural: 'daemonsets', singular: 'daemonset', namespaced: true,
  shortNames: ['ds'], categories: ['all'], schema: 'apps.v1.DaemonSet',
  hasGeneration: true,
  notSimulated: 'no DaemonSet controller runs: no pods are made of it',
  subresources: { status: true },

  defaults(draft) {
    const spec = draft.spec ??= {} as DaemonSetSpec
    defaultPodTemplate(spec.template ??= {} as PodTemplateSpec)
    const strategy = spec.updateStrategy ??= {}
    strategy.type ||= 'RollingUpdate'
    if (strategy.type === 'RollingUpdate') {
      strategy.rollingUpdate ??= {}
      strategy.rollingUpdate.maxUnavailable ??= 1
      strategy.rollingUpdate.maxSurge ??= 0
    }
    spec.revisionHistoryLimit ??= 10
    draft.status ??= emptyStatus()
    const given = draft.metadata.annotations?.[templateGenerationAnnotation]
    if (given !== undefined && !/^[-+]?\d+$/.test(given)) {
      throw badRequest('DaemonSet in version "v1" cannot be handled as a DaemonSet: '
        + `strconv.ParseInt: parsing ${goQuote(given)}: invalid syntax`)
    }
    // Every object of this version has it, so whoever writes without it is taken to have changed it.
    setTemplateGeneration(draft, templateGeneration(draft))
  },

  prepareForCreate(draft) {
    draft.status = emptyStatus()
    setTemplateGeneration(draft, Math.max(1, templateGeneration(draft)))
    dropDisabledTemplateFields(draft.spec.template)
  },

  prepareForUpdate(draft, old, { subresource }) {
    if (subresource === 'status') return
    dropDisabledTemplateFields(draft.spec.template, old.spec.template)
    const changed = !same(draft.spec.template, old.spec.template)
    setTemplateGeneration(draft, templateGeneration(old) + (changed ? 1 : 0))
  },

  validate: validateDaemonSet,

  warnings(next, old) {
    return old !== undefined && templateGeneration(next) === templateGeneration(old) ? []
      : templateWarnings(next.spec.template, 'spec.template')
  },

  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ status }) => status?.desiredNumberScheduled ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status?.currentNumberScheduled ?? 0 },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.numberReady ?? 0 },
    { name: 'Up-to-date', type: 'integer', value: ({ status }) => status?.updatedNumberScheduled ?? 0 },
    { name: 'Available', type: 'integer', value: ({ status }) => status?.numberAvailable ?? 0 },
    { name: 'Node Selector', type: 'string', value: ({ spec }) => formatLabels(spec.template.spec?.nodeSelector) },
    ageColumn,
    ...containerColumns<DaemonSet>(({ spec }) => spec.template),
    selectorColumn<DaemonSet>(({ spec }) => formatSelector(spec.selector)),
  ],
})
