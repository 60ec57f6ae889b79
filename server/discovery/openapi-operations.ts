import type { Kind, Verb } from '../../api/kind.ts'
import { isOptions, parametersOf } from './openapi-parameters.ts'
import { describePath, type Operation, type Target } from './openapi-paths.ts'
import type { Definitions, Json } from './openapi-schemas.ts'
import type { SubresourceFacts } from './subresources.ts'

/** An operation for each verb of each resource and subresource, named as apiserver's endpoints/installer names them (1.36). */

export type DocumentedResource = Pick<Kind, 'group' | 'version' | 'kind' | 'plural' | 'namespaced' | 'returnsDeleted'>
  & { verbs?: readonly string[]; /** Its definition in the table. */ schema?: string }

export const pathRoot = ({ group, version }: { group: string; version: string }): string =>
  (group ? `/apis/${group}/${version}` : `/api/${version}`)

const listParameters = parametersOf('ListOptions'), writeParameters = parametersOf('UpdateOptions')
const deleteParameters = parametersOf('DeleteOptions')
const deleteCollectionParameters = [
  ...listParameters.filter(({ name }) => name !== 'allowWatchBookmarks' && name !== 'watch'), ...deleteParameters,
]

/** Plurals have no article, but classes do. */
const article = (kind: string): string => (/(?<!s)s$/.test(kind) ? kind : `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`)
const deprecated = "deprecated: use the 'watch' parameter with a list operation instead"

/** In ids, `{}` stands for the group and version. */
const list = (kind: string, id: string, watched: boolean): Operation => ({
  method: 'get', action: 'list', id: `list{}${id}`, description: `list ${watched ? 'or watch ' : ''}objects of kind ${kind}`,
  parameters: listParameters, answer: 'list',
})
const watchList = (kind: string, id: string): Operation => ({
  method: 'get', action: 'watchlist', id: `watch{}${id}`, parameters: listParameters, answer: 'watch',
  description: `watch individual changes to a list of ${kind}. ${deprecated}.`,
})

/** Adds the paths of a resource and its subresources. */
export function addPaths(
  paths: Json, resource: DocumentedResource, subresources: readonly SubresourceFacts[], definitions: Definitions,
): void {
  const { plural, kind, namespaced } = resource
  const root = pathRoot(resource)
  const scope = namespaced ? 'Namespaced' : '', inNamespace = namespaced ? 'namespaces/{namespace}/' : ''
  const can = (verb: Verb): boolean => !resource.verbs || resource.verbs.includes(verb)
  const target: Target = { resource, kind: { kind } }
  const add = (path: string, operations: readonly (Operation | false)[]): void => {
    const made = operations.filter(operation => operation !== false)
    if (made.length) paths[path] = describePath(path, made, target, definitions)
  }
  const collection = `${root}/${inNamespace}${plural}`
  add(collection, collectionOperations(kind, scope, can))
  // The storage of namespaces answers with the object as well, but does not tell the documents so.
  add(`${collection}/{name}`, objectOperations(kind, scope, can, resource.returnsDeleted === true && plural !== 'namespaces'))
  for (const fact of subresources) {
    const path = `${collection}/{name}/${fact.subresource}`, operations = subresourceOperations(kind, scope, fact)
    if (operations.length === 0) continue
    paths[path] = describePath(path, operations, { resource, kind: fact.kind }, definitions)
    if (fact.subresource !== 'proxy') continue
    const withPath = operations.map(operation => ({ ...operation, id: `${operation.id}WithPath` }))
    paths[`${path}/{path}`] = describePath(`${path}/{path}`, withPath, { resource, kind: fact.kind }, definitions)
  }
  if (can('watch')) {
    if (namespaced) add(`${root}/watch/${plural}`, [watchList(kind, `${kind}ListForAllNamespaces`)])
    add(`${root}/watch/${inNamespace}${plural}`, [watchList(kind, `${scope}${kind}List`)])
    add(`${root}/watch/${inNamespace}${plural}/{name}`, [{
      method: 'get', action: 'watch', id: `watch{}${scope}${kind}`, parameters: listParameters, answer: 'watch',
      description: `watch changes to an object of kind ${kind}. ${deprecated}, `
        + "filtered to a single item with the 'fieldSelector' parameter.",
    }])
  }
  if (can('list') && namespaced) add(`${root}/${plural}`, [list(kind, `${kind}ForAllNamespaces`, can('watch'))])
}

