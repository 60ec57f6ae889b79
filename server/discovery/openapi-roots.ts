import { encodings, operationGroup, operationTag, writeOperation, type OperationFacts } from './openapi-paths.ts'
import { refTo, type Definitions, type GroupVersion, type Json } from './openapi-schemas.ts'
import { describeVersionInfo, versionInfoName } from './openapi-version.ts'

/** The paths of OpenAPI documents that are no resources: discovery, `/version`, and who signs tokens. */

const words = 'get service account issuer OpenID'
/** Documents of version 3 that have one path, which none of the others shares. */
const alone: Readonly<Record<string, Omit<OperationFacts, 'answer'>>> = {
  '.well-known/openid-configuration': {
    tag: 'WellKnown', description: `${words} configuration, also known as the 'OIDC discovery doc'`,
    id: 'getServiceAccountIssuerOpenIDConfiguration', gives: ['application/json'],
  },
  'openid/v1/jwks': {
    tag: 'openid', description: `${words} JSON Web Key Set (contains public token verification keys)`,
    id: 'getServiceAccountIssuerOpenIDKeyset', gives: ['application/jwk-set+json'],
  },
  version: {
    tag: 'version', description: 'get the version information for this server', id: 'getCodeVersion',
    takes: ['application/json'], gives: ['application/json'],
  },
}

/** Names of the documents that don't depend on what is served. */
export const rootNames: readonly string[] = ['api', 'apis', ...Object.keys(alone)]

/** Adds the path of `api`, `apis`, `apis/GROUP` or one of those that stand alone. */
export function addRoot(paths: Json, name: string, definitions: Definitions): void {
  if (Object.hasOwn(alone, name)) {
    const isVersion = name === 'version'
    if (isVersion) definitions.schemas.set(versionInfoName, describeVersionInfo(definitions.version))
    const answer = isVersion ? { $ref: `#/${definitions.version === 'v3' ? 'components/schemas' : 'definitions'}/${versionInfoName}` } : { type: 'string' }
    paths[`/${name}/`] = { get: writeOperation(definitions, { ...alone[name], answer }) }
    return
  }
  const group = name.split('/')[1]
  if (group) {
    const noVersion = { group, version: '' }
    addDiscovery(paths, name, definitions, operationTag(noVersion), `get${operationGroup(noVersion)}APIGroup`,
      'get information of a group', 'meta.v1.APIGroup')
  } else {
    const [tag, id, kind] = name === 'api' ? ['core', 'getCoreAPIVersions', 'APIVersions'] : ['apis', 'getAPIVersions', 'APIGroupList']
    addDiscovery(paths, name, definitions, tag, id, 'get available API versions', `meta.v1.${kind}`)
  }
}

/** Adds the path that lists the resources of a group version. */
export function addResourceList(paths: Json, root: string, groupVersion: GroupVersion, definitions: Definitions): void {
  addDiscovery(paths, root.slice(1), definitions, operationTag(groupVersion), `get${operationGroup(groupVersion)}APIResources`,
    'get available resources', 'meta.v1.APIResourceList')
}

function addDiscovery(paths: Json, name: string, definitions: Definitions, tag: string, id: string, description: string, kind: string): void {
  const facts = { tag, id, description, takes: encodings, gives: encodings, answer: refTo(definitions, kind) }
  paths[`/${name}/`] = { get: writeOperation(definitions, facts) }
}
