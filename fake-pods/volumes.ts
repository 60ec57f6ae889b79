import type {
  ConfigMapProjection, Container, KeyToPath, Pod, SecretProjection, Volume, VolumeProjection,
} from '../api/schema/generated/types.ts'
import type { ClusterObjects } from './cluster-objects.ts'
import { ConfigError } from './config-error.ts'
import { fieldValue, resourceValue, type PodFacts } from './downward-api.ts'
import { expand } from './expand.ts'
import { memoryTree, normalPath, type FileTree, type Mount } from './files.ts'

/** Why a volume can't be set up: the message after `MountVolume.SetUp failed for volume …`. */
export class MountError extends Error {
  readonly volume: string
  constructor(volume: string, message: string) {
    super(message)
    this.volume = volume
  }
}

/** Files by their path in the volume. They are made anew at every read, so that they follow the objects they come from. */
type Project = () => Map<string, Uint8Array>

/** A pod's volumes, ready to be mounted. */
export type Volumes = ReadonlyMap<string, FileTree>

/**
 * Sets up the volumes of a pod; throws a MountError for the first that can't be. ConfigMaps, Secrets and fields of the pod
 * show their present content; a kubelet would take up to a minute to bring them up to date.
 */
export function setUpVolumes(pod: () => Readonly<Pod>, objects: ClusterObjects, facts: PodFacts): Volumes {
  const trees = new Map<string, FileTree>()
  for (const volume of pod().spec?.volumes ?? []) {
    try {
      trees.set(volume.name, treeOf(volume, pod, objects, facts))
    } catch (error) {
      throw error instanceof ConfigError ? new MountError(volume.name, error.message) : error
    }
  }
  return trees
}

function treeOf(volume: Volume, pod: () => Readonly<Pod>, objects: ClusterObjects, facts: PodFacts): FileTree {
  const { configMap, secret, projected, downwardAPI } = volume
  const source: VolumeProjection | undefined = configMap ? { configMap }
    : secret ? { secret: { name: secret.secretName, items: secret.items, optional: secret.optional } }
      : downwardAPI ? { downwardAPI } : undefined
  const sources = source ? [source] : projected?.sources
  // Persistent claims and host paths are given an empty folder of their own: nothing outside the process is read or written.
  if (!sources) return memoryTree()
  const project: Project = () => {
    const files = new Map<string, Uint8Array>()
    for (const each of sources) for (const [path, data] of filesOf(each, pod(), objects, facts)) files.set(normalPath(path), data)
    return files
  }
  project()
  return projectedTree(project)
}

function filesOf(
  source: VolumeProjection, pod: Readonly<Pod>, objects: ClusterObjects, facts: PodFacts,
): Iterable<[string, Uint8Array]> {
  const namespace = pod.metadata.namespace!
  if (source.configMap) {
    const found = objects.configMap(namespace, source.configMap.name!)
    if (!found && !source.configMap.optional) throw new ConfigError(`configmap "${source.configMap.name}" not found`)
    const data = new Map<string, Uint8Array>()
    for (const [key, value] of Object.entries(found?.data ?? {})) data.set(key, Buffer.from(value))
    for (const [key, value] of Object.entries(found?.binaryData ?? {})) data.set(key, Buffer.from(value, 'base64'))
    return chosen(data, source.configMap, key => `configmap references non-existent config key: ${key}`)
  }
  if (source.secret) {
    const found = objects.secret(namespace, source.secret.name!)
    if (!found && !source.secret.optional) throw new ConfigError(`secret "${source.secret.name}" not found`)
    const data = new Map<string, Uint8Array>()
    for (const [key, value] of Object.entries(found?.data ?? {})) data.set(key, Buffer.from(value, 'base64'))
    return chosen(data, source.secret, key => `references non-existent secret key: ${key}`)
  }
  return (source.downwardAPI?.items ?? []).map(({ path, fieldRef, resourceFieldRef }) => {
    const value = fieldRef ? fieldValue(pod, fieldRef.fieldPath, facts)
      : resourceFieldRef ? resourceValue(pod, pod.spec!.containers[0], resourceFieldRef, facts) : ''
    return [path, Buffer.from(value)]
  })
}

function chosen(data: Map<string, Uint8Array>, { items, optional }: ConfigMapProjection | SecretProjection,
  complaint: (key: string) => string): Iterable<[string, Uint8Array]> {
  if (!items || items.length === 0) return data
  return items.flatMap(({ key, path }: KeyToPath): [string, Uint8Array][] => {
    const value = data.get(key)
    if (!value && !optional) throw new ConfigError(complaint(key))
    return value ? [[path, value]] : []
  })
}

/** Read-only files that are computed when they are read. An object that went missing leaves the last content in place. */
function projectedTree(project: Project): FileTree {
  let last = new Map<string, Uint8Array>()
  const now = () => {
    try { last = project() } catch (error) { if (!(error instanceof ConfigError)) throw error }
    return last
  }
  return {
    read: path => now().get(path),
    list(path) {
      const prefix = path === '/' ? '/' : path + '/'
      const below = [...now().keys()].filter(each => each.startsWith(prefix))
      const names = new Set(below.map(each => each.slice(prefix.length).split('/')[0]))
      return names.size > 0 || path === '/' ? [...names].sort() : undefined
    },
  }
}

/** Where a container sees the volumes. A subPath of projected files is a copy, as a bind mount of one version of them is. */
export function mountsOf(container: Container, volumes: Volumes, env: Readonly<Record<string, string>>): Mount[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, subPath, subPathExpr, readOnly = false }) => {
    const tree = volumes.get(name)
    if (!tree) return []
    const below = subPathExpr ? expand(subPathExpr, key => env[key]) : subPath
    return [{ path: mountPath, tree: below ? subTree(tree, normalPath(below)) : tree, readOnly: readOnly || !tree.write }]
  })
}

function subTree(tree: FileTree, base: string): FileTree {
  const file = tree.write ? undefined : tree.read(base)
  if (file) return { read: path => (path === '/' ? file : undefined), list: () => undefined }
  const at = (path: string) => (path === '/' ? base : base + path)
  tree.makeFolder?.(base)
  return {
    read: path => tree.read(at(path)),
    list: path => tree.list(at(path)),
    ...(tree.write ? { write: (path: string, data: Uint8Array) => tree.write!(at(path), data) } : {}),
    ...(tree.makeFolder ? { makeFolder: (path: string) => tree.makeFolder!(at(path)) } : {}),
    ...(tree.remove ? { remove: (path: string) => tree.remove!(at(path)) } : {}),
  }
}
