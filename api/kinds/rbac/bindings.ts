import { same } from '../../edit.ts'
import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { Column } from '../../kind.ts'
import type { ClusterRoleBinding, RbacV1Subject, RoleBinding } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { isDns1123Subdomain } from '../validation/names.ts'
import { nameIsRBAC } from './policy-rules.ts'
import { complain } from '../validation/values.ts'

/** What role bindings and cluster role bindings share (rbac/v1/defaults.go, rbac/validation, 1.36). */

type Binding = RoleBinding | ClusterRoleBinding
const group = 'rbac.authorization.k8s.io'

export function defaultBinding(draft: Binding): void {
  if (draft.roleRef) draft.roleRef.apiGroup ||= group
  for (const subject of draft.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= group
  }
}

export function validateBinding(next: Readonly<Binding>, old: Readonly<Binding> | undefined, namespaced: boolean): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = next.roleRef ?? {}
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  const errors: FieldError[] = []
  if (next.roleRef && apiGroup !== group) errors.push(notSupported('roleRef.apiGroup', apiGroup, [group]))
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds))
  if (name === '') errors.push(required('roleRef.name'))
  else errors.push(...complain('roleRef.name', name, nameIsRBAC(name)))
  next.subjects?.forEach((subject, i) => errors.push(...validateSubject(subject, namespaced, `subjects[${i}]`)))
  if (old && !same(next.roleRef, old.roleRef)) {
    errors.push(invalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef'))
  }
  return errors
}

function validateSubject(
  { kind = '', apiGroup = '', name = '', namespace }: Readonly<RbacV1Subject>, namespaced: boolean, path: string,
): FieldError[] {
  const errors: FieldError[] = name === '' ? [required(`${path}.name`)] : []
  const inGroup = (wanted: string) => {
    if (apiGroup !== wanted) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [wanted]))
  }
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...complain(`${path}.name`, name, isDns1123Subdomain(name)))
      inGroup('')
      if (!namespaced && !namespace) errors.push(required(`${path}.namespace`))
      break
    case 'User': case 'Group': inGroup(group); break
    default: errors.push(notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']))
  }
  return errors
}

const subjects = (binding: Readonly<Binding>, kind: string) => (binding.subjects ?? []).filter(subject => subject.kind === kind)
const names = (kind: string) => (binding: Readonly<Binding>) => subjects(binding, kind).map(({ name }) => name).join(', ')

/** What `kubectl get rolebindings` shows (printRoleBinding, 1.36). */
export const bindingColumns: readonly Column<Binding>[] = [
  nameColumn,
  textColumn('Role', ({ roleRef }) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`),
  ageColumn,
  textColumn('Users', names('User'), 1),
  textColumn('Groups', names('Group'), 1),
  textColumn('ServiceAccounts', binding =>
    subjects(binding, 'ServiceAccount').map(({ namespace, name }) => `${namespace ?? ''}/${name}`).join(', '), 1),
]
