import { required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { IPAddress, ParentReference } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateIP } from '../validation/ip.ts'
import { isDns1123Subdomain, isPathSegment } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'

export const ipAddresses = defineKind<IPAddress>({
  group: 'networking.k8s.io', version: 'v1', kind: 'IPAddress', plural: 'ipaddresses', singular: 'ipaddress', namespaced: false,
  shortNames: ['ip'], schema: 'networking.v1.IPAddress',
  notSimulated: 'addresses of services are not allocated from these objects',
  // The name is the address itself.
  namedAsAsked: true,
  validateName: name =>
    validateIP(name, '').map(({ message }) => message.slice(message.indexOf(': ', 'Invalid value: '.length) + 2)),
  validate: (next, old) => [
    ...validateParent(next.spec?.parentRef, 'spec.parentRef'),
    ...old ? validateImmutable(next.spec?.parentRef, old.spec?.parentRef, 'spec.parentRef', printable(next.spec?.parentRef)) : [],
  ],
  columns: [nameColumn, textColumn('ParentRef', ({ spec }) => formatParent(spec?.parentRef)), { ...ageColumn, unnamed: true }],
})

const printable = (parent: Readonly<ParentReference> | undefined) => (parent ? {
  Group: parent.group ?? '', Resource: parent.resource ?? '', Namespace: parent.namespace ?? '', Name: parent.name ?? '',
} : null)

function formatParent(parent: Readonly<ParentReference> | undefined): string {
  if (!parent) return '<none>'
  const { group, resource = '', namespace, name = '' } = parent
  return [(group ? `${resource}.${group}` : resource).toLowerCase(), ...namespace ? [namespace] : [], name].join('/')
}

function validateParent(parent: Readonly<ParentReference> | undefined, path: string): FieldError[] {
  if (!parent) return [required(path)]
  const { group, resource, name, namespace } = parent
  const segment = (field: string, value: string | undefined, needed: boolean) => {
    if (!value) return needed ? [required(`${path}.${field}`)] : []
    return complain(`${path}.${field}`, value, isPathSegment(value))
  }
  return [
    ...group ? complain(`${path}.group`, group, isDns1123Subdomain(group)) : [],
    ...segment('resource', resource, true), ...segment('name', name, true), ...segment('namespace', namespace, false),
  ]
}
