// The OpenAPI documents, version 3 by group version and version 2: every definition, every operation, and what stands around them.
import { ask, differences } from './pair.mjs'

/** Compares all documents of both servers; a definition or the operations of a path are one comparison. */
export async function compare(pair, report) {
  const get = async (path, headers = {}) => {
    const [real, ours] = await Promise.all([ask(pair.real, { path, headers }), ask(pair.ours, { path, headers })])
    return { real: parse(real.text), ours: parse(ours.text), answers: { real, ours } }
  }
  const index = await get('/openapi/v3')
  const names = side => Object.keys(side.paths).map(name => `${name} ${/^[^?]*\?hash=[0-9A-F]{128}$/.test(side.paths[name].serverRelativeURL)}`)
  report('v3 index', differences(names(index.real), names(index.ours)))
  for (const name of Object.keys(index.real.paths).filter(name => Object.hasOwn(index.ours.paths, name))) {
    compareDocument(report, `v3 ${name}`, await get(`/openapi/v3/${name}`))
  }
  compareDocument(report, 'v2', await get('/openapi/v2'))
}

const parse = text => { try { return JSON.parse(text) } catch { return text } }

function compareDocument(report, title, { real, ours, answers }) {
  const headers = ({ headers: sent, status }) => ({ status, type: sent['content-type'], vary: sent.vary, etag: /^"[0-9A-F]{128}"$/.test(sent.etag) })
  report(`${title} headers`, differences(headers(answers.real), headers(answers.ours)))
  if (typeof real !== 'object' || typeof ours !== 'object') { report(title, differences(real, ours)); return }
  const { paths, components, definitions, ...rest } = real, { paths: ownPaths, components: ownComponents, definitions: ownDefinitions, ...ownRest } = ours
  report(`${title} rest`, differences(rest, ownRest))
  const { schemas = definitions, ...marks } = components ?? {}, { schemas: ownSchemas = ownDefinitions, ...ownMarks } = ownComponents ?? {}
  report(`${title} components`, differences(marks, ownMarks))
  compareEach(report, `${title} schema`, schemas ?? {}, ownSchemas ?? {})
  compareEach(report, `${title} path`, paths ?? {}, ownPaths ?? {})
}

function compareEach(report, title, real, ours) {
  for (const name of new Set([...Object.keys(real), ...Object.keys(ours)])) {
    if (!Object.hasOwn(ours, name)) report(`${title} ${name}`, ['is missing'])
    else if (!Object.hasOwn(real, name)) report(`${title} ${name}`, ['is ours alone'])
    else report(`${title} ${name}`, [...differences(real[name], ours[name]), ...order(real[name], ours[name])])
  }
}

/** Whether the keys stand in the same order all the way down; of a group version kind, the aggregator and its servers differ themselves. */
function order(real, ours, path = '') {
  if (typeof real !== 'object' || real === null || typeof ours !== 'object' || ours === null) return []
  if (path.endsWith('/x-kubernetes-group-version-kind')) return []
  const keys = Object.keys(real), own = Object.keys(ours).filter(key => Object.hasOwn(real, key))
  const common = keys.filter(key => Object.hasOwn(ours, key))
  if (common.join() !== own.join()) return [`${path}: order of keys: - ${common.join()} + ${own.join()}`]
  return common.flatMap(key => order(real[key], ours[key], `${path}/${key}`))
}