function collectionOperations(kind: string, scope: string, can: (verb: Verb) => boolean): (Operation | false)[] {
  return [
    can('list') && list(kind, `${scope}${kind}`, can('watch')),
    can('create') && {
      method: 'post', action: 'post', id: `create{}${scope}${kind}`, description: `create ${article(kind)}`,
      parameters: writeParameters, body: 'object', answer: 'object',
    },
    can('deletecollection') && {
      method: 'delete', action: 'deletecollection', id: `delete{}Collection${scope}${kind}`,
      description: `delete collection of ${kind}`, parameters: deleteCollectionParameters, body: 'options', answer: 'status',
    },
  ]
}

function objectOperations(kind: string, scope: string, can: (verb: Verb) => boolean, returnsDeleted: boolean): (Operation | false)[] {
  const id = (verb: string): string => `${verb}{}${scope}${kind}`
  return [
    can('get') && {
      method: 'get', action: 'get', id: id('read'), description: `read the specified ${kind}`, parameters: [], answer: 'object',
    },
    can('update') && {
      method: 'put', action: 'put', id: id('replace'), description: `replace the specified ${kind}`,
      parameters: writeParameters, body: 'object', answer: 'object',
    },
    can('delete') && {
      method: 'delete', action: 'delete', id: id('delete'), description: `delete ${article(kind)}`,
      parameters: deleteParameters, body: 'options', answer: returnsDeleted ? 'object' : 'status',
    },
    can('patch') && {
      method: 'patch', action: 'patch', id: id('patch'), description: `partially update the specified ${kind}`,
      parameters: parametersOf('PatchOptions'), body: 'patch', answer: 'object',
    },
  ]
}

const subresourceVerbs: Readonly<Record<string, Pick<Operation, 'method' | 'id' | 'description'>>> = {
  get: { method: 'get', id: 'read', description: 'read' },
  update: { method: 'put', id: 'replace', description: 'replace' },
  patch: { method: 'patch', id: 'patch', description: 'partially update' },
  create: { method: 'post', id: 'create', description: 'create' },
}
/** Subresources that take over the connection, and the methods that do so. */
const connected: Readonly<Record<string, readonly Operation['method'][]>> = {
  attach: ['get', 'post'], exec: ['get', 'post'], portforward: ['get', 'post'],
  proxy: ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'],
}

function subresourceOperations(kind: string, scope: string, { subresource, kind: sent, verbs }: SubresourceFacts): Operation[] {
  const suffix = `${scope}${kind}${subresource.split('/').map(capital).join('')}`
  if (Object.hasOwn(connected, subresource)) {
    return connected[subresource].map(method => ({
      method, action: 'connect', id: `connect{}${capital(method)}${suffix}`, answer: 'text',
      parameters: isOptions(sent.kind) ? parametersOf(sent.kind) : [],
      description: `connect ${method.toUpperCase()} requests to ${subresource} of ${kind}`,
    }))
  }
  return verbs.filter(verb => Object.hasOwn(subresourceVerbs, verb)).map((verb): Operation => {
    const { method, id, description } = subresourceVerbs[verb]
    const head = { method, action: method, id: `${id}{}${suffix}` }
    const whose = verb === 'create' ? article(kind) : `the specified ${kind}`, words = `${description} ${subresource} of ${whose}`
    if (subresource === 'log') return { ...head, description: words, parameters: parametersOf('PodLogOptions'), answer: 'log' }
    const parameters = method === 'get' ? [] : method === 'patch' ? parametersOf('PatchOptions') : writeParameters
    return {
      ...head, description: words, parameters, answer: 'object',
      ...(method === 'get' ? {} : { body: method === 'patch' ? 'patch' : 'object' }),
    }
  })
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
