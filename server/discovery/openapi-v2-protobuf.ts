import { writeDelimited, writerOf, writeText, written, type Writer } from '../../api/schema/protobuf-wire.ts'
import type { Registry } from '../resources/registry.ts'
import { openApiV2 } from './openapi-v2.ts'
import type { Json } from './openapi-schemas.ts'
import { noActions, type OpenApiDocument } from './openapi-v3.ts'
import type { ResourceFacts } from './subresources.ts'

/**
 * OpenAPI v2 as protobuf (gnostic's OpenAPIv2.proto), which older kubectls and `kubectl explain --output=plaintext-openapiv2`
 * read: the definitions. The paths are left out: those clients look only for types, and the answer is a third of the size.
 */
const encoded = new WeakMap<OpenApiDocument, OpenApiDocument>()

/** `GET /openapi/v2` as protobuf, built once for each JSON document. */
export function openApiV2AsProtobuf(registry: Registry, actions: readonly ResourceFacts[] = noActions): OpenApiDocument {
  const document = openApiV2(registry, actions)
  let known = encoded.get(document)
  if (!known) {
    const { swagger, info, definitions } = JSON.parse(document.bytes.toString()) as Record<string, Json>
    const writer = writerOf(1 << 20)
    writeDelimited(writer, 9, () => writeNamedSchemas(definitions, writer))
    writeDelimited(writer, 2, () => { text(writer, 2, info.version); text(writer, 1, info.title) })
    text(writer, 1, swagger)
    encoded.set(document, known = { bytes: written(writer), hash: document.hash })
  }
  return known
}

// Written from the back to the front: what comes last stands first.
const text = (writer: Writer, number: number, value: unknown): void => {
  if (typeof value === 'string') writeDelimited(writer, number, () => writeText(writer, value))
}

/** gnostic's Any carries YAML, of which JSON is a part. */
const any = (writer: Writer, number: number, value: unknown): void =>
  writeDelimited(writer, number, () => text(writer, 2, JSON.stringify(value)))

function writeNamedSchemas(schemas: Json, writer: Writer): void {
  for (const [name, schema] of Object.entries(schemas).toReversed()) {
    writeDelimited(writer, 1, () => {
      writeDelimited(writer, 2, () => writeSchema(schema as Json, writer))
      text(writer, 1, name)
    })
  }
}

function writeSchema(schema: Json, writer: Writer): void {
  const { properties, items, type, additionalProperties, enum: choices, required } = schema
  for (const name of Object.keys(schema).filter(key => key.startsWith('x-')).toReversed()) {
    writeDelimited(writer, 31, () => {
      any(writer, 2, schema[name])
      text(writer, 1, name)
    })
  }
  if (properties) writeDelimited(writer, 25, () => writeNamedSchemas(properties as Json, writer))
  if (items) writeDelimited(writer, 23, () => writeDelimited(writer, 1, () => writeSchema(items as Json, writer)))
  if (type) writeDelimited(writer, 22, () => text(writer, 1, type))
  if (additionalProperties) {
    writeDelimited(writer, 21, () => writeDelimited(writer, 1, () => writeSchema(additionalProperties as Json, writer)))
  }
  if (Array.isArray(choices)) for (const choice of choices.toReversed()) any(writer, 20, choice)
  if (Array.isArray(required)) for (const name of required.toReversed()) text(writer, 19, name)
  text(writer, 4, schema.description)
  text(writer, 2, schema.format)
  text(writer, 1, schema.$ref)
}
