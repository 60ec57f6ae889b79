// kubectl explain: every kind in every form, and fields at every depth, drawn from the real documents. PATHS=N takes about so many.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findKubectl } from '../../dist/find-kubectl.js'
import { ask, differences } from './pair.mjs'

const run = promisify(execFile)

/** The words of Quantity stand in no package: where they follow a field's own, only those are compared. */
const withoutQuantity = text => text.replace(/\s+Quantity is a fixed-point representation[^]*/, '').trimEnd()

/** Compares what is printed, line by line. */
export async function compare(pair, report) {
  const kubectl = process.env.KUBECTL ?? await findKubectl()
  const folder = mkdtempSync(path.join(tmpdir(), 'mimikube-compare-'))
  const said = async (side, name, command) => {
    const options = ['--kubeconfig', side.kubeconfig, '--cache-dir', path.join(folder, name)]
    const { stdout = '', stderr = '', code = 0 } = await run(kubectl, ['explain', ...command, ...options], { maxBuffer: 1 << 26 }).catch(error => error)
    return { stdout: withoutQuantity(stdout).split('\n'), stderr: stderr.split('\n'), code }
  }
  const left = await commands(pair.real)
  const worker = async () => {
    while (left.length) {
      const command = left.shift()
      const [real, ours] = await Promise.all([said(pair.real, 'real', command), said(pair.ours, 'ours', command)])
      report(command.join(' '), differences(real, ours))
    }
  }
  await Promise.all([1, 2, 3].map(worker))
  rmSync(folder, { recursive: true, force: true })
}

async function commands(side) {
  const { definitions } = JSON.parse((await ask(side, { path: '/openapi/v2' })).text)
  const { resources, versions } = await served(side)
  const all = []
  for (const { name, groupVersion, definition } of resources(definitions)) {
    const version = ['--api-version', groupVersion]
    all.push([name, ...version], [name, '--recursive', ...version], [name, '--output=plaintext-openapiv2', ...version])
    for (const field of fieldsOf(definitions, definition)) all.push([`${name}.${field}`, ...version])
  }
  const fields = all.filter(([name]) => name.includes('.')), every = Math.max(1, Math.floor(fields.length / Number(process.env.PATHS ?? 300)))
  const some = fields.filter((_, index) => index % every === 0)
  const forms = some.filter((_, index) => index % 5 === 0).flatMap(([name, ...rest]) => [[name, '--recursive', ...rest], [name, '--output=plaintext-openapiv2', ...rest]])
  return [...all.filter(([name]) => !name.includes('.')), ...some, ...forms, ...odd(versions)]
}

const odd = versions => [
  ['nope'], ['pods.nope'], ['pods.spec.nope.deeper'], ['pods.spec.containers.nope'], [], ['pods', 'services'], ['po'], ['deploy.spec.replicas.x'],
  ['deployments.apps'], ['deployments.v1.apps'], ['deployments/x'], ['hpa', '--api-version=autoscaling/v1'], ['ev', '--api-version=events.k8s.io/v1'],
  ['pods', '--api-version=nope/v1'], ['pods', '--api-version=apps/v1'], ['pods', '--output=nope'], ['pods.spec.'], ['.spec'], ['pods', '--recursive=nope'],
  ...versions.map(version => ['deployments', `--api-version=${version}`]),
]

async function served(side) {
  const { groups } = JSON.parse((await ask(side, { path: '/apis' })).text)
  const versions = ['v1', ...groups.flatMap(group => group.versions.map(({ groupVersion }) => groupVersion))]
  const lists = await Promise.all(versions.map(async groupVersion => {
    const { status, text } = await ask(side, { path: groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}` })
    // A server that an APIService names may not be there.
    return (status === 200 ? JSON.parse(text).resources : []).filter(({ name }) => !name.includes('/')).map(({ name, kind }) => ({ name, kind, groupVersion }))
  }))
  return { versions, resources: definitions => lists.flat().map(resource => ({ ...resource, definition: definitionOf(definitions, resource) })).filter(({ definition }) => definition) }
}

function definitionOf(definitions, { kind, groupVersion }) {
  const [version, group = ''] = groupVersion.split('/').toReversed()
  return Object.keys(definitions).find(name => definitions[name]['x-kubernetes-group-version-kind']
    ?.some(one => one.kind === kind && one.group === group && one.version === version))
}

/** Paths of fields, to a depth that schemas which hold themselves can't exceed. */
function fieldsOf(definitions, definition, prefix = '', depth = 0) {
  return Object.entries(definitions[definition].properties ?? {}).flatMap(([name, schema]) => {
    const ref = (schema.$ref ?? schema.items?.$ref ?? schema.additionalProperties?.$ref)?.slice('#/definitions/'.length)
    return [prefix + name, ...ref && depth < 5 ? fieldsOf(definitions, ref, `${prefix}${name}.`, depth + 1) : []]
  })
}
