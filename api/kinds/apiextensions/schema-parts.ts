import type { JSONSchemaProps } from '../../schema/generated/types.ts'

/** Schemas of custom resources, read without trusting their form: what stands in `items` and the like is any JSON. */

export type JsonSchema = Readonly<JSONSchemaProps>

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The one schema of all items; undefined when there is none, or a list of them. */
export const itemsOf = (schema: JsonSchema): JsonSchema | undefined => (isSchema(schema.items) ? schema.items : undefined)

/** The schema of all members of a map. */
export const membersOf = (schema: JsonSchema): JsonSchema | undefined =>
  (isSchema(schema.additionalProperties) ? schema.additionalProperties : undefined)

/** `properties[name]`; a name may be that of something every object has. */
export const propertyOf = (schema: JsonSchema | undefined, name: string): JsonSchema | undefined =>
  (schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined)

export const propertiesOf = (schema: JsonSchema): [string, JsonSchema][] => Object.entries(schema.properties ?? {})

/** Every schema in a schema, itself first; `visit` says true to end. */
export function someSchema(schema: JsonSchema | undefined, visit: (schema: JsonSchema) => boolean): boolean {
  if (!schema) return false
  if (visit(schema)) return true
  const below = (list: readonly unknown[] | undefined) => (list ?? []).some(item => isSchema(item) && someSchema(item, visit))
  return below(Array.isArray(schema.items) ? schema.items : [schema.items]) || below(schema.allOf) || below(schema.anyOf)
    || below(schema.oneOf) || below([schema.not]) || below(Object.values(schema.properties ?? {}))
    || below([schema.additionalProperties])
}
