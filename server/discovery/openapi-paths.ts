import { hasSchema, schemaByKind } from '../../api/schema/table.ts'
import type { DocumentedResource } from './openapi-operations.ts'
import { refTo, type Definitions, type Json } from './openapi-schemas.ts'
import type { SubresourceFacts } from './subresources.ts'

/** How an operation is written in OpenAPI, version 2 and 3 (kube-openapi, as Kubernetes 1.36 publishes it). */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  action: string
  /** `{}` stands for the group and version. */
  id: string
  description: string
  /** Names of query parameters. */
  parameters: readonly string[]
  body?: 'object' | 'patch' | 'options'
  answer: 'object' | 'list' | 'status' | 'watch' | 'text'
}

/** The resource whose path it is, and the kind that is sent and answered there. */
export interface Target { resource: DocumentedResource; kind: SubresourceFacts['kind'] }

interface GroupVersion { group: string; version: string }

/** `AppsV1`, `RbacAuthorizationV1`, `CoreV1`: how operation ids name a group version. */
export const operationGroup = ({ group, version }: GroupVersion): string => [...wordsOf(group), version].map(capital).join('')

/** `apps_v1`, `rbacAuthorization_v1`, `core_v1`; of a group alone `apps`. */
export function operationTag({ group, version }: GroupVersion): string {
  const [first, ...rest] = wordsOf(group)
  return first + rest.map(capital).join('') + (version && `_${version}`)
}
const wordsOf = (group: string): string[] => (group || 'core').replace(/\.k8s\.io$/, '').split('.')
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const patchTypes = [
  'application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]
const encodings = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml']
const streams = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']

/** The path and its operations. */
export function describePath(path: string, operations: readonly Operation[], target: Target, definitions: Definitions): Json {
  // What all operations of a path take stands at the path.
  const shared = operations.length === 1 ? operations[0].parameters : []
  const item: Json = {}
  for (const operation of operations) {
    const own = operation.parameters.filter(name => !shared.includes(name))
    item[operation.method] = describeOperation({ ...operation, parameters: own }, target, definitions)
  }
  const inPath = ['name', 'namespace'].filter(name => path.includes(`{${name}}`))
  item.parameters = [...inPath, ...shared, 'pretty'].sort()
    .map(name => describeParameter(name, inPath.includes(name) ? 'path' : 'query', definitions))
  return item
}

function describeOperation(operation: Operation, { resource, kind }: Target, definitions: Definitions): Json {
  const { group = resource.group, version = resource.version } = kind
  const parameters = operation.parameters.map(name => describeParameter(name, 'query', definitions))
  const answer = answerSchema(operation, { resource, kind }, definitions)
  const body = bodySchema(operation, { resource, kind }, definitions)
  const bodyTypes = operation.body === 'patch' ? patchTypes : ['*/*']
  const optional = operation.body === 'options'
  const streamed = operation.answer === 'list' || operation.answer === 'watch'
  const types = operation.answer === 'text' ? ['*/*'] : streamed ? [...encodings, ...streams] : encodings
  const head: Json = {
    tags: [operationTag(resource)], description: operation.description,
    operationId: operation.id.replace('{}', operationGroup(resource)),
  }
  const responses = (content: Json): Json => ({
    ...Object.fromEntries(codesOf(operation).map(code => [code, { description: codeNames[code], ...content }])),
    401: { description: 'Unauthorized' },
  })
  const marks: Json = {
    'x-kubernetes-action': operation.action, 'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
  }
  if (definitions.version === 'v2') {
    if (body) parameters.push({ name: 'body', in: 'body', required: !optional, schema: body })
    return {
      ...head, consumes: bodyTypes, produces: types, schemes: ['https'], ...(parameters.length ? { parameters } : {}),
      responses: responses({ schema: answer }), ...marks,
    }
  }
  return {
    ...head, ...(parameters.length ? { parameters } : {}),
    ...(body ? { requestBody: { content: inTypes(bodyTypes, body), ...(optional ? {} : { required: true }) } } : {}),
    responses: responses({ content: inTypes(types, answer) }), ...marks,
  }
}

const inTypes = (types: readonly string[], schema: Json): Json => Object.fromEntries(types.map(type => [type, { schema }]))

const codeNames: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }
function codesOf({ method, action }: Operation): string[] {
  if (method === 'post') return ['200', '201', '202']
  if (method === 'put' || method === 'patch') return ['200', '201']
  return action === 'delete' ? ['200', '202'] : ['200']
}

function objectSchema({ resource, kind }: Target, definitions: Definitions): Json {
  const { group = resource.group, version = resource.version } = kind
  const definition = kind.kind === resource.kind ? resource.schema : schemaByKind(group, version, kind.kind)?.name
  return definition && hasSchema(definition) ? refTo(definitions, definition) : { type: 'object' }
}

function answerSchema({ answer }: Operation, target: Target, definitions: Definitions): Json {
  switch (answer) {
    case 'object': return objectSchema(target, definitions)
    case 'list': {
      const definition = `${target.resource.schema}List`
      return hasSchema(definition) ? refTo(definitions, definition) : { type: 'object' }
    }
    case 'status': return refTo(definitions, 'meta.v1.Status')
    case 'watch': return refTo(definitions, 'meta.v1.WatchEvent')
    case 'text': return { type: 'string' }
  }
}

function bodySchema({ body }: Operation, target: Target, definitions: Definitions): Json | undefined {
  switch (body) {
    case 'object': return objectSchema(target, definitions)
    case 'patch': return refTo(definitions, 'meta.v1.Patch')
    case 'options': return refTo(definitions, 'meta.v1.DeleteOptions')
    case undefined: return undefined
  }
}

const integers = new Set(['limit', 'timeoutSeconds', 'gracePeriodSeconds'])
const booleans = new Set([
  'allowWatchBookmarks', 'sendInitialEvents', 'watch', 'orphanDependents', 'force',
  'ignoreStoreReadErrorWithClusterBreakingPotential',
])
const parameterTexts: Readonly<Record<string, string>> = {
  name: 'name of the object',
  namespace: 'the namespace of the object',
  pretty: 'prints the answer indented when true',
  dryRun: 'All: goes through every step and stores nothing',
  fieldManager: 'who changes these fields',
  fieldValidation: 'Ignore, Warn or Strict: what happens to unknown and duplicate fields',
  force: 'takes fields over from other managers when applying',
}

function describeParameter(name: string, where: 'path' | 'query', { version }: Definitions): Json {
  const type: Json = { type: integers.has(name) ? 'integer' : booleans.has(name) ? 'boolean' : 'string', uniqueItems: true }
  const description = parameterTexts[name]
  return {
    name, in: where, ...(description ? { description } : {}), ...(where === 'path' ? { required: true } : {}),
    ...(version === 'v3' ? { schema: type } : type),
  }
}
