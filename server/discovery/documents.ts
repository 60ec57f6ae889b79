import { createHash } from 'node:crypto'
import type { Verb } from '../../api/kind.ts'
import type { Registry } from '../resources/registry.ts'
import { resourcesOf, subresourcesOf, type ListedResource, type ResourceFacts } from './subresources.ts'
import { compareGroups, compareVersions } from './versions.ts'

/** The discovery documents, made from the kinds that are served. */

const allVerbs: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

export interface Served { registry: Registry; actions: readonly ResourceFacts[] }

const groupVersion = (group: string, version: string) => (group ? `${group}/${version}` : version)

/**
 * First 8 bytes of the hash of the stored type: equal for two resources that share a storage (apiserver, discovery,
 * storageversionhash).
 */
function storageVersionHash(listed: ListedResource): string {
  const { group, version, kind, storageVersion = version } = listed.storedAs?.kind ?? listed
  const hash = createHash('sha256').update(`${group}/${storageVersion}/${kind}`).digest()
  return hash.subarray(0, 8).toString('base64')
}

const isStored = (kind: ListedResource) => !kind.verbs || kind.verbs.includes('watch')
const byPlural = (a: ListedResource, b: ListedResource) => (a.plural < b.plural ? -1 : 1)

const allOf = ({ registry, actions }: Served): ListedResource[] => [...registry.kinds, ...resourcesOf(actions)]

function resourcesIn(served: Served, group: string, version: string): ListedResource[] {
  return allOf(served).filter(resource => resource.group === group && resource.version === version).sort(byPlural)
}

function versionsOf(served: Served, group: string): string[] {
  const versions = allOf(served).filter(resource => resource.group === group).map(({ version }) => version)
  return [...new Set(versions)].sort(compareVersions)
}

function groupsOf(served: Served): string[] {
  return [...new Set(allOf(served).map(({ group }) => group))].filter(group => group !== '').sort(compareGroups)
}

/** Every group and every `group/version` of which anything is served. */
export const servedGroups = (served: Served): Set<string> =>
  new Set(allOf(served).flatMap(({ group, version }) => [group, `${group}/${version}`]))

/** `GET /apis/GROUP/VERSION` and `GET /api/v1`. Upstream leaves the apiVersion out of the core group's. */
export function resourceList(served: Served, group: string, version: string): object {
  const resources = resourcesIn(served, group, version).flatMap(kind => [
    {
      name: kind.plural, singularName: kind.singular, namespaced: kind.namespaced, kind: kind.kind, verbs: kind.verbs ?? allVerbs,
      ...(kind.shortNames?.length ? { shortNames: kind.shortNames } : {}),
      ...(kind.categories?.length ? { categories: kind.categories } : {}),
      ...(isStored(kind) ? { storageVersionHash: storageVersionHash(kind) } : {}),
    },
    ...subresourcesOf(kind, served.actions).map(fact => ({
      name: `${kind.plural}/${fact.subresource}`, singularName: '', namespaced: kind.namespaced,
      ...(fact.kind.version ? { group: fact.kind.group, version: fact.kind.version } : {}),
      kind: fact.kind.kind, verbs: fact.verbs,
    })),
  ])
  const head = { kind: 'APIResourceList', ...(group ? { apiVersion: 'v1' } : {}) }
  return { ...head, groupVersion: groupVersion(group, version), resources }
}

function groupEntry(served: Served, group: string): object {
  const versions = versionsOf(served, group).map(version => ({ groupVersion: groupVersion(group, version), version }))
  return { name: group, versions, preferredVersion: versions[0] }
}

/** `GET /apis/GROUP`. */
export const groupDocument = (served: Served, group: string): object =>
  ({ kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(served, group) })

/** `GET /apis`. */
export const groupList = (served: Served): object =>
  ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(served).map(group => groupEntry(served, group)) })

/** `GET /api`; the address is where a client outside may reach this server. */
export const coreVersions = (served: Served, address: string): object => ({
  kind: 'APIVersions', versions: versionsOf(served, ''),
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
})

/** Aggregated discovery: all resources of all groups (of the core group for /api) in one document. */
export function aggregated(served: Served, root: 'api' | 'apis'): object {
  const groups = root === 'api' ? [''] : groupsOf(served)
  return {
    kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {},
    items: groups.map(group => ({
      metadata: group ? { name: group } : {},
      versions: versionsOf(served, group).map(version => ({
        version,
        resources: resourcesIn(served, group, version).map(kind => aggregatedResource(kind, served.actions)),
        freshness: 'Current',
      })),
    })),
  }
}

function aggregatedResource(kind: ListedResource, actions: readonly ResourceFacts[]): object {
  const subresources = subresourcesOf(kind, actions).map(fact => ({
    subresource: fact.subresource,
    responseKind: { group: fact.kind.group ?? '', version: fact.kind.version ?? '', kind: fact.kind.kind },
    verbs: fact.verbs,
  }))
  return {
    resource: kind.plural,
    // Empty means: those of the document's own group and version.
    responseKind: { group: '', version: '', kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs ?? allVerbs,
    ...(kind.shortNames?.length ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories?.length ? { categories: kind.categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  }
}

/** `GET /`: the paths that this server answers. */
export function rootPaths(served: Served, others: readonly string[]): object {
  const paths = new Set(['/api', '/apis', '/apis/', '/openapi/v2', '/openapi/v3', '/openapi/v3/', '/version', ...others])
  for (const version of versionsOf(served, '')) paths.add(`/api/${version}`)
  for (const group of groupsOf(served)) {
    paths.add(`/apis/${group}`)
    for (const version of versionsOf(served, group)) paths.add(`/apis/${group}/${version}`)
  }
  return { paths: [...paths].sort() }
}
