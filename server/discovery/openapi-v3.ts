import { createHash } from 'node:crypto'
import { definitionNames, schemaByKind } from '../../api/schema/table.ts'
import type { Registry } from '../resources/registry.ts'
import { addPaths, pathRoot } from './openapi-operations.ts'
import { operationGroup, operationTag } from './openapi-paths.ts'
import { newDefinitions, refTo, settle, type Definitions, type Json } from './openapi-schemas.ts'
import { describeVersionInfo, versionInfoName } from './openapi-version.ts'
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

function groupVersions(registry: Registry, actions: readonly ResourceFacts[]): { group: string; version: string }[] {
  const all = [...registry.kinds, ...resourcesOf(actions)]
  return [...new Map(all.map(({ group, version }) => [`${group}/${version}`, { group, version }])).values()]
}

function documentNames(registry: Registry, actions: readonly ResourceFacts[]): string[] {
  const names = groupVersions(registry, actions).flatMap(({ group, version }) =>
    [...(group ? [`apis/${group}`] : []), pathRoot({ group, version }).slice(1)])
  return [...new Set(['api', 'apis', 'version', ...names])].sort()
}

/**
 * The hash of what a document is made from: knowing it takes no building of all of them. Descriptions change only with the
 * table, in a new version of this program.
 */
function hashOf(registry: Registry, actions: readonly ResourceFacts[], name: string, known: Built): string {
  let hash = known.hashes.get(name)
  if (!hash) {
    const parts = resourcesIn(registry, actions, name).map(kind => [kind.kind, kind.plural, kind.namespaced, kind.verbs,
      subresourcesOf(kind, actions).map(({ subresource, verbs }) => [subresource, verbs])])
    hash = hashText(JSON.stringify([openApiInfo.version, tableSize(), name, parts]))
    known.hashes.set(name, hash)
  }
  return hash
}
const tableSize = (): number => definitionNames().length

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
  if (name === 'version') {
    const schema = { $ref: `#/components/schemas/${versionInfoName}` }
    paths['/version/'] =
      discoveryPath('version', 'getCodeVersion', 'get the version information for this server', schema, ['application/json'])
  } else if (resources.length === 0) describeRoot(paths, name, definitions)
  else {
    const root = pathRoot(resources[0])
    paths[`${root}/`] = discoveryPath(operationTag(resources[0]), `get${operationGroup(resources[0])}APIResources`,
      'get available resources', refTo(definitions, 'meta.v1.APIResourceList'))
    for (const resource of resources) addPaths(paths, resource, subresourcesOf(resource, actions), definitions)
  }
  return {
    openapi: '3.0.0', info: openApiInfo,
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: name === 'version' ? { [versionInfoName]: describeVersionInfo() } : settle(definitions),
      securitySchemes: { BearerToken: bearerToken },
    },
  }
}

/** `/api`, `/apis` and `/apis/GROUP`. */
function describeRoot(paths: Json, name: string, definitions: Definitions): void {
  const group = name.split('/')[1]
  if (group) {
    const noVersion = { group, version: '' }
    paths[`/${name}/`] = discoveryPath(operationTag(noVersion), `get${operationGroup(noVersion)}APIGroup`,
      'get information of a group', refTo(definitions, 'meta.v1.APIGroup'))
  } else {
    paths[`/${name}/`] = discoveryPath(name === 'api' ? 'core' : 'apis', name === 'api' ? 'getCoreAPIVersions' : 'getAPIVersions',
      'get available API versions', refTo(definitions, name === 'api' ? 'meta.v1.APIVersions' : 'meta.v1.APIGroupList'))
  }
}

const encodings = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml']

function discoveryPath(tag: string, operationId: string, description: string, schema: Json, types = encodings): Json {
  const responses = {
    200: { description: 'OK', content: Object.fromEntries(types.map(type => [type, { schema }])) },
    401: { description: 'Unauthorized' },
  }
  return { get: { tags: [tag], description, operationId, responses } }
}
