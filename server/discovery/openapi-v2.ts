import type { Registry } from '../resources/registry.ts'
import { addPaths, pathRoot } from './openapi-operations.ts'
import { addResourceList, addRoot, rootNames } from './openapi-roots.ts'
import { byName, newDefinitions, settle, type Json } from './openapi-schemas.ts'
import {
  bearerToken, groupNames, groupVersions, noActions, openApiDocumentOf, openApiInfo, resourcesWithSchemas, type OpenApiDocument,
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

function describe(registry: Registry, actions: readonly ResourceFacts[]): Json {
  const resources = resourcesWithSchemas(registry, actions), served = groupVersions(registry, actions), paths: Json = {}
  const definitions = newDefinitions('v2', [...scheme, ...served.filter(({ group, version }) => !inScheme.has(`${group}/${version}`))])
  for (const name of [...rootNames, ...groupNames(served)]) addRoot(paths, name, definitions)
  for (const groupVersion of served) addResourceList(paths, pathRoot(groupVersion), groupVersion, definitions)
  for (const resource of resources) addPaths(paths, resource, subresourcesOf(resource, actions), definitions)
  const parameters = Object.fromEntries([...definitions.parameters.values()].map(({ name, parameter }) => [name, parameter]))
  return {
    swagger: '2.0', info: openApiInfo, paths: byName(paths), definitions: settle(definitions), parameters: byName(parameters),
    securityDefinitions: { BearerToken: { description: bearerToken.description, type: bearerToken.type, name: bearerToken.name, in: bearerToken.in } },
    security: [{ BearerToken: [] }],
  }
}

/** Every group version that kube-apiserver 1.36 knows, served or not: its DeleteOptions belong to each. */
const scheme = [
  'v1', 'admission.k8s.io/v1,v1beta1', 'admissionregistration.k8s.io/v1,v1alpha1,v1beta1', 'apiextensions.k8s.io/v1,v1beta1',
  'apiregistration.k8s.io/v1,v1beta1', 'apps/v1,v1beta1,v1beta2', 'authentication.k8s.io/v1,v1alpha1,v1beta1',
  'authorization.k8s.io/v1,v1beta1', 'autoscaling/v1,v2', 'batch/v1,v1beta1', 'certificates.k8s.io/v1,v1alpha1,v1beta1',
  'coordination.k8s.io/v1,v1alpha2,v1beta1', 'discovery.k8s.io/v1,v1beta1', 'events.k8s.io/v1,v1beta1', 'extensions/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1,v1beta1,v1beta2,v1beta3', 'imagepolicy.k8s.io/v1alpha1', 'internal.apiserver.k8s.io/v1alpha1',
  'networking.k8s.io/v1,v1beta1', 'node.k8s.io/v1,v1alpha1,v1beta1', 'policy/v1,v1beta1',
  'rbac.authorization.k8s.io/v1,v1alpha1,v1beta1', 'resource.k8s.io/v1,v1alpha3,v1beta1,v1beta2',
  'scheduling.k8s.io/v1,v1alpha2,v1beta1', 'storage.k8s.io/v1,v1alpha1,v1beta1', 'storagemigration.k8s.io/v1beta1',
].flatMap(line => {
  const [versions, group = ''] = line.split('/').toReversed()
  return versions.split(',').map(version => ({ group, version }))
})
const inScheme = new Set(scheme.map(({ group, version }) => `${group}/${version}`))
