import { spawn } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlPath, temporaryFolder, withoutKubectl } from '../support/kubectl.ts'
import { nodeAddress } from '../support/node-address.ts'
import { run } from '../support/run.ts'

// What the README shows is true: its console blocks are typed into a shell and compared, its example is run.

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = await readFile(path.join(root, 'README.md'), 'utf8')
const blocks = (language: string) => [...readme.matchAll(new RegExp('^```' + language + '\\n([\\s\\S]*?)^```$', 'gm'))].map(match => match[1])

/** Whatever else listens on port 30000 of this machine must not matter. */
const address = nodeAddress()

/** What differs from run to run, and the notice that the usual port is taken. */
const masked = (text: string) => text
  .replace(/^ ! Port 6443 is taken .*\n/m, '')
  .replace(/after [\d.]+ s/g, 'after <time>').replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
  .replace(/(hello|user-service)-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, '$1-<pod>').replace(/\b\d+s\b/g, '<age>')
  .split('\n').map(line => line.trim().replace(/ {2,}/g, '  ')).join('\n').trim()

interface Step { command: string; output: string }
function steps(block: string): Step[] {
  const found: Step[] = []
  for (const line of block.split('\n')) {
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), output: '' })
    else found.at(-1)!.output += line + '\n'
  }
  return found
}

let home: Awaited<ReturnType<typeof temporaryFolder>>, env: NodeJS.ProcessEnv
beforeAll(async () => {
  home = await temporaryFolder('readme')
  const bin = path.join(home.path, 'bin')
  await mkdir(bin)
  if (kubectlPath) await symlink(kubectlPath, path.join(bin, 'kubectl'))
  // npx takes a second to find what it is asked for: `npx .` is this
  await writeFile(path.join(bin, 'npx'), `#!/bin/sh\n[ "$1" = . ] && shift && exec "${process.execPath}" "${root}dist/cli.js" "$@"\n`, { mode: 0o755 })
  env = { ...process.env, HOME: home.path, XDG_STATE_HOME: path.join(home.path, 'state'), KUBECONFIG: '', PATH: `${bin}${path.delimiter}${process.env.PATH}` }
})
afterAll(async () => {
  await run(process.execPath, [path.join(root, 'dist/cli.js'), 'stop'], { env })
  await home.remove()
})

/** Types the commands into one shell and gives back what each wrote, by a line that parts them. */
async function typed(commands: string[]): Promise<string[]> {
  const line = '--- next ---'
  const child = spawn('bash', [], { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => { output += text })
  child.stdin.end(commands.map(command => `${command} 2>&1\necho '${line}'`).join('\n') + '\n')
  await new Promise(resolve => child.once('close', resolve))
  return output.split(`${line}\n`).slice(0, -1)
}

describe.skipIf(withoutKubectl)('the README', () => {
  test.each(blocks('console').map((block, index) => [index + 1, block] as const))('shows in console block %i what happens', async (_index, block) => {
    const shown = steps(block)
    const outputs = await typed(shown.map(step => step.command.replace('. start', `. start --node-address ${address}`).replace('127.0.0.1:30000', `${address}:30000`)))
    const real = shown.map(({ command }, index) => ({ command, output: masked(outputs[index].replaceAll(home.path, '~')) }))
    expect(real).toEqual(shown.map(({ command, output }) => ({ command, output: masked(output) })))
  }, 60_000)
})

test('the example of the README runs', async () => {
  const file = path.join(home.path, 'example.mjs')
  const [example] = blocks('js')
  await writeFile(file, example.replace("from 'mimikube'", `from '${root}dist/index.js'`))
  expect(await run(process.execPath, [file], { cwd: home.path })).toMatchObject({ code: 0, stderr: '', stdout: 'mimikube listens: 127.0.0.1\n' })
})

test('the scripts that the README names exist', async () => {
  const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  for (const [, script] of readme.matchAll(/`npm run ([a-z:]+)/g)) expect(Object.keys(scripts)).toContain(script)
  expect(scripts.start).toContain('start --foreground')
})

test('the files that the documents link to exist', async () => {
  for (const document of ['README.md', 'docs/flow.md', 'docs/task-to-location.md', 'test/recorded/README.md']) {
    const text = await readFile(path.join(root, document), 'utf8')
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g))
      await expect(readFile(path.resolve(root, path.dirname(document), target)).catch(error => {
        if (error.code === 'EISDIR') return ''
        throw new Error(`${document} links to ${target}, which is not there`)
      })).resolves.toBeDefined()
  }
})
