import { invalid, notSupported, printValue, required, tooLong, type FieldError } from '../../field-error.ts'
import { same } from '../../edit.ts'
import { itemsOf, membersOf, propertiesOf, propertyOf, type JsonSchema } from './schema-parts.ts'

/** Whether the defaults in a schema fit it (apiextensions-apiserver, schema/defaulting/validation.go, 1.36). */

export function validateDefaults(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [], items = itemsOf(schema), at = `${path}.default`
  if (schema.default !== undefined && schema.default !== null) {
    if (hasUnknown(schema.default, schema)) errors.push(invalid(at, schema.default, 'must not have unknown fields'))
    errors.push(...validateValue(schema.default, schema, at, ''))
  }
  if (items) errors.push(...validateDefaults(items, `${path}.items`))
  for (const [name, property] of propertiesOf(schema)) errors.push(...validateDefaults(property, `${path}.properties[${name}]`))
  return errors
}

function hasUnknown(value: unknown, schema: JsonSchema): boolean {
  if (Array.isArray(value)) {
    const items = itemsOf(schema)
    return items !== undefined && value.some(item => hasUnknown(item, items))
  }
  if (typeof value !== 'object' || value === null) return false
  const members = membersOf(schema), anything = schema['x-kubernetes-preserve-unknown-fields'] === true
    || schema.additionalProperties === true
  return Object.entries(value).some(([name, item]) => {
    const property = propertyOf(schema, name) ?? members
    return property ? hasUnknown(item, property) : !anything
  })
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array'
  : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value)

/** The keywords of a schema that most defaults meet, in the words of kube-openapi's validator; `name` is the path below the default. */
function validateValue(value: unknown, schema: JsonSchema, path: string, name: string): FieldError[] {
  const given = typeOf(value), { type = '', nullable } = schema, errors: FieldError[] = []
  if (value === null && nullable) return []
  const intOrString = schema['x-kubernetes-int-or-string'] === true
  const fits = intOrString ? given === 'integer' || given === 'string' : type === '' || type === given || (type === 'number' && given === 'integer')
  if (schema.enum && !schema.enum.some(choice => same(choice, value))) {
    errors.push(notSupported(path, value, schema.enum.map(choice => (typeof choice === 'string' ? choice : printValue(choice)))))
  }
  if (!fits) {
    const wanted = intOrString ? 'integer,string' : type
    return [{ type: 'FieldValueTypeInvalid', field: path,
      message: `Invalid value: ${JSON.stringify(given)}: ${name} in body must be of type ${wanted}: ${JSON.stringify(given)}` }, ...errors]
  }
  const own: FieldError[] = [], wrong = (detail: string) => own.push(invalid(path, value, `${name} in body ${detail}`))
  if (typeof value === 'string') {
    const length = [...value].length
    if (schema.maxLength !== undefined && length > schema.maxLength) own.push(tooLong(path, schema.maxLength))
    else if (schema.minLength !== undefined && length < schema.minLength) wrong(`should be at least ${schema.minLength} chars long`)
    else if (schema.pattern && !matches(value, schema.pattern)) wrong(`should match '${schema.pattern}'`)
  }
  if (typeof value === 'number') {
    const { maximum, minimum, exclusiveMaximum, exclusiveMinimum, multipleOf } = schema
    if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) wrong(`should be a multiple of ${multipleOf}`)
    if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
      wrong(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)
    }
    if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
      wrong(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)
    }
  }
  return [...own, ...errors, ...validateParts(value, schema, path, name)]
}

function validateParts(value: unknown, schema: JsonSchema, path: string, name: string): FieldError[] {
  if (typeof value !== 'object' || value === null) return []
  const items = itemsOf(schema), members = membersOf(schema)
  if (Array.isArray(value)) return items ? value.flatMap((item, i) => validateValue(item, items, `${path}[${i}]`, `${name}[${i}]`)) : []
  const missing = (schema.required ?? []).filter(member => !Object.hasOwn(value, member))
  return [
    ...missing.map(member => required(`${path}.${member}`)),
    ...Object.entries(value).flatMap(([member, item]) => {
      const property = propertyOf(schema, member) ?? members
      return property ? validateValue(item, property, `${path}.${member}`, name === '' ? member : `${name}.${member}`) : []
    }),
  ]
}

/** What can't be read as a pattern here is not held against a value. */
function matches(value: string, pattern: string): boolean {
  try { return new RegExp(pattern, 'u').test(value) } catch { return true }
}
