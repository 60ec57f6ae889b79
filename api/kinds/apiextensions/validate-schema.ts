import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { goSchema } from './go-definition.ts'
import { fieldAt } from './schema-field-path.ts'
import { isSchema, itemsOf, membersOf, propertiesOf, propertyOf, type JsonSchema } from './schema-parts.ts'

/** The rules of schemas that hold anywhere in them (apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema, 1.36). */

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const meta = new Set(['metadata', 'kind', 'apiVersion'])

/** Where a schema stands: whether defaults may be set there, and whether it speaks about an object's own metadata. */
interface Place { noDefaults?: string; insideMeta?: boolean; root?: boolean }

export function validateSchema(schema: JsonSchema, path: string, place: Place): FieldError[] {
  const errors = [...validateUnsupported(schema, path, place)], { root, ...below } = place, members = membersOf(schema)
  const additional = schema.additionalProperties, items: unknown = schema.items
  if (schema.uniqueItems) {
    errors.push(forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  }
  if (additional !== undefined && propertiesOf(schema).length > 0 && additional !== true) {
    errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  }
  if (members) {
    errors.push(...validateSchema(members, `${path}.additionalProperties`,
      place.insideMeta ? { ...below, noDefaults: 'inside additionalProperties applying to object metadata' } : below))
  }
  for (const [name, property] of propertiesOf(schema)) {
    const ofObject = (root || schema['x-kubernetes-embedded-resource']) && meta.has(name)
    errors.push(...validateSchema(property, `${path}.properties[${name}]`,
      ofObject ? { ...below, insideMeta: true, ...root ? { noDefaults: `in top-level ${name}` } : {} } : below))
  }
  const each = (list: readonly unknown[] | undefined, name: string) => list?.forEach((part, i) => {
    if (isSchema(part)) errors.push(...validateSchema(part, `${path}.${name}[${i}]`, below))
  })
  if (schema.not) errors.push(...validateSchema(schema.not, `${path}.not`, below))
  each(schema.allOf, 'allOf')
  each(schema.oneOf, 'oneOf')
  each(schema.anyOf, 'anyOf')
  for (const [name, part] of Object.entries(schema.definitions ?? {})) {
    errors.push(...validateSchema(part, `${path}.definitions[${name}]`, below))
  }
  if (Array.isArray(items)) each(items, 'items')
  else if (isSchema(items)) errors.push(...validateSchema(items, `${path}.items`, below))
  return [...errors, ...validateExtensions(schema, path), ...validateMapKeys(schema, path), ...validateRules(schema, path)]
}

function validateUnsupported(schema: JsonSchema, path: string, { noDefaults, insideMeta }: Place): FieldError[] {
  const { type = '' } = schema, errors: FieldError[] = []
  const refuse = (field: string, detail: string) => errors.push(forbidden(`${path}.${field}`, detail))
  const filled = (value: object | undefined) => value !== undefined && Object.keys(value).length > 0
  if (type !== '' && !types.includes(type)) errors.push(notSupported(`${path}.type`, type, types))
  if (schema.default !== undefined && noDefaults !== undefined) refuse('default', `must not be set ${noDefaults}`.trimEnd())
  if (schema.id) refuse('id', 'id is not supported')
  if (schema.additionalItems !== undefined) refuse('additionalItems', 'additionalItems is not supported')
  if (filled(schema.patternProperties)) refuse('patternProperties', 'patternProperties is not supported')
  if (filled(schema.definitions)) refuse('definitions', 'definitions is not supported')
  if (schema.dependencies !== undefined) refuse('dependencies', 'dependencies is not supported')
  if (schema.$ref !== undefined) refuse('$ref', '$ref is not supported')
  if (type === 'null') refuse('type', 'type cannot be set to null, use nullable as an alternative')
  if (Array.isArray(schema.items) && schema.items.length > 0) refuse('items', 'items must be a schema object and not an array')
  if (insideMeta && schema['x-kubernetes-embedded-resource']) {
    refuse('x-kubernetes-embedded-resource', 'must not be used inside of resource meta')
  }
  return errors
}

function validateExtensions(schema: JsonSchema, path: string): FieldError[] {
  const { type = '' } = schema, errors: FieldError[] = [], items = itemsOf(schema)
  const mapType = schema['x-kubernetes-map-type'], listType = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const wantType = (wanted: string, extension: string) => {
    const detail = `must be ${wanted} if ${extension} is specified`
    errors.push(type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail))
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'))
  }
  if (mapType !== undefined && type !== 'object') wantType('object', 'x-kubernetes-map-type')
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']))
  }
  if (listType !== undefined && type !== 'array') wantType('array', 'x-kubernetes-list-type')
  else if (listType === 'set' && items) errors.push(...validateSetItems(items, path))
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']))
  }
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty', at = `${path}.x-kubernetes-list-type`
    errors.push(listType === undefined ? required(at, detail) : invalid(at, listType, detail))
  }
  return listType === 'map' ? [...errors, ...validateMapList(schema, keys, path)] : errors
}

