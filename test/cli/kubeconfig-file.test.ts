import { existsSync } from 'node:fs'
import { lstat, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { currentContext, defaultKubeconfigFile, mergeContext, removeContext } from '../../cli/kubeconfig-file.ts'
import { temporaryFolder } from '../support/kubectl.ts'

const credentials = { server: 'https://127.0.0.1:6443', caData: 'Y2E=', certificateData: 'Y2VydA==', keyData: 'a2V5' }

const someoneElses = `# my clusters
apiVersion: v1
kind: Config
preferences: {}
clusters:
- cluster:
    server: https://prod.example.test
  name: prod # careful
contexts:
- context: {cluster: prod, user: prod, namespace: shop}
  name: prod
users:
- name: prod
  user:
    exec: {command: login, apiVersion: client.authentication.k8s.io/v1}
current-context: prod
`

let folder: Awaited<ReturnType<typeof temporaryFolder>>, file: string
beforeEach(async () => {
  folder = await temporaryFolder('kubeconfig')
  file = path.join(folder.path, 'config')
})
afterEach(() => folder.remove())

describe('merging a context', () => {
  test('makes the file, for its owner only, and the context current', async () => {
    await mergeContext(file, 'mimikube', credentials)
    const { clusters, contexts, users, 'current-context': current } = parse(await readFile(file, 'utf8'))
    expect(current).toBe('mimikube')
    expect(contexts[0]).toMatchObject({ name: 'mimikube', context: { cluster: 'mimikube', user: 'mimikube' } })
    expect(clusters[0]).toMatchObject({ name: 'mimikube', cluster: { server: credentials.server, 'certificate-authority-data': 'Y2E=' } })
    expect(users[0]).toMatchObject({ name: 'mimikube', user: { 'client-certificate-data': 'Y2VydA==', 'client-key-data': 'a2V5' } })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('leaves every other entry as it was, and the mode of the file', async () => {
    await writeFile(file, someoneElses, { mode: 0o640 })
    await mergeContext(file, 'mimikube', credentials)
    await removeContext(file, 'mimikube')
    const [before, after] = [parse(someoneElses), parse(await readFile(file, 'utf8'))]
    expect(after).toEqual({ ...before, 'current-context': '' })
    expect(await readFile(file, 'utf8')).toContain('# careful')
    expect((await stat(file)).mode & 0o777).toBe(0o640)
  })

  test('replaces what an earlier cluster of that name left', async () => {
    await mergeContext(file, 'mimikube', credentials)
    await mergeContext(file, 'mimikube', { ...credentials, server: 'https://127.0.0.1:7000' })
    const { clusters } = parse(await readFile(file, 'utf8'))
    expect(clusters.map((entry: { cluster: { server: string } }) => entry.cluster.server)).toEqual(['https://127.0.0.1:7000'])
  })

  test("refuses to overwrite a context that somebody else's tool made", async () => {
    await writeFile(file, someoneElses)
    await expect(mergeContext(file, 'prod', credentials)).rejects.toThrow('it has an entry "prod" under clusters that mimikube did not make')
    expect(await readFile(file, 'utf8')).toBe(someoneElses)
  })

  test('copes with the nulls that kubectl leaves where lists were', async () => {
    await writeFile(file, 'apiVersion: v1\nkind: Config\nclusters: null\ncontexts: null\nusers: null\ncurrent-context: ""\n')
    await mergeContext(file, 'mimikube', credentials)
    expect(await currentContext(file)).toBe('mimikube')
  })

  test('reads a kubeconfig that is JSON', async () => {
    await writeFile(file, JSON.stringify(parse(someoneElses)))
    await mergeContext(file, 'mimikube', credentials)
    expect(parse(await readFile(file, 'utf8')).contexts.map((entry: { name: string }) => entry.name)).toEqual(['prod', 'mimikube'])
  })

  test.each([
    ['no YAML', 'clusters: [', 'it is no valid YAML'],
    ['no map', '- a\n- b\n', 'it is no kubeconfig'],
    ['a text where a list belongs', 'clusters: many\n', 'its clusters are no list of entries'],
  ])('leaves a file alone that is %s', async (_what, text, reason) => {
    await writeFile(file, text)
    await expect(mergeContext(file, 'mimikube', credentials)).rejects.toThrow(reason)
    expect(await readFile(file, 'utf8')).toBe(text)
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  test('writes through a link and keeps it', async () => {
    const target = path.join(folder.path, 'elsewhere')
    await writeFile(target, someoneElses)
    await symlink(target, file)
    await mergeContext(file, 'mimikube', credentials)
    expect((await lstat(file)).isSymbolicLink()).toBe(true)
    expect(await currentContext(target)).toBe('mimikube')
  })

  test('waits while kubectl holds its lock', async () => {
    await writeFile(`${file}.lock`, '')
    const merging = mergeContext(file, 'mimikube', credentials)
    expect(existsSync(file)).toBe(false)
    await rm(`${file}.lock`)
    await merging
    expect(await currentContext(file)).toBe('mimikube')
  })

  test('loses nothing when many clusters start at once', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `cluster-${index}`)
    await Promise.all(names.map(name => mergeContext(file, name, credentials)))
    expect(parse(await readFile(file, 'utf8')).contexts.map((entry: { name: string }) => entry.name).sort()).toEqual(names)
  })
})

describe('removing a context', () => {
  test('keeps the current context when it is another', async () => {
    await mergeContext(file, 'one', credentials)
    await mergeContext(file, 'two', credentials)
    await removeContext(file, 'one')
    expect(await currentContext(file)).toBe('two')
  })

  test("leaves somebody else's context of the same name", async () => {
    await writeFile(file, someoneElses)
    await removeContext(file, 'prod')
    expect(await readFile(file, 'utf8')).toBe(someoneElses)
  })

  test('does nothing when the file is gone', async () => {
    await removeContext(file, 'mimikube')
    expect(existsSync(file)).toBe(false)
  })
})

describe('the file that is written', () => {
  test('is the one named, else the first of KUBECONFIG that exists, else its last', async () => {
    await mkdir(path.join(folder.path, 'b'))
    const [missing, there, last] = ['a', 'b', 'c'].map(name => path.join(folder.path, name))
    const env = { KUBECONFIG: [missing, there, last].join(path.delimiter) }
    expect(defaultKubeconfigFile('/named', env)).toBe('/named')
    expect(defaultKubeconfigFile(undefined, env)).toBe(there)
    expect(defaultKubeconfigFile(undefined, { KUBECONFIG: [missing, last].join(path.delimiter) })).toBe(last)
    expect(defaultKubeconfigFile(undefined, { KUBECONFIG: missing })).toBe(missing)
    expect(defaultKubeconfigFile(undefined, {})).toMatch(/\.kube.config$/)
  })
})
