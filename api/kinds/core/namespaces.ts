import { invalid, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { Namespace } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { nameIsDnsLabel } from '../validation/object-meta.ts'
import { complain } from '../validation/values.ts'

const nameLabel = 'kubernetes.io/metadata.name'

export const namespaces = defineKind<Namespace>({
  group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', singular: 'namespace', namespaced: false,
  shortNames: ['ns'], schema: 'core.v1.Namespace',
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  returnsDeleted: true,
  subresources: { status: true },
  validateName: nameIsDnsLabel,
  defaults(draft) {
    labelWithName(draft)
    draft.status = { ...draft.status, phase: draft.status?.phase || 'Active' }
  },
  prepareForCreate(draft) {
    // A generated name is known only now.
    labelWithName(draft)
    draft.status = { phase: 'Active' }
    const finalizers = draft.spec?.finalizers ?? []
    if (!finalizers.includes('kubernetes')) draft.spec = { ...draft.spec, finalizers: [...finalizers, 'kubernetes'] }
  },
  prepareForUpdate(draft, old, { subresource }) {
    // Only the finalize subresource changes the finalizers of the spec.
    if (subresource === '') draft.spec = { ...draft.spec, finalizers: [...old.spec.finalizers ?? []] }
    if (subresource === 'finalize' && old.status) draft.status = structuredClone(old.status)
  },
  validate(next, _old, { subresource }) {
    if (subresource === 'status') return validateStatus(next)
    return (next.spec.finalizers ?? []).flatMap((finalizer, i) => validateFinalizer(finalizer,
      subresource === 'finalize' ? `spec.finalizers[${i}]` : 'spec.finalizers'))
  },
  columns: [nameColumn, textColumn('Status', namespace => namespace.status?.phase ?? ''), ageColumn],
  selectableFields: { 'status.phase': namespace => namespace.status?.phase ?? '' },
})

function labelWithName(draft: Namespace): void {
  const { metadata } = draft
  if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name }
}

function validateFinalizer(finalizer: string, path: string): FieldError[] {
  const errors = complain(path, finalizer, isQualifiedName(finalizer))
  if (!finalizer.includes('/') && !['kubernetes', 'orphan', 'foregroundDeletion'].includes(finalizer)) {
    errors.push(invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'))
  }
  return errors
}

function validateStatus({ metadata, status }: Readonly<Namespace>): FieldError[] {
  const phase = status?.phase ?? '', wanted = metadata.deletionTimestamp ? 'Terminating' : 'Active'
  return phase === wanted ? [] : [invalid('status.Phase', phase,
    `may only be '${wanted}' if \`deletionTimestamp\` is ${metadata.deletionTimestamp ? 'not empty' : 'empty'}`)]
}
