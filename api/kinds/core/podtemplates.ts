import { defineKind } from '../../kind.ts'
import type { PodTemplate } from '../../schema/generated/types.ts'
import { formatLabels, nameColumn } from '../columns.ts'
import { defaultPodTemplate } from '../pod/defaults.ts'
import { dropDisabledTemplateFields } from '../pod/dropped-fields.ts'
import { validatePodTemplate } from '../pod/validate-template.ts'
import { templateWarnings } from '../pod/warnings.ts'
import { containerColumns } from '../pod/workload-columns.ts'

export const podTemplates = defineKind<PodTemplate>({
  group: '', version: 'v1', kind: 'PodTemplate', plural: 'podtemplates', singular: 'podtemplate', namespaced: true,
  schema: 'core.v1.PodTemplate',
  hasGeneration: true,
  returnsDeleted: true,

  defaults(draft) { defaultPodTemplate(draft.template ??= {}) },
  prepareForCreate(draft) { dropDisabledTemplateFields(draft.template) },
  prepareForUpdate(draft, old) { dropDisabledTemplateFields(draft.template, old.template) },
  validate: next => validatePodTemplate(next.template ?? {}, 'template'),

  warnings(next, old) {
    return old && next.metadata.generation === old.metadata.generation ? [] : templateWarnings(next.template, 'template')
  },

  columns: [
    nameColumn,
    ...containerColumns<PodTemplate>(({ template }) => template, 0),
    { name: 'Pod Labels', type: 'string', description: 'The labels for the pod template.',
      value: ({ template }) => formatLabels(template?.metadata?.labels) },
  ],
})
