import type { Kind, Verb } from '../../api/kind.ts'
import { hasSchema, schemaByKind } from '../../api/schema/table.ts'
import { refTo, type Definitions, type Json } from './openapi-schemas.ts'
import type { SubresourceFacts } from './subresources.ts'

/** The paths of OpenAPI documents: an operation for each verb of each resource and subresource (apiserver, endpoints/installer, 1.36). */

type Resource = Pick<Kind, 'group' | 'version' | 'kind' | 'plural' | 'namespaced'> & { verbs?: readonly string[]; schema?: string }
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
interface Operation {
  method: Method; action: string; id: string; description: string; parameters: readonly string[]
  body?: 'object' | 'patch' | 'options'; answer: 'object' | 'list' | 'status' | 'watch' | 'text'
}

export const pathRoot = ({ group, version }: { group: string; version: string }): string => (group ? `/apis/${group}/${version}` : `/api/${version}`)

/** `AppsV1`, `RbacAuthorizationV1`, `CoreV1`: how operation ids name a group version. */
export const operationGroup = ({ group, version }: { group: string; version: string }): string =>
  [...wordsOf(group), version].map(capital).join('')

/** `apps_v1`, `rbacAuthorization_v1`, `core_v1`; of a group alone `apps`. */
export function operationTag({ group, version }: { group: string; version: string }): string {
  const [first, ...rest] = wordsOf(group)
  return first + rest.map(capital).join('') + (version && `_${version}`)
}
const wordsOf = (group: string): string[] => (group || 'core').replace(/\.k8s\.io$/, '').split('.')
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const listParameters = ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion',
  'resourceVersionMatch', 'sendInitialEvents', 'shardSelector', 'timeoutSeconds', 'watch']
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation']
const deleteParameters = ['dryRun', 'gracePeriodSeconds', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'orphanDependents', 'propagationPolicy']
const integers = new Set(['limit', 'timeoutSeconds', 'gracePeriodSeconds'])
const booleans = new Set(['allowWatchBookmarks', 'sendInitialEvents', 'watch', 'orphanDependents', 'force',
  'ignoreStoreReadErrorWithClusterBreakingPotential'])
const patchTypes = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json',
  'application/strategic-merge-patch+json']
const encodings = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml']
const streams = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']

