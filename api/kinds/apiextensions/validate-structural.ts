import { same } from '../../edit.ts'
import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { goRegexpComplaint } from './go-regexp.ts'
import { isSchema, itemsOf, membersOf, propertiesOf, propertyOf, type JsonSchema } from './schema-parts.ts'

/** What makes a schema structural (apiextensions-apiserver, schema/validation.go and complete.go, 1.36). */

type Level = 'root' | 'item' | 'field'

const places = { root: 'at the root', item: 'for specified array items', field: 'for specified object fields' } as const
const unsupported = ['id', '$schema', '$ref', 'patternProperties', 'dependencies', 'additionalItems', 'definitions'] as const

/** Why no structural schema can be made of a schema. */
export function structuralComplaint(schema: JsonSchema): string | undefined {
  for (const field of unsupported) {
    const value = schema[field]
    if (value !== undefined && value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0 || field === 'additionalItems')) {
      return `OpenAPIV3Schema '${field.replace(/^\$(?=schema)/, '')}' is not supported`
    }
  }
  if (Array.isArray(schema.items) && schema.items.length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array"
  const parts = [schema.not, ...schema.allOf ?? [], ...schema.anyOf ?? [], ...schema.oneOf ?? [], schema.items,
    ...Object.values(schema.properties ?? {}), schema.additionalProperties]
  for (const part of parts) {
    const complaint = isSchema(part) ? structuralComplaint(part) : undefined
    if (complaint) return complaint
  }
  return undefined
}

