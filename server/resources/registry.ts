import { apiVersionOf, type Kind } from '../../api/kind.ts'

/** The kinds that are served right now, built-in and custom ones alike. */
export interface Registry {
  /** All, in the order they were added. */
  readonly kinds: readonly Kind[]
  find(group: string, version: string, plural: string): Kind | undefined
  byKind(apiVersion: string, kind: string): Kind | undefined
  hasGroup(group: string): boolean
  hasVersion(group: string, version: string): boolean
  add(kind: Kind): void
  remove(kind: Kind): void
  /** Counts changes, so that discovery documents can be built once per change. */
  readonly generation: number
}

export function createRegistry(builtIn: readonly Kind[]): Registry {
  const byResource = new Map<string, Kind>(), byKind = new Map<string, Kind>()
  let generation = 0
  const registry: Registry = {
    get kinds() { return [...byResource.values()] },
    find: (group, version, plural) => byResource.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => byKind.get(`${apiVersion}/${kind}`),
    hasGroup: group => [...byResource.values()].some(kind => kind.group === group),
    hasVersion: (group, version) => [...byResource.values()].some(kind => kind.group === group && kind.version === version),
    add(kind) {
      byResource.set(`${kind.group}/${kind.version}/${kind.plural}`, kind)
      byKind.set(`${apiVersionOf(kind)}/${kind.kind}`, kind)
      generation++
    },
    remove(kind) {
      byResource.delete(`${kind.group}/${kind.version}/${kind.plural}`)
      byKind.delete(`${apiVersionOf(kind)}/${kind.kind}`)
      generation++
    },
    get generation() { return generation },
  }
  for (const kind of builtIn) registry.add(kind)
  return registry
}
