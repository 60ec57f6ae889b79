import { required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import { controllerOf } from '../../object.ts'
import type { ControllerRevision } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { validateImmutable, validateNonnegative } from '../validation/values.ts'

function controllerName(revision: Readonly<ControllerRevision>): string {
  const owner = controllerOf(revision)
  if (owner === undefined) return '<none>'
  const slash = owner.apiVersion.indexOf('/')
  return `${`${owner.kind}${slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`}`.toLowerCase()}/${owner.name}`
}

/** Asked of new ones alone (apps/validation ValidateControllerRevisionCreate, 1.36). */
function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [required('data', 'data is mandatory')]
  return typeof data === 'object' && !Array.isArray(data) ? [] : [required('data', 'data must be a valid JSON object')]
}

export const controllerRevisions = defineKind<ControllerRevision>({
  group: 'apps', version: 'v1', kind: 'ControllerRevision', plural: 'controllerrevisions', singular: 'controllerrevision',
    namespaced: true,
  schema: 'apps.v1.ControllerRevision',

  validate(next, old): FieldError[] {
    return [
      ...validateNonnegative(next.revision, 'revision'),
      ...(old === undefined ? validateData(next.data) : validateImmutable(next.data, old.data, 'data')),
    ]
  },

  columns: [
    nameColumn,
    { name: 'Controller', type: 'string', description: 'Controller of the object', value: controllerName },
    { name: 'Revision', type: 'string', value: ({ revision }) => revision ?? 0 },
    ageColumn,
  ],
})
