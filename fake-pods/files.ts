import type { Files } from './program.ts'

/** What stands behind a mount path: a part of a file system that may be shared, read-only or made on the fly. */
export interface FileTree {
  read(path: string): Uint8Array | undefined
  list(path: string): string[] | undefined
  write?(path: string, data: Uint8Array): void
  makeFolder?(path: string): void
  remove?(path: string): boolean
}

/** No container may fill the memory of the process: the bytes one writable tree may hold. */
const mostBytes = 64 * 1024 * 1024

export class FileError extends Error {
  readonly code: string
  constructor(code: 'EROFS' | 'EISDIR' | 'ENOTDIR' | 'ENOSPC', message: string) {
    super(message)
    this.name = 'FileError'
    this.code = code
  }
}

/** `/a/./b//../c` as `/a/c`. */
export function normalPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return '/' + parts.join('/')
}

const parentOf = (path: string) => path.slice(0, Math.max(1, path.lastIndexOf('/')))
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** A writable tree in memory: a container's own layer, or an emptyDir. */
export function memoryTree(): FileTree {
  const files = new Map<string, Uint8Array>()
  const folders = new Map<string, Set<string>>([['/', new Set()]])
  let bytes = 0
  const makeFolder = (path: string) => {
    if (folders.has(path)) return
    if (files.has(path)) throw new FileError('ENOTDIR', `${path}: Not a directory`)
    makeFolder(parentOf(path))
    folders.set(path, new Set())
    folders.get(parentOf(path))!.add(nameOf(path))
  }
  const remove = (path: string): boolean => {
    const folder = folders.get(path)
    if (folder) {
      for (const name of [...folder].sort()) remove(`${path === '/' ? '' : path}/${name}`)
      if (path !== '/') folders.delete(path)
    } else if (!files.has(path)) return false
    bytes -= files.get(path)?.length ?? 0
    files.delete(path)
    if (path !== '/') folders.get(parentOf(path))?.delete(nameOf(path))
    return true
  }
  return {
    read: path => files.get(path),
    list: path => { const names = folders.get(path); return names && [...names].sort() },
    write(path, data) {
      if (folders.has(path)) throw new FileError('EISDIR', `${path}: Is a directory`)
      const grown = bytes + data.length - (files.get(path)?.length ?? 0)
      if (grown > mostBytes) throw new FileError('ENOSPC', `${path}: No space left on device`)
      makeFolder(parentOf(path))
      bytes = grown
      files.set(path, data)
      folders.get(parentOf(path))!.add(nameOf(path))
    },
    makeFolder, remove,
  }
}

export interface Mount { path: string; tree: FileTree; readOnly: boolean }

/** A container's file system: its own layer with the mounts over it, the longest mount path first. */
export function createFiles(mounts: readonly Mount[], layer: FileTree = memoryTree()): Files {
  const byLength = mounts.map(mount => ({ ...mount, path: normalPath(mount.path) })).sort((a, b) => b.path.length - a.path.length)
  const root: Mount = { path: '/', tree: layer, readOnly: false }
  const locate = (raw: string): { mount: Mount; path: string } => {
    const path = normalPath(raw)
    for (const mount of byLength) {
      if (path === mount.path) return { mount, path: '/' }
      if (mount.path === '/' || path.startsWith(mount.path + '/')) {
        return { mount, path: mount.path === '/' ? path : path.slice(mount.path.length) }
      }
    }
    return { mount: root, path }
  }
  const writable = (raw: string) => {
    const { mount, path } = locate(raw)
    if (mount.readOnly || !mount.tree.write) throw new FileError('EROFS', `${raw}: Read-only file system`)
    return { tree: mount.tree, path }
  }
  const encoder = new TextEncoder()
  return {
    read(raw) { const { mount, path } = locate(raw); return mount.tree.read(path) },
    write(raw, data) {
      const { tree, path } = writable(raw)
      tree.write!(path, typeof data === 'string' ? encoder.encode(data) : data)
    },
    list(raw) {
      const { mount, path } = locate(raw)
      const folder = normalPath(raw)
      const below = byLength.flatMap(other => {
        const prefix = folder === '/' ? '/' : folder + '/'
        return other.path !== folder && other.path.startsWith(prefix) ? [other.path.slice(prefix.length).split('/')[0]] : []
      })
      const own = mount.tree.list(path)
      if (!own && below.length === 0) return undefined
      return [...new Set([...(own ?? []), ...below])].sort()
    },
    makeFolder(raw) { const { tree, path } = writable(raw); tree.makeFolder?.(path) },
    remove(raw) { const { tree, path } = writable(raw); return tree.remove?.(path) ?? false },
  }
}