/** Adds the paths of a resource and its subresources. */
export function addPaths(paths: Json, resource: Resource, subresources: readonly SubresourceFacts[], definitions: Definitions): void {
  const root = pathRoot(resource), { plural, kind } = resource
  const can = (verb: Verb): boolean => !resource.verbs || resource.verbs.includes(verb)
  const scope = resource.namespaced ? 'Namespaced' : ''
  const collection = resource.namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`
  const watched = resource.namespaced ? `${root}/watch/namespaces/{namespace}/${plural}` : `${root}/watch/${plural}`
  const list = (id: string): Operation => ({
    method: 'get', action: 'list', id: `list{}${id}`, description: `list or watch objects of kind ${kind}`, parameters: listParameters, answer: 'list',
  })
  const watchList = (id: string): Operation => ({
    method: 'get', action: 'watchlist', id: `watch{}${id}`, parameters: listParameters, answer: 'watch',
    description: `watch individual changes to a list of ${kind}. deprecated: use the 'watch' parameter with a list operation instead.`,
  })
  const add = (path: string, operations: readonly (Operation | false)[]): void => {
    const made = operations.filter(operation => operation !== false)
    if (made.length) paths[path] = pathItem(path, made, resource, { kind }, definitions)
  }
  add(collection, [
    can('list') && list(`${scope}${kind}`),
    can('create') && { method: 'post', action: 'post', id: `create{}${scope}${kind}`, description: `create ${article(kind)}`, parameters: writeParameters, body: 'object', answer: 'object' },
    can('deletecollection') && {
      method: 'delete', action: 'deletecollection', id: `delete{}Collection${scope}${kind}`, description: `delete collection of ${kind}`,
      parameters: [...listParameters.filter(name => !['allowWatchBookmarks', 'watch'].includes(name)), ...deleteParameters].sort(), body: 'options', answer: 'status',
    },
  ])
  add(`${collection}/{name}`, [
    can('get') && { method: 'get', action: 'get', id: `read{}${scope}${kind}`, description: `read the specified ${kind}`, parameters: [], answer: 'object' },
    can('update') && { method: 'put', action: 'put', id: `replace{}${scope}${kind}`, description: `replace the specified ${kind}`, parameters: writeParameters, body: 'object', answer: 'object' },
    can('delete') && { method: 'delete', action: 'delete', id: `delete{}${scope}${kind}`, description: `delete ${article(kind)}`, parameters: deleteParameters, body: 'options', answer: 'status' },
    can('patch') && { method: 'patch', action: 'patch', id: `patch{}${scope}${kind}`, description: `partially update the specified ${kind}`, parameters: [...writeParameters, 'force'], body: 'patch', answer: 'object' },
  ])
  for (const fact of subresources) addSubresource(paths, `${collection}/{name}/${fact.subresource}`, resource, fact, scope, definitions)
  if (can('watch')) {
    if (resource.namespaced) add(`${root}/watch/${plural}`, [watchList(`${kind}ListForAllNamespaces`)])
    add(watched, [watchList(`${scope}${kind}List`)])
    add(`${watched}/{name}`, [{
      method: 'get', action: 'watch', id: `watch{}${scope}${kind}`, parameters: listParameters, answer: 'watch',
      description: `watch changes to an object of kind ${kind}. deprecated: use the 'watch' parameter with a list operation instead, filtered to a single item with the 'fieldSelector' parameter.`,
    }])
  }
  if (can('list') && resource.namespaced) add(`${root}/${plural}`, [list(`${kind}ForAllNamespaces`)])
}

const article = (kind: string): string => `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`

const subresourceVerbs: Readonly<Record<string, { method: Method; id: string; words: string }>> = {
  get: { method: 'get', id: 'read', words: 'read' }, update: { method: 'put', id: 'replace', words: 'replace' },
  patch: { method: 'patch', id: 'patch', words: 'partially update' }, create: { method: 'post', id: 'create', words: 'create' },
}

function addSubresource(paths: Json, path: string, resource: Resource, fact: SubresourceFacts, scope: string, definitions: Definitions): void {
  const words = fact.subresource.split('/').map(capital).join('')
  const connects = connected.has(fact.subresource)
  const operations = fact.verbs.flatMap((verb): Operation[] => {
    const { method, id, words: says } = subresourceVerbs[verb] ?? {}
    if (!method) return []
    return [{
      method, action: connects ? 'connect' : method,
      id: connects ? `connect{}${capital(method)}${scope}${resource.kind}${words}` : `${id}{}${scope}${resource.kind}${words}`,
      description: connects ? `connect ${method.toUpperCase()} requests to ${fact.subresource} of ${resource.kind}`
        : `${says} ${fact.subresource} of ${verb === 'create' ? article(resource.kind) : `the specified ${resource.kind}`}`,
      parameters: connects || method === 'get' ? [] : method === 'patch' ? [...writeParameters, 'force'] : writeParameters,
      ...(connects || method === 'get' ? {} : { body: method === 'patch' ? 'patch' : 'object' }),
      answer: connects || fact.subresource === 'log' ? 'text' : 'object',
    }]
  })
  if (operations.length) paths[path] = pathItem(path, operations, resource, fact.kind, definitions)
}
const connected = new Set(['attach', 'exec', 'portforward', 'proxy'])

function pathItem(path: string, operations: readonly Operation[], resource: Resource, kind: SubresourceFacts['kind'], definitions: Definitions): Json {
  // What all operations of a path take stands at the path.
  const shared = operations.length === 1 ? operations[0].parameters : []
  const item: Json = {}
  for (const operation of operations) {
    const own = operation.parameters.filter(name => !shared.includes(name))
    item[operation.method] = describeOperation({ ...operation, parameters: own }, resource, kind, definitions)
  }
  const inPath = ['name', 'namespace'].filter(name => path.includes(`{${name}}`))
  item.parameters = [...inPath, ...shared, 'pretty'].sort().map(name => parameter(name, inPath.includes(name) ? 'path' : 'query', definitions))
  return item
}

function describeOperation(operation: Operation, resource: Resource, kind: SubresourceFacts['kind'], definitions: Definitions): Json {
  const { group = resource.group, version = resource.version } = kind
  const definition = kind.kind === resource.kind ? resource.schema : schemaByKind(group, version, kind.kind)?.name
  const objectRef = (): Json => (definition && hasSchema(definition) ? refTo(definitions, definition) : { type: 'object' })
  const listOf = `${resource.schema}List`
  const answer = (): Json => {
    switch (operation.answer) {
      case 'object': return objectRef()
      case 'list': return hasSchema(listOf) ? refTo(definitions, listOf) : { type: 'object' }
      case 'status': return refTo(definitions, 'meta.v1.Status')
      case 'watch': return refTo(definitions, 'meta.v1.WatchEvent')
      case 'text': return { type: 'string' }
    }
  }
  const schema = answer()
  const types = operation.answer === 'text' ? ['*/*'] : operation.answer === 'list' || operation.answer === 'watch' ? [...encodings, ...streams] : encodings
  const codes = operation.method === 'post' ? ['200', '201', '202'] : operation.method === 'put' || operation.method === 'patch' ? ['200', '201']
    : operation.action === 'delete' ? ['200', '202'] : ['200']
  const body = operation.body === 'object' ? objectRef() : operation.body === 'patch' ? refTo(definitions, 'meta.v1.Patch')
    : operation.body === 'options' ? refTo(definitions, 'meta.v1.DeleteOptions') : undefined
  const bodyTypes = operation.body === 'patch' ? patchTypes : ['*/*']
  const shared: Json = {
    tags: [operationTag(resource)], description: operation.description,
    operationId: operation.id.replace('{}', operationGroup(resource)),
  }
  const parameters: Json[] = operation.parameters.map(name => parameter(name, 'query', definitions))
  const marks: Json = {
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
  }
  if (definitions.version === 'v2') {
    if (body) parameters.push({ name: 'body', in: 'body', required: operation.body !== 'options', schema: body })
    return {
      ...shared, consumes: bodyTypes, produces: types, schemes: ['https'], ...(parameters.length ? { parameters } : {}),
      responses: { ...Object.fromEntries(codes.map(code => [code, { description: words[code], schema }])), 401: { description: 'Unauthorized' } }, ...marks,
    }
  }
  const content = (of: readonly string[], value: Json): Json => Object.fromEntries(of.map(type => [type, { schema: value }]))
  return {
    ...shared, ...(parameters.length ? { parameters } : {}),
    ...(body ? { requestBody: { content: content(bodyTypes, body), ...(operation.body === 'options' ? {} : { required: true }) } } : {}),
    responses: { ...Object.fromEntries(codes.map(code => [code, { description: words[code], content: content(types, schema) }])), 401: { description: 'Unauthorized' } },
    ...marks,
  }
}
const words: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

const parameterTexts: Readonly<Record<string, string>> = {
  name: 'name of the object', namespace: 'the namespace of the object', pretty: 'prints the answer indented when true',
  dryRun: 'All: goes through every step and stores nothing', fieldManager: 'who changes these fields',
  fieldValidation: 'Ignore, Warn or Strict: what happens to unknown and duplicate fields', force: 'takes fields over from other managers when applying',
}

function parameter(name: string, where: 'path' | 'query', { version }: Definitions): Json {
  const type: Json = { type: integers.has(name) ? 'integer' : booleans.has(name) ? 'boolean' : 'string', uniqueItems: true }
  const description = parameterTexts[name]
  return {
    name, in: where, ...(description ? { description } : {}), ...(where === 'path' ? { required: true } : {}),
    ...(version === 'v3' ? { schema: type } : type),
  }
}
