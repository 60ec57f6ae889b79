// Builds the client programs that need more than Node: the Go program of test/clients/go and a Python environment for
// test/clients/python. This needs the toolchains and, the first time, their package registries, and minutes; the tests use what
// is ready and skip what is not. What can't be built is said and passed over.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const cache = path.join(here, '..', '..', 'node_modules', '.cache', 'mimikube')
const fingerprint = (...files) => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(path.join(here, file)))
  return hash.digest('hex').slice(0, 12)
}

/** Where the programs are once they are built; the name says of which sources. */
export const goProgram = path.join(cache, `go-client-${fingerprint('go/main.go', 'go/go.mod', 'go/go.sum')}`)
export const python = path.join(cache, `python-client-${fingerprint('python/requirements.txt')}`, 'bin', 'python')

function run(program, args, cwd = here) {
  const { status, error, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'] })
  if (status === 0) return true
  console.log(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim().split('\n').slice(-3).join('\n')}`)
  return false
}

function prepare() {
  mkdirSync(cache, { recursive: true })
  if (!existsSync(goProgram)) {
    const built = run('go', ['build', '-o', `${goProgram}.new`, '.'], path.join(here, 'go'))
    if (built) renameSync(`${goProgram}.new`, goProgram)
  }
  if (!existsSync(python)) {
    const folder = path.dirname(path.dirname(python))
    const made = run('python3', ['-m', 'venv', `${folder}.new`])
      && run(path.join(`${folder}.new`, 'bin', 'python'),
        ['-m', 'pip', 'install', '-q', '-r', path.join(here, 'python', 'requirements.txt')])
    if (made) renameSync(`${folder}.new`, folder)
  }
  for (const [name, program] of [['Go', goProgram], ['Python', python]]) {
    console.log(`${name} client: ${existsSync(program) ? 'ready' : 'not built'}`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) prepare()
