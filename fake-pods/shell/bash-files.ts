import type { IFileSystem } from 'just-bash'
import { normalPath } from '../files.ts'
import type { Files } from '../program.ts'

/** A container's files as just-bash wants them. Links and permissions are not simulated. */
export function bashFiles(files: Files): IFileSystem {
  const missing = (what: string, path: string) => new Error(`ENOENT: no such file or directory, ${what} '${path}'`)
  const read = (path: string) => {
    const data = files.read(path)
    if (data) return data
    throw files.list(path) ? new Error(`EISDIR: illegal operation on a directory, read '${path}'`) : missing('open', path)
  }
  const bytes = (content: string | Uint8Array, options?: unknown) => {
    if (typeof content !== 'string') return content
    const encoding = typeof options === 'string' ? options : (options as { encoding?: string } | undefined)?.encoding
    return Buffer.from(content, encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8')
  }
  const stat = (path: string) => {
    const data = files.read(path)
    if (!data && !files.list(path)) throw missing('stat', path)
    const kind = { isFile: data !== undefined, isDirectory: data === undefined, isSymbolicLink: false }
    return { ...kind, mode: data ? 0o644 : 0o755, size: data?.length ?? 0, mtime: new Date(0) }
  }
  const copy = (from: string, to: string) => {
    const data = files.read(from)
    if (data) return files.write(to, data)
    for (const name of files.list(from) ?? []) copy(`${from}/${name}`, `${to}/${name}`)
  }
  const unsupported = (what: string) => { throw new Error(`${what} is not simulated`) }
  return {
    readFile: async (path, options) => {
      const encoding = typeof options === 'string' ? options : options?.encoding
      return Buffer.from(read(path)).toString(encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8')
    },
    readFileBuffer: async path => read(path),
    writeFile: async (path, content, options) => files.write(path, bytes(content, options)),
    appendFile: async (path, content, options) =>
      files.write(path, Buffer.concat([files.read(path) ?? new Uint8Array(), bytes(content, options)])),
    exists: async path => files.read(path) !== undefined || files.list(path) !== undefined,
    stat: async path => stat(path),
    lstat: async path => stat(path),
    mkdir: async (path, options) => {
      if (!options?.recursive && files.list(path)) throw new Error(`EEXIST: file already exists, mkdir '${path}'`)
      files.makeFolder(normalPath(path))
    },
    readdir: async path => files.list(path) ?? (() => { throw missing('scandir', path) })(),
    rm: async (path, options) => {
      const names = files.list(path)
      if (names && names.length > 0 && !options?.recursive) throw new Error(`ENOTEMPTY: directory not empty, rm '${path}'`)
      if (!files.remove(path) && !options?.force) throw missing('rm', path)
    },
    cp: async (from, to) => { stat(from); copy(from, to) },
    mv: async (from, to) => { stat(from); copy(from, to); files.remove(from) },
    resolvePath: (base, path) => normalPath(path.startsWith('/') ? path : `${base}/${path}`),
    getAllPaths: () => [],
    chmod: async () => {},
    utimes: async () => {},
    symlink: async () => unsupported('a symbolic link'),
    link: async () => unsupported('a hard link'),
    readlink: async path => { throw missing('readlink', path) },
    realpath: async path => { stat(path); return normalPath(path) },
  }
}
