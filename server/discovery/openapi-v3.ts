import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { descriptionsText } from '../../api/schema/descriptions.ts'
import { table } from '../../api/schema/generated/fields.ts'
import { schemaByKind } from '../../api/schema/table.ts'
import type { Registry } from '../resources/registry.ts'
import { addPaths, pathRoot } from './openapi-operations.ts'
import { addResourceList, addRoot, rootNames } from './openapi-roots.ts'
import { byName, newDefinitions, settle, type GroupVersion, type Json } from './openapi-schemas.ts'
import { resourcesOf, subresourcesOf, type ListedResource, type ResourceFacts } from './subresources.ts'

/** OpenAPI v3: an index, and a document for each group version, built at the first question after a change of the registry. */
export interface OpenApiDocument { bytes: Buffer; /** In upper-case hex; also the ETag. */ hash: string }

export const bearerToken = { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' }
export const openApiInfo = { title: 'Kubernetes', version: '1.36' }

/** One value, so that a call without actions finds what the call before has built. */
export const noActions: readonly ResourceFacts[] = []

interface Built {
  generation: number
  actions: readonly ResourceFacts[]
  hashes: Map<string, string>
  documents: Map<string, OpenApiDocument>
  index?: OpenApiDocument
}
const built = new WeakMap<Registry, Built>()

function builtFor(registry: Registry, actions: readonly ResourceFacts[]): Built {
  let known = built.get(registry)
  if (known?.generation !== registry.generation || known.actions !== actions) {
    known = { generation: registry.generation, actions, hashes: new Map(), documents: new Map() }
    built.set(registry, known)
  }
  return known
}

/** `GET /openapi/v3`: where each document is, with the hash of its content in the address. */
export function openApiIndex(registry: Registry, actions: readonly ResourceFacts[] = noActions): OpenApiDocument {
  const known = builtFor(registry, actions)
  return known.index ??= openApiDocumentOf({
    paths: Object.fromEntries(documentNames(registry, actions).map(name =>
      [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hashOf(registry, actions, name, known)}` }])),
  })
}

/** `GET /openapi/v3/NAME`, where NAME is `api/v1`, `apis/apps/v1`, `apis/apps`, `version` …; undefined when there is none. */
export function openApiDocument(
  registry: Registry, name: string, actions: readonly ResourceFacts[] = noActions,
): OpenApiDocument | undefined {
  const known = builtFor(registry, actions)
  let made = known.documents.get(name)
  if (!made && documentNames(registry, actions).includes(name)) {
    const bytes = Buffer.from(JSON.stringify(describe(registry, actions, name)))
    known.documents.set(name, made = { bytes, hash: hashOf(registry, actions, name, known) })
  }
  return made
}

export function openApiDocumentOf(value: Json): OpenApiDocument {
  const bytes = Buffer.from(JSON.stringify(value))
  return { bytes, hash: hashText(bytes) }
}
const hashText = (content: string | Buffer): string => createHash('sha512').update(content).digest('hex').toUpperCase()

export function groupVersions(registry: Registry, actions: readonly ResourceFacts[]): GroupVersion[] {
  const all = [...registry.kinds, ...resourcesOf(actions)]
  return [...new Map(all.map(({ group, version }) => [`${group}/${version}`, { group, version }])).values()]
}

function documentNames(registry: Registry, actions: readonly ResourceFacts[]): string[] {
  const served = groupVersions(registry, actions)
  return [...rootNames, ...groupNames(served), ...served.map(groupVersion => pathRoot(groupVersion).slice(1))].sort()
}

/** `apis/GROUP` of each group that has a name. */
export const groupNames = (served: readonly GroupVersion[]): string[] =>
  [...new Set(served.filter(({ group }) => group).map(({ group }) => `apis/${group}`))]

/** The hash of what a document is made from: knowing it takes no building of all of them. */
function hashOf(registry: Registry, actions: readonly ResourceFacts[], name: string, known: Built): string {
  let hash = known.hashes.get(name)
  if (!hash) {
    const parts = resourcesIn(registry, actions, name).map(kind => [kind.kind, kind.plural, kind.namespaced, kind.verbs,
      subresourcesOf(kind, actions).map(({ subresource, verbs }) => [subresource, verbs])])
    hash = hashText(JSON.stringify([madeOf(), name, parts]))
    known.hashes.set(name, hash)
  }
  return hash
}

/** Of all documents alike. Clients keep documents by their hash for ever, so that another version of this program needs others. */
let contents: string | undefined
const madeOf = (): string =>
  contents ??= hashText(readFileSync(new URL('../../package.json', import.meta.url), 'utf8') + table + descriptionsText())

/** All resources; those that are actions find their schema by their kind. */
export function resourcesWithSchemas(
  registry: Registry, actions: readonly ResourceFacts[],
): (ListedResource & { schema?: string })[] {
  return [...registry.kinds, ...resourcesOf(actions).map(resource =>
    ({ ...resource, schema: schemaByKind(resource.group, resource.version, resource.kind)?.name }))]
}

const resourcesIn = (registry: Registry, actions: readonly ResourceFacts[], name: string) =>
  resourcesWithSchemas(registry, actions).filter(resource => pathRoot(resource).slice(1) === name)

function describe(registry: Registry, actions: readonly ResourceFacts[], name: string): Json {
  const resources = resourcesIn(registry, actions, name), paths: Json = {}
  const definitions = newDefinitions('v3', resources.slice(0, 1))
  if (resources.length === 0) addRoot(paths, name, definitions)
  else addResourceList(paths, pathRoot(resources[0]), resources[0], definitions)
  for (const resource of resources) addPaths(paths, resource, subresourcesOf(resource, actions), definitions)
  const schemas = settle(definitions)
  return {
    openapi: '3.0.0', info: openApiInfo, paths: byName(paths),
    components: { ...(Object.keys(schemas).length ? { schemas } : {}), securitySchemes: { BearerToken: bearerToken } },
  }
}
