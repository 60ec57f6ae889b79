import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { kubectlPath, kubectlWith } from '../support/kubectl.ts'
import { commandLine, type CommandLine } from './cli.ts'

let mimikube: CommandLine
beforeEach(async () => { mimikube = await commandLine() })
afterEach(() => mimikube.leave())

const contexts = async (file = mimikube.kubeconfig) => {
  const config = parse(await readFile(file, 'utf8'))
  return { names: (config.contexts ?? []).map((context: { name: string }) => context.name), current: config['current-context'] }
}
const taken: Server[] = []
afterEach(() => { for (const server of taken.splice(0)) server.close() })
const takePort = () => new Promise<number>(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  taken.push(server)
})

describe('a cluster in the background', () => {
  test('is there when start returns, and gone without a trace after stop', async () => {
    const started = await mimikube('start', '--port', '0')
    expect(started).toMatchObject({ code: 0, stderr: '' })
    expect(started.stdout).toMatch(/ ✓ Nodes are Ready after [\d.]+ s, the API server at https:\/\/127\.0\.0\.1:\d+\n ✓ Context "mimikube" is current/)
    expect(await contexts()).toEqual({ names: ['mimikube'], current: 'mimikube' })
    expect((await stat(path.join(mimikube.state, 'mimikube'))).mode & 0o777).toBe(0o700)
    for (const file of ['cluster.json', 'kubeconfig', 'cluster.log'])
      expect((await stat(path.join(mimikube.state, 'mimikube', file))).mode & 0o777, file).toBe(0o600)
    if (kubectlPath) {
      const nodes = await kubectlWith({ kubeconfig: mimikube.kubeconfig })('get', 'nodes', '--no-headers')
      expect(nodes.trimEnd().split('\n').map(line => line.split(/ +/).slice(0, 2))).toEqual(
        [['mimikube', 'Ready'], ['mimikube-m02', 'Ready'], ['mimikube-m03', 'Ready']])
    }
    const status = JSON.parse((await mimikube('status', '-o', 'json')).stdout)
    const stopped = await mimikube('stop')
    expect(stopped).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopped the cluster "mimikube"') })
    expect(await contexts()).toEqual({ names: [], current: '' })
    expect(existsSync(path.join(mimikube.state, 'mimikube'))).toBe(false)
    await expect(fetch(status.url)).rejects.toThrow()
  })

  test('started twice says that it runs already', async () => {
    await mimikube('start', '--port', '0')
    const { url } = JSON.parse((await mimikube('status', '-o', 'json')).stdout)
    expect(await mimikube('start')).toMatchObject({ code: 0, stdout: expect.stringContaining(`The cluster "mimikube" runs already: ${url}`) })
  })

  test('takes a free port and says so when its own is taken', async () => {
    const port = await takePort()
    const { stdout } = await mimikube('start', '--port', String(port))
    expect(stdout).toMatch(new RegExp(` ! Port ${port} is taken by another program: the API server listens on \\d+\n`))
    expect(await mimikube('status')).toMatchObject({ code: 0 })
  })

  test('takes a free port silently when asked for port 0', async () => {
    expect((await mimikube('start', '--port', '0')).stdout).not.toContain('taken')
  })

  test('runs beside another of another name, each with its own context', async () => {
    await mimikube('start', '--port', '0')
    await mimikube('start', '--port', '0', '--name', 'second', '--nodes', '1')
    expect(await contexts()).toEqual({ names: ['mimikube', 'second'], current: 'second' })
    const { stdout } = await mimikube('list')
    expect(stdout.split('\n').map(line => line.split(/ {3,}/).slice(0, 3))).toEqual(
      [['NAME', 'STATUS', 'NODES'], ['mimikube', 'Running', '3'], ['second', 'Running', '1'], ['']])
    await mimikube('stop', '--name', 'second')
    expect(await contexts()).toEqual({ names: ['mimikube'], current: '' })
    expect(await mimikube('status')).toMatchObject({ code: 0 })
  })

  test('that was killed is recognised, and start cleans up after it', async () => {
    await mimikube('start', '--port', '0')
    const { pid } = JSON.parse((await mimikube('status', '-o', 'json')).stdout)
    process.kill(pid, 'SIGKILL')
    expect(await mimikube('status')).toMatchObject({ code: 3, stdout: expect.stringContaining('ended without') })
    expect(await mimikube('ip')).toMatchObject({ code: 3, stderr: expect.stringContaining('is not running any more') })
    const again = await mimikube('start', '--port', '0')
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('had ended without being stopped: cleaning up') })
    expect((await contexts()).names).toEqual(['mimikube'])
  })

  test('whose process id belongs to another program by now counts as gone, and that program is left alone', async () => {
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    const folder = path.join(mimikube.state, 'mimikube')
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'cluster.json'), JSON.stringify({
      name: 'mimikube', pid: other.pid, control: { port: await takePort(), token: 'old' }, url: 'https://127.0.0.1:1', nodeAddress: '127.0.0.1',
      speed: '1', startedAt: '', version: '', kubeconfigFile: mimikube.kubeconfig }))
    taken.pop()!.close()
    expect(await mimikube('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining('was not running any more') })
    expect(other.exitCode).toBeNull()
    expect(other.kill()).toBe(true)
  })

  test('without nodes starts too', async () => {
    expect(await mimikube('start', '--port', '0', '--nodes', '0')).toMatchObject({ code: 0, stdout: expect.stringContaining('The control plane is ready') })
    expect(JSON.parse((await mimikube('status', '-o', 'json')).stdout).nodes).toEqual([])
  })

  test('is not started when the kubeconfig could not be written', async () => {
    await mkdir(path.dirname(mimikube.kubeconfig))
    await writeFile(mimikube.kubeconfig, 'clusters: [')
    const { code, stderr } = await mimikube('start', '--port', '0')
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Failed to .*: it is no valid YAML .*\nHint: mend the file/) })
    expect(await mimikube('status')).toMatchObject({ code: 3 })
  })

  test('writes to the file named with --kubeconfig and removes it from there', async () => {
    const file = path.join(mimikube.home, 'mine')
    await mimikube('start', '--port', '0', '--kubeconfig', 'mine')
    expect((await contexts(file)).current).toBe('mimikube')
    expect(existsSync(mimikube.kubeconfig)).toBe(false)
    await mimikube('stop')
    expect((await contexts(file)).names).toEqual([])
  })
})

