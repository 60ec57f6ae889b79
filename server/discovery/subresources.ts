import type { Kind } from '../../api/kind.ts'

/** What discovery says of one subresource, or of a resource that nothing stores. */
export interface SubresourceFacts {
  group: string
  plural: string
  /** Its last part: `log` of `pods/log`; '' for a resource of its own. */
  subresource: string
  /** What is sent and answered; without a group and version it is one of the parent's own. */
  kind: { group?: string; version?: string; kind: string }
  verbs: readonly string[]
}

/** What a resource that nothing stores says of itself besides. */
export interface ResourceFacts extends SubresourceFacts {
  version: string
  namespaced: boolean
  shortNames?: readonly string[]
}

/** A resource as the documents show it: a kind, or an action that is a resource of its own. */
export type ListedResource =
  Pick<Kind, 'group' | 'version' | 'kind' | 'plural' | 'singular' | 'namespaced' | 'shortNames' | 'categories' | 'storedAs'
    | 'storageVersion'>
  & Pick<Kind, 'subresources'> & { verbs?: readonly string[] }

/** The resources that actions are. */
export const resourcesOf = (actions: readonly ResourceFacts[]): ListedResource[] =>
  actions.filter(({ subresource }) => subresource === '')
    .map(({ kind, ...facts }) => ({ ...facts, kind: kind.kind, singular: kind.kind.toLowerCase() }))

const partOfObject = ['get', 'patch', 'update']

/** Parts of an object that have their own path and their own rule of what may change there; the verbs serve them. */
const partsOfObjects: readonly SubresourceFacts[] = [
  { group: '', plural: 'pods', subresource: 'ephemeralcontainers', kind: { kind: 'Pod' }, verbs: partOfObject },
  { group: '', plural: 'pods', subresource: 'resize', kind: { kind: 'Pod' }, verbs: partOfObject },
  {
    group: 'certificates.k8s.io', plural: 'certificatesigningrequests', subresource: 'approval',
    kind: { kind: 'CertificateSigningRequest' }, verbs: partOfObject,
  },
]

/** All subresources of a kind, by name: those of its own declaration, parts of the object, and the actions given. */
export function subresourcesOf(kind: ListedResource, actions: readonly SubresourceFacts[]): SubresourceFacts[] {
  const { group, plural } = kind
  const facts = [...partsOfObjects, ...actions]
    .filter(fact => fact.group === group && fact.plural === plural && fact.subresource !== '')
  if (kind.subresources?.status) {
    facts.push({ group, plural, subresource: 'status', kind: { kind: kind.kind }, verbs: partOfObject })
  }
  if (kind.subresources?.scale) {
    facts.push({ group, plural, subresource: 'scale', kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      verbs: partOfObject })
  }
  return facts.sort((a, b) => (a.subresource < b.subresource ? -1 : 1))
}