/** In the order of their texts, as upstream sorts them. */
export function validateStructural(schema: JsonSchema, path: string): FieldError[] {
  const text = ({ field, message }: FieldError) => `${field}: ${message}`
  return [...validateInvariants(schema, 'root', path), ...validateCompleteness(schema, schema, path, path)]
    .sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

function validateInvariants(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const { type = '' } = schema, errors: FieldError[] = [], items = itemsOf(schema), members = membersOf(schema)
  const intOrString = schema['x-kubernetes-int-or-string'], anything = schema['x-kubernetes-preserve-unknown-fields'] === true
  const embedded = schema['x-kubernetes-embedded-resource'] === true, at = (field: string) => `${path}.${field}`
  if (type === 'array' && !items) errors.push(required(at('items'), 'must be specified'))
  if (items) errors.push(...validateInvariants(items, 'item', at('items')))
  for (const [name, property] of propertiesOf(schema)) errors.push(...validateInvariants(property, 'field', at(`properties[${name}]`)))
  if (schema.additionalProperties !== undefined) {
    if (level === 'root') errors.push(forbidden(at('additionalProperties'), 'must not be used at the root'))
    if (members) errors.push(...validateInvariants(members, 'field', at('additionalProperties')))
  }
  if (intOrString && anything) {
    errors.push(invalid(at('x-kubernetes-preserve-unknown-fields'), true, 'must be false if x-kubernetes-int-or-string is true'))
  }
  if (intOrString && embedded) {
    errors.push(invalid(at('x-kubernetes-embedded-resource'), true, 'must be false if x-kubernetes-int-or-string is true'))
  }
  errors.push(...validateValues(schema, isIntOrString(schema), isIntOrString(schema.allOf?.[0]), path))
  if (embedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true'
    errors.push(type === '' ? required(at('type'), detail) : invalid(at('type'), type, detail))
  } else if (type === '' && !intOrString && !anything) {
    errors.push(required(at('type'), `must not be empty ${places[level]}`))
  }
  if (embedded && schema.additionalProperties !== undefined) {
    errors.push(forbidden(at('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set'))
  }
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalid(at('type'), type, 'must be object at the root'))
  errors.push(...validateMeta(schema, level, level === 'root' || embedded, path))
  if (embedded && !anything && propertiesOf(schema).length === 0) {
    errors.push(required(at('properties'),
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'))
  }
  return errors
}

/** What every object has already may be restricted in its name only. */
function validateMeta(schema: JsonSchema, level: Level, checked: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [], metadata = propertyOf(schema, 'metadata'), at = `${path}.properties[metadata]`
  for (const name of ['kind', 'apiVersion']) {
    const property = propertyOf(schema, name)
    if (property && checked && property.type !== 'string') {
      errors.push(invalid(`${path}.properties[${name}].type`, property.type ?? '', 'must be string'))
    }
  }
  if (!metadata) return errors
  if (checked && metadata.type !== 'object') errors.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'))
  if (level !== 'root') return errors
  const { type: _type, default: _default, properties = {}, ...others } = metadata, names = Object.keys(properties)
  const nameOnly = names.every(name => name === 'name' || name === 'generateName')
  if (!nameOnly || Object.keys(others).length > 0) {
    errors.push(forbidden(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
  }
  return errors
}

/** `anyOf: [{type: integer}, {type: string}]`, the one place where such a type may stand. */
const isIntOrString = (schema: JsonSchema | undefined) => same(schema?.anyOf, [{ type: 'integer' }, { type: 'string' }])

function validateValues(schema: JsonSchema, skipAnyOf: boolean, skipFirstAllOf: boolean, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (!skipAnyOf) schema.anyOf?.forEach((part, i) => errors.push(...validateNested(part, false, `${path}.anyOf[${i}]`)))
  schema.allOf?.forEach((part, i) => errors.push(...validateNested(part, skipFirstAllOf && i === 0, `${path}.allOf[${i}]`)))
  schema.oneOf?.forEach((part, i) => errors.push(...validateNested(part, false, `${path}.oneOf[${i}]`)))
  if (schema.not) errors.push(...validateNested(schema.not, false, `${path}.not`))
  const complaint = schema.pattern ? goRegexpComplaint(schema.pattern) : undefined
  if (complaint) errors.push(invalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${complaint}`))
  return errors
}

const forbiddenInside: readonly (readonly [field: keyof JsonSchema, state: string])[] = [
  ['type', 'empty'], ['additionalProperties', 'undefined'], ['default', 'undefined'], ['title', 'empty'], ['description', 'empty'],
  ['nullable', 'false'], ['x-kubernetes-preserve-unknown-fields', 'false'], ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'], ['x-kubernetes-list-map-keys', 'empty'], ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'], ['x-kubernetes-validations', 'empty'],
]

/** Under a logical junctor only values may be judged, not what a thing is. */
function validateNested(schema: JsonSchema, skipAnyOf: boolean, path: string): FieldError[] {
  const errors = validateValues(schema, skipAnyOf, false, path), items = itemsOf(schema)
  if (items) errors.push(...validateNested(items, false, `${path}.items`))
  for (const [name, property] of propertiesOf(schema)) errors.push(...validateNested(property, false, `${path}.properties[${name}]`))
  for (const [field, state] of forbiddenInside) {
    const value = schema[field]
    if (value !== undefined && value !== false && value !== '') errors.push(forbidden(`${path}.${field}`, `must be ${state} to be structural`))
    else if (field === 'additionalProperties' && value === false) errors.push(forbidden(`${path}.${field}`, `must be ${state} to be structural`))
  }
  if (propertyOf(schema, 'metadata')) {
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'))
  }
  return errors
}

/** What is judged under a junctor must be specified outside of it as well. */
function validateCompleteness(values: JsonSchema, schema: JsonSchema | undefined, path: string, valuesPath: string): FieldError[] {
  if (!schema) return [required(path, `because it is defined in ${valuesPath}`)]
  const nested = (part: JsonSchema, name: string) => validateNestedCompleteness(part, schema, path, `${valuesPath}.${name}`)
  return [
    ...values.not ? nested(values.not, 'not') : [],
    ...(values.allOf ?? []).flatMap((part, i) => nested(part, `allOf[${i}]`)),
    ...(values.anyOf ?? []).flatMap((part, i) => nested(part, `anyOf[${i}]`)),
    ...(values.oneOf ?? []).flatMap((part, i) => nested(part, `oneOf[${i}]`)),
  ]
}

function validateNestedCompleteness(values: JsonSchema, schema: JsonSchema | undefined, path: string, valuesPath: string): FieldError[] {
  if (!schema) return [required(path, `because it is defined in ${valuesPath}`)]
  const errors = validateCompleteness(values, schema, path, valuesPath), items = itemsOf(values)
  if (items) errors.push(...validateNestedCompleteness(items, itemsOf(schema), `${path}.items`, `${valuesPath}.items`))
  for (const [name, property] of propertiesOf(values)) {
    errors.push(...validateNestedCompleteness(property, propertyOf(schema, name), `${path}.properties[${name}]`,
      `${valuesPath}.properties[${name}]`))
  }
  return errors
}