describe('a cluster in the foreground', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('stops cleanly on %s and takes its context with it', async signal => {
    const child = spawn(process.execPath, [mimikube.main, 'start', '--foreground', '--port', '0'], { env: mimikube.env })
    let output = ''
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
    child.stderr.on('data', text => { output += text })
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', text => { output += text; if (output.includes('Ctrl+C stops the cluster')) resolve() })
      void ended.then(() => reject(new Error(output)))
    })
    expect(await contexts()).toEqual({ names: ['mimikube'], current: 'mimikube' })
    child.kill(signal)
    expect(await ended).toBe(0)
    expect(output).toContain('✓ Stopped')
    expect(await contexts()).toEqual({ names: [], current: '' })
    expect(existsSync(path.join(mimikube.state, 'mimikube'))).toBe(false)
  })
})

describe('commands', () => {
  test('ip, kubeconfig, logs and kubectl speak of the cluster', async () => {
    await mimikube('start', '--port', '0', '--node-address', '127.0.0.1')
    expect(await mimikube('ip')).toMatchObject({ code: 0, stdout: '127.0.0.1\n' })
    expect(parse((await mimikube('kubeconfig')).stdout).clusters[0].cluster.server).toMatch(/^https:/)
    expect(await mimikube('logs')).toMatchObject({ code: 0 })
    if (!kubectlPath) return
    expect(await mimikube('kubectl', '--', 'get', 'nodes', '-o', 'name')).toMatchObject({ code: 0, stdout: expect.stringContaining('node/mimikube-m02') })
    expect(await mimikube('kubectl', '--', 'get', 'pod', 'missing')).toMatchObject({ code: 1, stderr: expect.stringContaining('NotFound') })
  })

  test.skipIf(!kubectlPath)('logs -f goes on with what is logged and ends with the cluster', async () => {
    await mimikube('start', '--port', '0', '--speed', 'instant', '-v', '2')
    const child = spawn(process.execPath, [mimikube.main, 'logs', '-f'], { env: mimikube.env })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', text => { output += text })
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
    for (const name of ['first', 'later']) {
      await mimikube('kubectl', '--', 'get', 'pod', name)
      await expect.poll(() => output, { timeout: 10_000 }).toContain(`pods/${name}`)
    }
    await mimikube('stop')
    expect(await ended).toBe(0)
  })

  test('service prints the address of a node port', async () => {
    await mimikube('start', '--port', '0', '--speed', 'instant')
    expect(await mimikube('service', 'kubernetes', '--url')).toMatchObject({ code: 1, stderr: expect.stringContaining('it has no node port') })
    expect(await mimikube('service', 'missing', '--url')).toMatchObject({ code: 1, stderr: expect.stringContaining('there is none of that name') })
    if (!kubectlPath) return
    await mimikube('kubectl', '--', 'create', 'service', 'nodeport', 'web', '--tcp=80', '--node-port=30481')
    expect(await mimikube('service', 'web', '--url')).toMatchObject({ code: 0, stdout: 'http://127.0.0.1:30481\n' })
  })

  test('status names a node port that another program holds', async () => {
    const server = createServer().listen(30482, '127.0.0.1')
    taken.push(server)
    await mimikube('start', '--port', '0', '--speed', 'instant')
    if (!kubectlPath) return
    await mimikube('kubectl', '--', 'create', 'service', 'nodeport', 'web', '--tcp=80', '--node-port=30482')
    await expect.poll(async () => (await mimikube('status')).stdout, { timeout: 10_000 }).toMatch(/node port: .*30482/)
  })

  test.each([
    [['ip'], 3, 'there is no cluster "mimikube"'],
    [['stop'], 3, 'there is no such cluster'],
    [['logs'], 3, 'there is no such cluster'],
    [['start', '--name', '../evil'], 2, 'is no name for a cluster'],
    [['start', '--name', 'Upper'], 2, 'is no name for a cluster'],
    [['start', '--speed', 'fast'], 2, 'It must be a number above 0, or instant.'],
    [['start', '--nodes', '-1'], 2, 'It must be a whole number from 0 to 1000.'],
    [['start', '--node-address', 'localhost'], 2, 'is no IP address'],
    [['start', '--token-file', 'missing'], 1, "can't be read (there is none)"],
    [['stat'], 2, "unknown command 'stat'"],
  ])('%j ends with %i and says why', async (args, code, reason) => {
    expect(await mimikube(...args)).toMatchObject({ code, stderr: expect.stringContaining(reason) })
  })
})
