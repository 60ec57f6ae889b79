import { defineKind } from '../../kind.ts'
import type { CustomResourceDefinition } from '../../schema/generated/types.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'
import { formatWarnings } from './formats.ts'
import { validateDefinition, validateDefinitionStatus } from './validate-definition.ts'

export const customResourceDefinitions = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions', singular: 'customresourcedefinition', namespaced: false,
  shortNames: ['crd', 'crds'], categories: ['api-extensions'], schema: 'apiextensions.v1.CustomResourceDefinition',
  storageVersion: 'v1beta1',
  requiresResourceVersion: true,
  hasGeneration: true,
  subresources: { status: true },
  notSimulated: 'the kinds that it defines are not served',
  defaults,
  prepareForCreate(draft) {
    draft.status = {}
    storeVersion(draft)
  },
  prepareForUpdate(draft, _old, { subresource }) {
    if (subresource === '') storeVersion(draft)
  },
  validate: (next, old, { subresource }) => (subresource === 'status' ? validateDefinitionStatus(next) : validateDefinition(next, old)),
  warnings: formatWarnings,
  columns: [nameColumn, createdAtColumn],
})

/** apiextensions/v1/defaults.go, 1.36. */
function defaults(draft: CustomResourceDefinition): void {
  const { spec } = draft
  if (!spec) return
  if (spec.names?.kind) {
    spec.names.singular ||= spec.names.kind.toLowerCase()
    spec.names.listKind ||= `${spec.names.kind}List`
  }
  spec.conversion ??= { strategy: 'None' }
  const service = spec.conversion.webhook?.clientConfig?.service
  if (service) service.port ??= 443
}

/** Objects may be stored in this version from now on. */
function storeVersion(draft: CustomResourceDefinition): void {
  const storage = draft.spec?.versions?.find(version => version.storage), stored = draft.status?.storedVersions ?? []
  if (storage && !stored.includes(storage.name)) draft.status = { ...draft.status, storedVersions: [...stored, storage.name] }
}
