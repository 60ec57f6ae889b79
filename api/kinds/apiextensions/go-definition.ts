import type { CustomResourceDefinitionVersion, CustomResourceSubresources, JSONSchemaProps } from '../../schema/generated/types.ts'

/** Versions and schemas as Go's JSON of upstream's internal types (pkg/apis/apiextensions, types.go, 1.36), for messages. */

export const goVersions = (versions: readonly Readonly<CustomResourceDefinitionVersion>[]): unknown => versions.map(goVersion)

const goVersion = (version: Readonly<CustomResourceDefinitionVersion>) => ({
  Name: version.name ?? '', Served: version.served ?? false, Storage: version.storage ?? false, Deprecated: version.deprecated ?? false,
  DeprecationWarning: version.deprecationWarning ?? null,
  Schema: version.schema
    ? { OpenAPIV3Schema: version.schema.openAPIV3Schema ? goSchema(version.schema.openAPIV3Schema) : null } : null,
  Subresources: version.subresources ? goSubresources(version.subresources) : null,
  AdditionalPrinterColumns: version.additionalPrinterColumns?.length ? version.additionalPrinterColumns.map(column => ({
    Name: column.name ?? '', Type: column.type ?? '', Format: column.format ?? '', Description: column.description ?? '',
    Priority: column.priority ?? 0, JSONPath: column.jsonPath ?? '',
  })) : null,
  SelectableFields: version.selectableFields?.length
    ? version.selectableFields.map(({ jsonPath }) => ({ JSONPath: jsonPath ?? '' })) : null,
})

const goSubresources = ({ status, scale }: Readonly<CustomResourceSubresources>) => ({
  Status: status ? {} : null,
  Scale: scale ? {
    SpecReplicasPath: scale.specReplicasPath ?? '', StatusReplicasPath: scale.statusReplicasPath ?? '',
    LabelSelectorPath: scale.labelSelectorPath ?? null,
  } : null,
})

/** Go's fields in their order: `s` texts, `b` booleans, `p` whatever may be null, the others hold schemas. */
const schemaFields: readonly (readonly [go: string, json: string, type: 's' | 'b' | 'p' | 'schema' | 'list' | 'map' | 'or'])[] = [
  ['ID', 'id', 's'], ['Schema', '$schema', 's'], ['Ref', '$ref', 'p'], ['Description', 'description', 's'], ['Type', 'type', 's'],
  ['Nullable', 'nullable', 'b'], ['Format', 'format', 's'], ['Title', 'title', 's'], ['Default', 'default', 'p'],
  ['Maximum', 'maximum', 'p'], ['ExclusiveMaximum', 'exclusiveMaximum', 'b'], ['Minimum', 'minimum', 'p'],
  ['ExclusiveMinimum', 'exclusiveMinimum', 'b'], ['MaxLength', 'maxLength', 'p'], ['MinLength', 'minLength', 'p'],
  ['Pattern', 'pattern', 's'], ['MaxItems', 'maxItems', 'p'], ['MinItems', 'minItems', 'p'], ['UniqueItems', 'uniqueItems', 'b'],
  ['MultipleOf', 'multipleOf', 'p'], ['Enum', 'enum', 'p'], ['MaxProperties', 'maxProperties', 'p'],
  ['MinProperties', 'minProperties', 'p'], ['Required', 'required', 'p'], ['Items', 'items', 'or'], ['AllOf', 'allOf', 'list'],
  ['OneOf', 'oneOf', 'list'], ['AnyOf', 'anyOf', 'list'], ['Not', 'not', 'schema'], ['Properties', 'properties', 'map'],
  ['AdditionalProperties', 'additionalProperties', 'or'], ['PatternProperties', 'patternProperties', 'map'],
  ['Dependencies', 'dependencies', 'p'], ['AdditionalItems', 'additionalItems', 'or'], ['Definitions', 'definitions', 'map'],
  ['ExternalDocs', 'externalDocs', 'p'], ['Example', 'example', 'p'],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', 'p'],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', 'b'], ['XIntOrString', 'x-kubernetes-int-or-string', 'b'],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', 'p'], ['XListType', 'x-kubernetes-list-type', 'p'],
  ['XMapType', 'x-kubernetes-map-type', 'p'], ['XValidations', 'x-kubernetes-validations', 'p'],
]

/** Go's name of each field that a schema sets, in Go's order. */
export function goFieldsSet(schema: Readonly<JSONSchemaProps>): string[] {
  const given = schema as Readonly<Record<string, unknown>>
  return schemaFields.filter(([, json]) => isSet(given[json])).map(([go]) => go)
}

const isSet = (value: unknown) => value !== undefined && value !== null && value !== '' && value !== false

export function goSchema(schema: Readonly<JSONSchemaProps>): Record<string, unknown> {
  const given = schema as Readonly<Record<string, unknown>>, printed: Record<string, unknown> = {}
  for (const [go, json, type] of schemaFields) {
    const value = given[json]
    printed[go] = type === 's' ? value ?? '' : type === 'b' ? value ?? false
      : value === undefined || value === null ? null : printSet(json, type, value)
  }
  return printed
}

function printSet(json: string, type: 'p' | 'schema' | 'list' | 'map' | 'or', value: unknown): unknown {
  const schema = (item: unknown) => goSchema(item as JSONSchemaProps)
  switch (type) {
    case 'schema': return schema(value)
    case 'list': return (value as unknown[]).map(schema)
    case 'map': return Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, schema(item)]))
    case 'or':
      if (json === 'items') return Array.isArray(value)
        ? { Schema: null, JSONSchemas: value.map(schema) } : { Schema: schema(value), JSONSchemas: null }
      return typeof value === 'boolean' ? { Allows: value, Schema: null } : { Allows: true, Schema: schema(value) }
    case 'p':
      if (json === 'externalDocs') return goDocs(value as { description?: string; url?: string })
      return json === 'x-kubernetes-validations' ? (value as Rule[]).map(goRule) : value
  }
}

interface Rule { rule?: string; message?: string; messageExpression?: string; reason?: string; fieldPath?: string; optionalOldSelf?: boolean }

const goDocs = ({ description = '', url = '' }: { description?: string; url?: string }) => ({ Description: description, URL: url })
const goRule = ({ rule = '', message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: Rule) => ({
  Rule: rule, Message: message, MessageExpression: messageExpression, Reason: reason ?? null, FieldPath: fieldPath,
  OptionalOldSelf: optionalOldSelf ?? null,
})
