import { existsSync } from 'node:fs'
import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import type { Document, YAMLMap, YAMLSeq } from 'yaml'
import { systemClock } from '../clock.ts'
import { Failure, isCode } from './failure.ts'

/** Our entries carry this, as minikube's do theirs, so that nothing is ever overwritten or removed that is somebody else's. */
const extension = { name: 'cluster_info', extension: { provider: 'mimikube' } }
const lists = ['clusters', 'contexts', 'users'] as const

export interface Credentials { server: string; caData: string; certificateData: string; keyData: string }

/** The file that kubectl itself would write to (client-go PathOptions.GetDefaultFilename). */
export function defaultKubeconfigFile(explicit?: string, env: NodeJS.ProcessEnv = process.env): string {
  if (explicit) return path.resolve(explicit)
  const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter(Boolean)
  if (listed.length === 0) return path.join(homedir(), '.kube', 'config')
  return path.resolve(listed.find(file => existsSync(file)) ?? listed.at(-1)!)
}

/** The address and the certificates that a cluster's own kubeconfig holds. */
export async function credentialsOf(kubeconfig: string): Promise<Credentials> {
  const { parse } = await import('yaml')
  const { clusters: [{ cluster }], users: [{ user }] } = parse(kubeconfig)
  return {
    server: cluster.server, caData: cluster['certificate-authority-data'],
    certificateData: user['client-certificate-data'], keyData: user['client-key-data'],
  }
}

/** Adds the context `name`, replacing what an earlier cluster of that name left, and makes it current. */
export async function mergeContext(file: string, name: string, credentials: Credentials): Promise<void> {
  const task = `write the context "${name}" to ${file}`
  await change(file, task, document => {
    for (const list of lists) {
      const there = find(document, list, name)
      if (there && !isOurs(document, name))
        throw new Failure(task, `it has an entry "${name}" under ${list} that mimikube did not make`,
          { hint: 'choose another --name or another --kubeconfig FILE' })
    }
    put(document, 'clusters', name, { cluster: {
      'certificate-authority-data': credentials.caData, extensions: [extension], server: credentials.server } })
    put(document, 'contexts', name, { context: { cluster: name, extensions: [extension], user: name } })
    put(document, 'users', name, { user: {
      'client-certificate-data': credentials.certificateData, 'client-key-data': credentials.keyData } })
    document.set('current-context', name)
    return true
  })
}

/** Takes the context out again and leaves all others as they are; when it was current, none is (as kind does). */
export async function removeContext(file: string, name: string): Promise<void> {
  if (!existsSync(file)) return
  await change(file, `remove the context "${name}" from ${file}`, document => {
    if (!isOurs(document, name)) return false
    for (const list of lists) {
      const items = document.get(list) as YAMLSeq<YAMLMap> | undefined
      if (items?.items) items.items = items.items.filter(item => item.get('name') !== name)
    }
    if (document.get('current-context') === name) document.set('current-context', '')
    return true
  })
}

/** The context that kubectl would use with this file alone. */
export async function currentContext(file: string): Promise<string | undefined> {
  const { parse } = await import('yaml')
  return parse(await readFile(file, 'utf8').catch(() => ''))?.['current-context'] || undefined
}

/** Fails like `mergeContext` would, before a cluster is started in vain. */
export async function checkKubeconfig(file: string): Promise<void> {
  await read(file, `use the kubeconfig ${file}`)
}

function find(document: Document, list: string, name: string): YAMLMap | undefined {
  return (document.get(list) as YAMLSeq<YAMLMap> | undefined)?.items?.find(item => item.get('name') === name)
}

function isOurs(document: Document, name: string): boolean {
  const value = find(document, 'clusters', name)?.toJSON() as { cluster?: { extensions?: (typeof extension)[] } } | undefined
  return Boolean(value?.cluster?.extensions?.some(item => item.extension?.provider === extension.extension.provider))
}

function put(document: Document, list: string, name: string, entry: object): void {
  const items = document.get(list) as YAMLSeq | undefined
  if (!items?.items) document.set(list, document.createNode([]))     // `clusters: null` is what kubectl leaves of the last one
  const node = document.createNode({ ...entry, name })
  const there = (document.get(list) as YAMLSeq<YAMLMap>).items
  const at = there.findIndex(item => item.get('name') === name)
  there.splice(at < 0 ? there.length : at, at < 0 ? 0 : 1, node as YAMLMap)
}

async function read(file: string, task: string): Promise<Document> {
  const { Document, isMap, isSeq, parseDocument } = await import('yaml')
  const text = await readFile(file, 'utf8').catch(error => {
    if (isCode(error, 'ENOENT')) return ''
    throw new Failure(task, `it can't be read (${error.code ?? error.message})`, { cause: error })
  })
  if (!text.trim()) return new Document({ apiVersion: 'v1', kind: 'Config', preferences: {} })
  const document = parseDocument(text)
  const hint = 'mend the file, or choose another with --kubeconfig FILE'
  if (document.errors.length) throw new Failure(task, `it is no valid YAML (${document.errors[0].message.split('\n')[0]})`, { hint })
  if (!isMap(document.contents)) throw new Failure(task, 'it is no kubeconfig', { hint })
  for (const list of lists) {
    const value = document.get(list)
    if (value != null && !(isSeq(value) && value.items.every(isMap))) throw new Failure(task, `its ${list} are no list of entries`, { hint })
  }
  return document
}

/** Reads, changes and writes the file under kubectl's own lock, and swaps the new text in whole. */
async function change(file: string, task: string, edit: (document: Document) => boolean): Promise<void> {
  const target = await realpath(file).catch(() => file)      // a link stays a link
  await mkdir(path.dirname(target), { recursive: true, mode: 0o755 })
  const unlock = await lock(target, task)
  try {
    const document = await read(target, task)
    if (!edit(document)) return
    const mode = await stat(target).then(found => found.mode & 0o777, () => 0o600)
    const draft = `${target}.mimikube.${process.pid}`
    await writeFile(draft, document.toString({ lineWidth: 0 }), { mode })
    await rename(draft, target)
  } finally {
    await unlock()
  }
}

/** client-go's lock: a file `FILE.lock` that is created exclusively. client-go gives up at once; we wait a while. */
async function lock(file: string, task: string): Promise<() => Promise<void>> {
  const lockFile = `${file}.lock`
  const clock = systemClock()
  for (let attempt = 0; ; attempt++) {
    try {
      await (await open(lockFile, 'wx', 0o600)).close()
      return () => rm(lockFile, { force: true })
    } catch (error) {
      if (!isCode(error, 'EEXIST'))
        throw new Failure(task, `${lockFile} can't be made (${(error as NodeJS.ErrnoException).code})`, { cause: error })
      if (attempt >= 100)
        throw new Failure(task, `${lockFile} is there for 5 seconds already`, { hint: `remove it if no kubectl is changing the file` })
      await clock.sleep(50)
    }
  }
}