function validateSetItems(items: JsonSchema, path: string): FieldError[] {
  const listType = items['x-kubernetes-list-type'], detail = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalid(`${path}.items.x-kubernetes-list-type`, listType, detail)]
  }
  // Upstream prints the type of list here too.
  return items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic'
    ? [invalid(`${path}.items.x-kubernetes-map-type`, listType ?? null, detail)] : []
}

function validateMapList(schema: JsonSchema, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [], items = itemsOf(schema), at = `${path}.x-kubernetes-list-map-keys`
  if (keys.length === 0) errors.push(required(at, 'must not be empty if x-kubernetes-list-type is map'))
  if (schema.items === undefined) errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'))
  else if (!items) {
    const list = (schema.items as unknown[]).filter(isSchema).map(goSchema)
    errors.push(invalid(`${path}.items`, { Schema: null, JSONSchemas: list },
      'must only have a single schema if x-kubernetes-list-type is map'))
  }
  if (!items) return errors
  if (items.type !== 'object') {
    return [...errors, invalid(`${path}.items.type`, items.type ?? '',
      "must be object if parent array's x-kubernetes-list-type is map")]
  }
  keys.forEach((key, i) => {
    const property = propertyOf(items, key)
    if (!property) errors.push(invalid(at, keys, 'entries must all be names of item properties'))
    else if (property.type === 'array' || property.type === 'object') {
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type,
        "must be a scalar type if parent array's x-kubernetes-list-type is map"))
    }
    if (keys.indexOf(key) < i) errors.push(invalid(at, keys, 'must not contain duplicate entries'))
  })
  return errors
}

/** Keys of items must always be there. */
function validateMapKeys(schema: JsonSchema, path: string): FieldError[] {
  const items = itemsOf(schema), listType = schema['x-kubernetes-list-type'], errors: FieldError[] = []
  if (!items || (listType !== 'set' && listType !== 'map')) return []
  if (items.nullable) errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`))
  if (listType === 'set') return errors
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = propertyOf(items, key), at = `${path}.items.properties[${key}]`, about = 'this property is in x-kubernetes-list-map-keys, so it'
    if (!property) continue
    if (!items.required?.includes(key) && property.default === undefined) {
      errors.push(required(`${at}.default`, `${about} must have a default or be a required property`))
    }
    if (property.nullable) errors.push(forbidden(`${at}.nullable`, `${about} cannot be nullable`))
  }
  return errors
}

/** Rules in CEL, but for what they say. */
function validateRules(schema: JsonSchema, path: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((entry, i) => {
    const { rule = '', message = '', messageExpression = '', reason, fieldPath = '' } = entry, at = `${path}.x-kubernetes-validations[${i}]`
    const errors: FieldError[] = [], breaks = (text: string) => /[\n\r]/.test(text)
    if (rule.trim() === '') errors.push(required(`${at}.rule`, 'rule is not specified'))
    else if (message !== '' && message.trim() === '') errors.push(invalid(`${at}.message`, message, 'must be non-empty if specified'))
    else if (breaks(message.trim())) errors.push(invalid(`${at}.message`, message, 'must not contain line breaks'))
    else if (breaks(rule.trim()) && message.trim() === '') {
      errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'))
    }
    if (messageExpression !== '' && messageExpression.trim() === '') {
      errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'))
    }
    if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, reasons))
    if (fieldPath !== '' && fieldPath.trim() === '') errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'))
    if (breaks(fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'))
    if (fieldPath !== '' && 'complaint' in fieldAt(fieldPath, schema)) {
      errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must be a valid path'))
    }
    return errors
  })
}
