// Makes dist/ from the sources. npm runs it on `npm ci` (prepare); the tests, the lab and the bench run it before they start.
//   node build/build.mjs            everything
//   node build/build.mjs --if-stale only when a source is newer than dist/
import { existsSync, readdirSync, statSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build as bundle } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = path.join(root, 'dist')

/** dist name → source: what a person runs, what users import, the process that keeps a cluster, and what our scripts share. */
const entries = {
  cli: 'cli/main.ts',
  index: 'index.ts',
  'cluster-process': 'cli/cluster-process.ts',
  'find-kubectl': 'cli/find-kubectl.ts',
}

/** Stays a package of its own: large, with files of its own, and loaded only when a pod runs a shell. */
const external = ['just-bash']

// ES modules rather than CommonJS: only so can esbuild load a package lazily by its names, and leave out what is unused.
const mainFields = ['module', 'main']
/** The ES module of a package that keeps it from Node. */
const alias = { yaml: path.join(root, 'node_modules/yaml/browser/index.js') }

const sourceFolders = ['api', 'client', 'server', 'controllers', 'fake-pods', 'cli', 'build']

/** Generated sources, in this order; each script writes only what it is named for. */
const generators = ['types.mjs', 'descriptions.mjs']

/**
 * A source may read a table that lies beside it with `new URL('./x.tsv', import.meta.url)`. In the bundle that address would
 * point elsewhere, so the file is copied to dist/data/ under its own path and the address follows.
 */
function dataFiles(folder, copied) {
  const address = /new URL\(\s*(['"])(\.\.?\/[^'"]+\.(?:tsv|json|txt|gz|bin|yaml))\1\s*,\s*import\.meta\.url\s*\)/g
  return {
    name: 'data-files',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes('node_modules')) return undefined
        const text = await readFile(file, 'utf8')
        if (!text.includes('import.meta.url')) return { contents: text, loader: 'ts' }
        const contents = text.replace(address, (_whole, _quote, relative) => {
          const from = path.resolve(path.dirname(file), relative)
          const to = path.join('data', path.relative(root, from))
          copied.set(from, path.join(folder, to))
          return `new URL(${JSON.stringify('./' + to.split(path.sep).join('/'))}, import.meta.url)`
        })
        return { contents, loader: 'ts' }
      })
    },
  }
}

/**
 * Builds beside dist/ and moves the files in, entries last, so that a cluster that is starting never sees half a build. With
 * `keep`, chunks of the build before stay: a cluster that runs from them may still load one.
 */
export async function build({ keep = false } = {}) {
  for (const generator of generators) {
    const file = path.join(root, 'build', generator)
    if (existsSync(file)) await import(pathToFileURL(file).href)
  }
  const folder = path.join(root, 'node_modules/.cache/mimikube', `dist.${process.pid}`)
  const copied = new Map()
  try {
    await bundle({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(path.join(root, source)))),
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.18',
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'linked',
      logLevel: 'error',
      external,
      alias,
      mainFields,
      // Packages that are CommonJS call `require` for Node's own modules.
      banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
      plugins: [dataFiles(folder, copied)],
    })
    for (const [from, to] of copied) {
      await mkdir(path.dirname(to), { recursive: true })
      await cp(from, to)
    }
    await moveIn(folder, keep)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function moveIn(folder, keep) {
  if (!existsSync(folder)) return
  const isEntry = file => file.slice(0, -'.js'.length) in entries
  const filesIn = where => readdirSync(where, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile()).map(entry => path.relative(where, path.join(entry.parentPath, entry.name)))
  const files = filesIn(folder).sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)))
  for (const file of files) {
    await mkdir(path.dirname(path.join(dist, file)), { recursive: true })
    await rename(path.join(folder, file), path.join(dist, file))
  }
  if (keep) return
  const old = filesIn(dist).filter(file => !files.includes(file) && !file.startsWith('types' + path.sep))
  for (const file of old) await rm(path.join(dist, file), { force: true })
}

function isStale() {
  const built = path.join(dist, 'cli.js')
  if (!existsSync(built)) return true
  const since = statSync(built).mtimeMs
  const newer = file => statSync(file).mtimeMs > since
  const newerIn = folder => readdirSync(folder, { recursive: true, withFileTypes: true })
    .some(entry => entry.isFile() && !entry.parentPath.includes('generated') && newer(path.join(entry.parentPath, entry.name)))
  return readdirSync(root).some(name => /\.(ts|json)$/.test(name) && newer(path.join(root, name)))
    || sourceFolders.some(folder => existsSync(path.join(root, folder)) && newerIn(path.join(root, folder)))
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const ifStale = process.argv.includes('--if-stale')
  if (!ifStale || isStale()) await build({ keep: ifStale })
}
