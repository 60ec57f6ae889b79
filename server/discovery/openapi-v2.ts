import type { Registry } from '../resources/registry.ts'
import { addPaths } from './openapi-operations.ts'
import { newDefinitions, settle, type Json } from './openapi-schemas.ts'
import {
  bearerToken, noActions, openApiDocumentOf, openApiInfo, resourcesWithSchemas, type OpenApiDocument,
} from './openapi-v3.ts'
import { subresourcesOf, type ResourceFacts } from './subresources.ts'

/** OpenAPI v2: one document for everything, which tools other than kubectl still ask for. */
const built = new WeakMap<Registry, { generation: number; actions: readonly ResourceFacts[]; document: OpenApiDocument }>()

/** `GET /openapi/v2` as JSON. Built at the first question after a change of the registry. */
export function openApiV2(registry: Registry, actions: readonly ResourceFacts[] = noActions): OpenApiDocument {
  let known = built.get(registry)
  if (known?.generation !== registry.generation || known.actions !== actions) {
    known = { generation: registry.generation, actions, document: openApiDocumentOf(describe(registry, actions)) }
    built.set(registry, known)
  }
  return known.document
}

/**
 * `GET /openapi/v2` as protobuf: a document that says no more than its version. kubectl 1.27 asks for it before it applies and
 * takes objects that it does not find described for valid; the server validates them itself.
 */
export const openApiV2Protobuf: Buffer = Buffer.from([0x0a, 0x03, 0x32, 0x2e, 0x30])

function describe(registry: Registry, actions: readonly ResourceFacts[]): Json {
  const resources = resourcesWithSchemas(registry, actions), paths: Json = {}
  const groupVersions = [...new Map(resources.map(resource => [`${resource.group}/${resource.version}`, resource])).values()]
  const definitions = newDefinitions('v2', groupVersions)
  for (const resource of resources) addPaths(paths, resource, subresourcesOf(resource, actions), definitions)
  return {
    swagger: '2.0', info: openApiInfo,
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    definitions: settle(definitions),
    securityDefinitions: { BearerToken: bearerToken },
    security: [{ BearerToken: [] }],
  }
}
