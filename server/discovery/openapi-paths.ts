import { hasSchema, schemaByKind } from '../../api/schema/table.ts'
import type { DocumentedResource } from './openapi-operations.ts'
import { describeParameters, parametersIn, pretty, type Parameter } from './openapi-parameters.ts'
import { refTo, type Definitions, type GroupVersion, type Json } from './openapi-schemas.ts'
import type { SubresourceFacts } from './subresources.ts'

/** How an operation is written in OpenAPI, version 2 and 3 (kube-openapi, as Kubernetes 1.36 publishes it). */
export interface Operation {
  method: typeof methods[number]
  action: string
  /** `{}` stands for the group and version. */
  id: string
  description: string
  parameters: readonly Parameter[]
  body?: 'object' | 'patch' | 'options'
  answer: 'object' | 'list' | 'status' | 'watch' | 'text' | 'log'
}

/** In the order in which a path's operations are written. */
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const

/** The resource whose path it is, and the kind that is sent and answered there. */
export interface Target { resource: DocumentedResource; kind: SubresourceFacts['kind'] }

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
  'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]
export const encodings: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const streams = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']

/** The path and its operations. */
export function describePath(path: string, operations: readonly Operation[], target: Target, definitions: Definitions): Json {
  // What all operations of a path take stands at the path.
  const shared = operations[0].parameters.filter(parameter => operations.every(({ parameters }) => parameters.includes(parameter)))
  const item: Json = {}
  for (const operation of operations.toSorted((a, b) => methods.indexOf(a.method) - methods.indexOf(b.method))) {
    const parameters = operation.parameters.filter(parameter => !shared.includes(parameter))
    item[operation.method] = describeOperation({ ...operation, parameters }, target, definitions)
  }
  const atPath = [...parametersIn(path), ...shared, ...(operations[0].action === 'connect' ? [] : [pretty])]
  item.parameters = describeParameters(atPath, target.kind.kind, definitions)
  return item
}

function describeOperation(operation: Operation, target: Target, definitions: Definitions): Json {
  const { resource, kind } = target
  const { group = resource.group, version = resource.version } = kind
  const schema = bodySchema(operation, target, definitions)
  return writeOperation(definitions, {
    tag: operationTag(resource), description: operation.description, id: operation.id.replace('{}', operationGroup(resource)),
    takes: operation.body === 'patch' ? patchTypes : ['*/*'], gives: typesOf(operation),
    parameters: operation.parameters, name: kind.kind,
    body: schema && { schema, required: operation.body !== 'options' },
    codes: codesOf(operation), answer: answerSchema(operation, target, definitions),
    // A map in version 2, so in the order of its keys; a struct in version 3.
    marks: { 'x-kubernetes-action': operation.action, 'x-kubernetes-group-version-kind':
      definitions.version === 'v2' ? { group, kind: kind.kind, version } : { group, version, kind: kind.kind } },
  })
}

/** All that is said of an operation, in any version. */
export interface OperationFacts {
  tag: string
  description: string
  id: string
  /** Content types; without the first nothing is said of what is taken. */
  takes?: readonly string[]
  gives: readonly string[]
  parameters?: readonly Parameter[]
  name?: string
  body?: { schema: Json; required: boolean }
  codes?: readonly string[]
  answer: Json
  marks?: Json
}

export function writeOperation(definitions: Definitions, facts: OperationFacts): Json {
  const { tag, description, id, takes, gives, parameters = [], name = '', body, codes = ['200'], answer, marks = {} } = facts
  const responses = (content: Json): Json => ({
    ...Object.fromEntries(codes.map(code => [code, { description: codeNames[code], ...content }])),
    401: { description: 'Unauthorized' },
  })
  if (definitions.version === 'v2') {
    const inBody = body && { name: 'body', in: 'body', ...(body.required ? { required: true } : {}), schema: body.schema }
    const written = describeParameters(parameters, name, definitions, inBody)
    return {
      description, ...(takes ? { consumes: takes } : {}), produces: gives, schemes: ['https'], tags: [tag], operationId: id,
      ...(written.length ? { parameters: written } : {}), responses: responses({ schema: answer }), ...marks,
    }
  }
  const written = describeParameters(parameters, name, definitions)
  return {
    tags: [tag], description, operationId: id, ...(written.length ? { parameters: written } : {}),
    ...(body ? { requestBody: { content: inTypes(takes ?? [], body.schema), ...(body.required ? { required: true } : {}) } } : {}),
    responses: responses({ content: inTypes(gives, answer) }), ...marks,
  }
}

const inTypes = (types: readonly string[], schema: Json): Json => Object.fromEntries(types.toSorted().map(type => [type, { schema }]))

function typesOf({ answer }: Operation): readonly string[] {
  switch (answer) {
    case 'text': return ['*/*']
    case 'log': return ['text/plain', ...encodings]
    case 'list': case 'watch': return [...encodings, ...streams]
    default: return encodings
  }
}

const codeNames: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }
function codesOf({ method, action }: Operation): string[] {
  if (action === 'connect') return ['200']
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
    case 'text': case 'log': return { type: 'string' }
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
