import { duplicate, forbidden, invalid, required, tooMany, type FieldError } from '../../field-error.ts'
import type {
  CustomResourceColumnDefinition, CustomResourceDefinitionVersion, CustomResourceSubresources, SelectableField,
} from '../../schema/generated/types.ts'
import { byteLength } from '../validation/names.ts'
import { goFieldsSet, goSchema } from './go-definition.ts'
import { fieldAt } from './schema-field-path.ts'
import type { JsonSchema } from './schema-parts.ts'
import { validateDefaults } from './validate-defaults.ts'
import { validateSchema } from './validate-schema.ts'
import { structuralComplaint, validateStructural } from './validate-structural.ts'

/** What a version of a custom resource may say, or all versions together (apiextensions/validation, 1.36). */

export function validateVersion(version: Readonly<CustomResourceDefinitionVersion>, hasStatus: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [], { deprecated = false, deprecationWarning: warning, schema, selectableFields } = version
  for (const complaint of deprecationComplaints(deprecated, warning)) {
    errors.push(invalid(`${path}.deprecationWarning`, warning, complaint))
  }
  errors.push(...validateRootSchema(schema?.openAPIV3Schema, hasStatus, `${path}.schema`), ...validateSubresources(version.subresources, `${path}.subresources`))
  errors.push(...validateColumns(version.additionalPrinterColumns, `${path}.additionalPrinterColumns`))
  if (!selectableFields?.length) return errors
  if (!schema?.openAPIV3Schema) {
    // Upstream's word, though it means the opposite.
    errors.push(invalid(`${path}.selectableFields`, '', 'may only be set when `version.schema.openAPIV3Schema` is not included'))
    return errors
  }
  return [...errors, ...validateSelectable(selectableFields, schema.openAPIV3Schema, `${path}.schema.openAPIV3Schema`, `${path}.selectableFields`)]
}

function deprecationComplaints(deprecated: boolean, warning: string | undefined): string[] {
  if (warning === undefined) return []
  if (!deprecated) return ['can only be set for deprecated versions']
  let at = 0, unprintable: string | undefined
  for (const character of warning) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      unprintable ??= `must only contain printable UTF-8 characters; non-printable character found at index ${at}`
    }
    at += byteLength(character)
  }
  return [
    ...byteLength(warning) > 256 ? ['must be <= 256 characters long'] : [], ...warning === '' ? ['must not be an empty string'] : [],
    ...unprintable ? [unprintable] : [],
  ]
}

const atRoot = ['Description', 'Type', 'Format', 'Title', 'Maximum', 'ExclusiveMaximum', 'Minimum', 'ExclusiveMinimum', 'MaxLength',
  'MinLength', 'Pattern', 'MaxItems', 'MinItems', 'UniqueItems', 'MultipleOf', 'Required', 'Items', 'Properties', 'ExternalDocs',
  'Example', 'XPreserveUnknownFields', 'XValidations']

/** The whole schema of a resource. */
export function validateRootSchema(schema: JsonSchema | undefined, hasStatus: boolean, path: string): FieldError[] {
  if (!schema) return []
  const at = `${path}.openAPIV3Schema`, errors = hasStatus ? validateRootFields(schema, at) : []
  if (schema.nullable) errors.push(forbidden(`${at}.nullable`, 'nullable cannot be true at the root'))
  const complaint = structuralComplaint(schema)
  if (complaint === undefined) {
    const structural = validateStructural(schema, at)
    errors.push(...structural.length > 0 ? structural : validateDefaults(schema, at))
  }
  errors.push(...validateSchema(schema, at, { root: true }))
  return errors.length === 0 && complaint !== undefined ? [invalid(at, '', complaint)] : errors
}

/** The part about the status is cut out of the schema: nothing about the whole may be lost by that. */
function validateRootFields(schema: JsonSchema, path: string): FieldError[] {
  for (const field of goFieldsSet(schema)) {
    if (field === 'Type' && schema.type !== 'object') {
      return [invalid(`${path}.type`, schema.type,
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled')]
    }
    if (!atRoot.includes(field)) {
      return [invalid(path, goSchema(schema),
        `only [${atRoot.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`)]
    }
  }
  return []
}

export function validateSubresources(subresources: Readonly<CustomResourceSubresources> | undefined, path: string): FieldError[] {
  const scale = subresources?.scale
  if (!scale) return []
  const check = (field: 'specReplicasPath' | 'statusReplicasPath' | 'labelSelectorPath', roots: readonly string[], where: string) => {
    const at = `${path}.scale.${field}`, value = scale[field]
    if (!value) return field === 'labelSelectorPath' ? [] : [required(at)]
    if (!value.startsWith('.')) return [invalid(at, value, 'must be a simple json path starting with .')]
    return roots.some(root => value.startsWith(root)) ? [] : [invalid(at, value, `should be a json path under ${where}`)]
  }
  return [
    ...check('specReplicasPath', ['.spec.'], '.spec'), ...check('statusReplicasPath', ['.status.'], '.status'),
    ...check('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status'),
  ]
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

export function validateColumns(columns: readonly Readonly<CustomResourceColumnDefinition>[] | undefined, path: string): FieldError[] {
  const oneOf = (list: readonly string[]) => `must be one of ${list.join(',')}`
  return (columns ?? []).flatMap(({ name, type, format, jsonPath }, i) => {
    const at = `${path}[${i}]`, errors: FieldError[] = name ? [] : [required(`${at}.name`)]
    if (!type) errors.push(required(`${at}.type`, oneOf(columnTypes)))
    else if (!columnTypes.includes(type)) errors.push(invalid(`${at}.type`, type, oneOf(columnTypes)))
    if (format && !columnFormats.includes(format)) errors.push(invalid(`${at}.format`, format, oneOf(columnFormats)))
    if (!jsonPath) errors.push(required(`${at}.JSONPath`))
    else if (!jsonPath.startsWith('.')) {
      errors.push(invalid(`${at}.JSONPath`, jsonPath, 'must be a simple json path starting with .'))
    }
    return errors
  })
}

const mostSelectable = 8

export function validateSelectable(fields: readonly Readonly<SelectableField>[], schema: JsonSchema, schemaPath: string,
  path: string): FieldError[] {
  const complaint = structuralComplaint(schema), errors = complaint ? [invalid(schemaPath, '', complaint)] : [], seen = new Set<string>()
  if (complaint) return errors
  fields.forEach(({ jsonPath = '' }, i) => {
    const at = `${path}[${i}].jsonPath`, found = jsonPath === '' ? undefined : fieldAt(jsonPath, schema, false)
    if (!found) { errors.push(required(at)); return }
    if ('complaint' in found) { errors.push(invalid(at, jsonPath, `is an invalid path: ${found.complaint}`)); return }
    const key = found.steps.join('')
    if (found.steps[0] === '.metadata') errors.push(invalid(at, jsonPath, 'must not point to fields in metadata'))
    if (!['string', 'boolean', 'integer'].includes(found.schema?.type ?? '')) {
      errors.push(invalid(at, jsonPath,
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'))
    }
    if (seen.has(key)) errors.push(duplicate(at, jsonPath))
    seen.add(key)
  })
  return seen.size > mostSelectable ? [...errors, tooMany(path, seen.size, mostSelectable)] : errors
}
