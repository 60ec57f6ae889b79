// Builds the client programs that need more than Node: client-go, the Python client, kube-rs and the fabric8 client. Without
// arguments all of them, else those named. That takes minutes and, the first time, the languages' package registries; with
// --offline no registry is asked, and what cached dependencies are enough for is built. What can't be built is said and passed
// over. The tests use what is ready and skip what is not.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
/** Outside the checkout, whose `npm ci` would take it away. */
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'mimikube', 'clients')
/** Of a build that asks no registry: it must not hold up CI. */
const offlineLimit = 5 * 60_000

const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
const onPath = tool => folders.some(folder => existsSync(path.join(folder, tool)))

/** Where a program is once it is built: the name says of which sources. */
function built(language, files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(path.join(here, language, file)))
  return path.join(cache, `${language}-${hash.digest('hex').slice(0, 12)}`)
}

const goFiles = readdirSync(path.join(here, 'go')).filter(file => /\.go$|^go\./.test(file)).sort()
const go = built('go', goFiles), python = built('python', ['requirements.txt'])
const rust = built('rust', ['Cargo.toml', 'src/main.rs', 'src/runtime.rs']), java = built('java', ['pom.xml', 'Client.java'])

/**
 * The programs: what of a toolchain each needs, where it is when it is built (`place`), how it is run, and how it is built into a
 * folder. `offline` takes what is cached.
 */
export const programs = [
  {
    name: 'client-go', language: 'go', tools: ['go'], place: go, command: [path.join(go, 'client')],
    build: (folder, { run, offline }) => run('go', ['build', '-p', '1', '-o', path.join(folder, 'client'), '.'], {
      cwd: path.join(here, 'go'), env: offline ? { GOPROXY: 'off' } : {} }),
  },
  {
    name: 'the Python client', language: 'python', tools: ['python3'], place: python,
    command: [path.join(python, 'bin', 'python'), path.join(here, 'python', 'client.py')],
    // A virtual environment knows where it is: it is made in its place. pip can't install from its cache alone.
    build: (folder, { run, offline }) => !offline && run('python3', ['-m', 'venv', folder])
      && run(path.join(folder, 'bin', 'pip'), ['install', '-q', '-r', path.join(here, 'python', 'requirements.txt')]),
  },
  {
    name: 'kube-rs', language: 'rust', tools: ['cargo'], place: rust, command: [path.join(rust, 'client')],
    build(folder, { run, offline }) {
      const target = path.join(cache, 'cargo'), cwd = path.join(here, 'rust')
      const args = ['build', '-q', '-j1', ...offline ? ['--offline'] : []]
      const done = run('cargo', args, { cwd, env: { CARGO_TARGET_DIR: target } })
      if (done) cpSync(path.join(target, 'debug', 'client'), path.join(folder, 'client'))
      return done
    },
  },
  {
    name: 'the fabric8 client', language: 'java', tools: ['mvn', 'javac', 'java'], place: java,
    command: ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp',
      `${path.join(java, 'lib', '*')}${path.delimiter}${path.join(java, 'classes')}`, 'Client'],
    build: (folder, { run, offline }) => run('mvn', [...offline ? ['-o'] : [], '-q', '-B', 'dependency:copy-dependencies',
      `-DoutputDirectory=${path.join(folder, 'lib')}`], { cwd: path.join(here, 'java') })
      && run('javac', ['-cp', path.join(folder, 'lib', '*'), '-d', path.join(folder, 'classes'),
        path.join(here, 'java', 'Client.java')]),
  },
]

/** Why a program can't be run here; undefined when it can. */
export function missing({ tools, language, place }) {
  const absent = tools.filter(tool => !onPath(tool))
  if (absent.length) return `no ${absent.join(', ')} on this machine`
  return existsSync(place) ? undefined : `not built: \`node test/clients/prepare.mjs ${language}\` does so`
}

function prepare(program, offline) {
  if (missing(program) === undefined || program.tools.some(tool => !onPath(tool))) return
  const { language, place } = program
  const draft = language === 'python' ? place : `${place}.new`
  const run = (tool, args, { cwd = here, env = {} } = {}) => {
    const { status, error, stderr } = spawnSync('nice', ['-n', '19', tool, ...args], {
      cwd, env: { ...process.env, ...env }, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'],
      timeout: offline ? offlineLimit : undefined,
    })
    if (status === 0) return true
    console.log(`${tool} ${args.slice(0, 4).join(' ')}: ${error?.message ?? stderr.trim().split('\n').slice(-3).join('\n')}`)
    return false
  }
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  if (!program.build(draft, { run, offline })) return rmSync(draft, { recursive: true, force: true })
  if (draft !== place) renameSync(draft, place)
  // What was built of older sources is used by nobody.
  for (const name of readdirSync(cache)) {
    const old = path.join(cache, name)
    if (name.startsWith(`${language}-`) && old !== place) rmSync(old, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const offline = process.argv.includes('--offline'), named = process.argv.slice(2).filter(word => !word.startsWith('--'))
  for (const program of programs.filter(({ language }) => named.length === 0 || named.includes(language))) {
    prepare(program, offline)
    console.log(`${program.name}: ${missing(program) ?? 'ready'}`)
  }
}
