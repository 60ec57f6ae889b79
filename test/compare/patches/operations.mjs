// One operation after the other, drawn from a seed: what a client could send next, given the live object. Each is
// `{ text, method, suffix, query, type, body(live), manager }`; the body is made for each side from its own live object.

/** Numbers from a seed (mulberry32), with what is built on them. */
export function randomOf(seed) {
  let state = seed >>> 0
  const number = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = count => Math.floor(number() * count)
  return { number, below, chance: p => number() < p, pick: list => list[below(list.length)] }
}

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value)
const clone = value => structuredClone(value)

/** RFC 7386, but lists of keyed items are joined, so that parts add up to configurations. */
export function merge(into, from, joinLists = false) {
  if (joinLists && Array.isArray(into) && Array.isArray(from) && from.every(isObject)) {
    const keyed = [...into]
    for (const item of from) {
      const key = mergeKeyOf(item), at = key === undefined ? -1 : keyed.findIndex(other => isObject(other) && other[key] === item[key])
      if (at < 0) keyed.push(item)
      else keyed[at] = merge(keyed[at], item, joinLists)
    }
    return keyed
  }
  if (!isObject(into) || !isObject(from)) return clone(from)
  const result = { ...into }
  for (const [key, value] of Object.entries(from)) {
    if (value === null && !joinLists) delete result[key]
    else result[key] = merge(result[key], value, joinLists)
  }
  return result
}

const mergeKeys = ['name', 'containerPort', 'mountPath', 'port', 'type', 'ip', 'topologyKey', 'uid', 'key']
const mergeKeyOf = item => mergeKeys.find(key => isObject(item) && item[key] !== undefined)

const junk = [null, 7, -1, 1.5, 'text', '', true, [], {}, [null], ['x'], { a: 1 }, [{}], '500m', 80]

/** Every place of a value: `{ parent, key, value, path }`. */
function places(value, path = [], found = []) {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Object.keys(value)) {
    found.push({ parent: value, key, value: value[key], path: [...path, key] })
    places(value[key], [...path, key], found)
  }
  return found
}

/** Breaks one place of a value that is the caller's own. */
function spoil(random, value) {
  const all = places(value).filter(({ path }) => !(path.length === 1 && ['kind', 'apiVersion'].includes(path[0])))
  if (all.length === 0) return value
  const { parent, key, value: old } = random.pick(all)
  switch (random.below(5)) {
    case 0: if (isObject(old)) old.noSuchField = random.pick(junk); else parent[key] = random.pick(junk); break
    case 1: if (Array.isArray(old) && old.length) old.push(clone(random.pick(old))); else parent[key] = null; break
    case 2: if (Array.isArray(parent)) parent.splice(Number(key), 1); else delete parent[key]; break
    default: parent[key] = random.pick(junk)
  }
  return value
}

const metadataParts = [{ labels: { l: '1' } }, { labels: { l: '2', m: '1' } }, { annotations: { a: 'x' } }, { annotations: { a: 'y', b: 'z<&>' } }, { finalizers: ['example.com/f'] },
  { finalizers: ['example.com/g', 'example.com/f'] }, { ownerReferences: [{ apiVersion: 'nothing.example.com/v1', kind: 'Nothing', name: 'o', uid: 'u-1' }] },
  { ownerReferences: [{ apiVersion: 'nothing.example.com/v1', kind: 'Nothing', name: 'p', uid: 'u-2', controller: true }] }, { labels: {} }, { generateName: 'g-' }]

/** A partial object of the kind: some parts, some metadata. */
function partOf(random, kind, subresource) {
  const from = subresource === 'status' ? kind.status : kind.parts
  let part = {}
  for (let n = 1 + random.below(3); n > 0; n--) {
    const next = random.pick(from)
    part = merge(part, subresource === 'status' ? { status: next } : next, true)
  }
  if (random.chance(0.3)) part = merge(part, { metadata: random.pick(metadataParts) }, true)
  return clone(part)
}

const managers = ['one', 'two', 'three', 'kubectl', 'kubectl-client-side-apply', '']
const longManagers = ['m'.repeat(128), 'm'.repeat(129), 'mit Umlaut ä', 'tab\there']

/** Query parameters; most of them as most clients send them. */
function queryOf(random, apply) {
  const query = {}
  const manager = random.chance(0.02) ? random.pick(longManagers) : random.pick(managers)
  if (manager !== '' || (apply && random.chance(0.8))) query.fieldManager = manager || 'one'
  if (random.chance(0.07)) query.dryRun = random.chance(0.9) ? 'All' : 'Some'
  if (random.chance(0.1)) query.fieldValidation = random.pick(['Strict', 'Ignore', 'Warn', 'Other'])
  if (apply ? random.chance(0.4) : random.chance(0.01)) query.force = random.chance(0.9) ? 'true' : 'false'
  return query
}

export function drawOperation(random, kind, live, name) {
  const root = kind.versions && random.chance(0.4) ? random.pick(kind.versions) : kind.root
  const subresource = kind.status && random.chance(0.15) ? 'status' : kind.scale && random.chance(0.12) ? 'scale' : ''
  const verb = random.pick(['update', 'merge', 'merge', 'json', 'json', 'strategic', 'strategic', 'apply', 'apply', 'apply', 'apply'])
  const drawn = subresource === 'scale' ? scale(random, verb, live) : verbs[verb](random, kind, live, name, subresource, root)
  const query = queryOf(random, verb === 'apply')
  return { method: verb === 'update' ? 'PUT' : 'PATCH', root, suffix: subresource && `/${subresource}`, query, type: types[verb], verb, ...drawn }
}

const types = { update: 'application/json', merge: 'application/merge-patch+json', json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml' }
const apiVersionOf = root => root.replace('/apis/', '').replace('/api/', '')
const same = body => ({ body: () => body })

function scale(random, verb, live) {
  const replicas = random.pick([0, 0, 0, -1, 'x', null]), spec = random.chance(0.8) ? { replicas } : {}
  const whole = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: live.metadata?.name, ...random.chance(0.2) ? { labels: { no: 'way' } } : {} }, spec }
  if (verb === 'json') return same([{ op: random.pick(['replace', 'add', 'test', 'remove']), path: '/spec/replicas', value: replicas }])
  return same(verb === 'merge' || verb === 'strategic' ? { spec } : whole)
}

const verbs = {
  update(random, kind, live, name, subresource, root) {
    const part = random.chance(0.2) ? {} : partOf(random, kind, subresource)
    const how = random.pick(['merge', 'merge', 'join', 'spoil', 'no version', 'bare', 'wrong version', 'wrong uid', 'managed', 'managed', 'server fields'])
    const seed = random.below(1e9)
    return { text: how, body: own => {
      const next = merge(own, part, how === 'join'), again = randomOf(seed)
      Object.assign(next, { apiVersion: apiVersionOf(root), metadata: { ...next.metadata } })
      if (how === 'spoil') return spoil(again, clone(next))
      if (how === 'no version' || how === 'bare') delete next.metadata.resourceVersion
      if (how === 'bare') next.metadata = { name }
      if (how === 'wrong version') next.metadata.resourceVersion = again.pick(['1', 'abc', '0', '99999999999'])
      if (how === 'wrong uid') next.metadata.uid = 'wrong'
      if (how === 'managed') next.metadata.managedFields = managedEdit(again, next.metadata.managedFields)
      if (how === 'server fields') Object.assign(next.metadata, serverFields(again))
      return next
    } }
  },
  merge(random, kind, live, name, subresource) {
    let part = partOf(random, kind, subresource)
    const all = places(part)
    if (all.length && random.chance(0.35)) { const { parent, key } = random.pick(all); if (!Array.isArray(parent)) parent[key] = null }
    if (random.chance(0.15)) part = spoil(random, part)
    if (random.chance(0.06)) part = merge(part, { metadata: { managedFields: random.pick([[], [{}], null, [{ manager: 'x' }]]) } }, true)
    if (random.chance(0.06)) part = merge(part, { metadata: serverFields(random) }, true)
    if (random.chance(0.03)) part = random.pick([null, [], 'x', 5, {}])
    return same(part)
  },
  json(random, kind, live, name, subresource) {
    const paths = places(live).filter(({ path }) => path[1] !== 'managedFields' || path.length < 4)
    const values = places(partOf(random, kind, subresource)).map(({ value }) => value)
    const pointer = () => {
      const { path, value } = random.pick(paths), inSpec = random.chance(0.2) ? [] : path
      const text = inSpec.map(part => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
      switch (random.below(8)) {
        case 0: return `${text}/${random.pick(['-', '0', '99', '-1', 'new', 'a~1b', 'a~0b', '~', '', '01', '1e0'])}`
        case 1: return random.pick(['/metadata/labels', '/metadata/labels/x', '/metadata/annotations/a~1b', '/spec/replicas', '/data/z', '/nothing/here', '', '/', 'metadata', '/metadata/managedFields', '/metadata/resourceVersion', '/metadata/finalizers/-'])
        default: return Array.isArray(value) && random.chance(0.5) ? `${text}/-` : text
      }
    }
    const operations = Array.from({ length: 1 + random.below(3) }, () => {
      const op = random.pick(['add', 'add', 'replace', 'replace', 'remove', 'test', 'copy', 'move', random.chance(0.1) ? 'bogus' : 'test'])
      const path = pointer(), at = paths.find(({ path: parts }) => `/${parts.map(part => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}` === path)
      const masked = /^\/metadata\/(uid|resourceVersion|creationTimestamp|managedFields)/.test(path)
      const value = op === 'test' && at && !masked && random.chance(0.85) ? clone(at.value) : random.chance(0.6) && values.length ? clone(random.pick(values)) : random.pick(junk)
      return { op, path, ...op === 'copy' || op === 'move' ? { from: pointer() } : op === 'remove' ? {} : { value } }
    })
    if (random.chance(0.03)) delete operations[0][random.pick(['op', 'path', 'value', 'from'])]
    if (random.chance(0.03)) operations[0][random.pick(['op', 'path', 'extra'])] = random.pick(junk)
    return same(random.chance(0.03) ? random.pick([{}, null, [], 'x']) : operations)
  },
  strategic(random, kind, live, name, subresource) {
    let part = partOf(random, kind, subresource)
    if (random.chance(0.7)) direct(random, part)
    if (random.chance(0.1)) part = spoil(random, part)
    if (random.chance(0.03)) part = random.pick([null, [], 'x', {}])
    return same(part)
  },
  apply(random, kind, live, name, subresource, root) {
    let part = partOf(random, kind, subresource)
    if (random.chance(0.25)) part = merge(kind.base, part, true)
    const metadata = { ...part.metadata, ...random.chance(0.95) ? { name } : {}, ...live.metadata?.namespace && random.chance(0.5) ? { namespace: live.metadata.namespace } : {} }
    let applied = { apiVersion: apiVersionOf(root), kind: kind.kind, ...clone(part), metadata }
    if (random.chance(0.08)) applied = spoil(random, applied)
    const how = random.pick([...Array(14).fill(''), 'version', 'wrong version', 'wrong uid', 'managed', 'kind'])
    return { text: how, yaml: random.chance(0.2), body: own => {
      const next = clone(applied)
      if (!isObject(next.metadata)) return next
      if (how === 'version') next.metadata.resourceVersion = own.metadata?.resourceVersion
      if (how === 'wrong version') next.metadata.resourceVersion = '1'
      if (how === 'wrong uid') next.metadata.uid = 'wrong'
      if (how === 'managed') next.metadata.managedFields = own.metadata?.managedFields ?? []
      if (how === 'kind') next.kind = 'Other'
      return next
    } }
  },
}

const serverFields = random => random.pick([{ uid: 'other' }, { creationTimestamp: '2020-01-01T00:00:00Z' }, { creationTimestamp: null }, { generation: 77 }, { generation: 1 }, { selfLink: '/x' }, { deletionTimestamp: '2020-01-01T00:00:00Z' },
  { deletionGracePeriodSeconds: 3 }, { name: 'other' }, { namespace: 'other' }, { uid: '' }, { generateName: 'x-' }, { resourceVersion: '' }, { resourceVersion: '0' }])

function managedEdit(random, entries = []) {
  const some = entries.filter(() => random.chance(0.6)), entry = { manager: 'byhand', operation: 'Apply', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:l': {} } } } }
  return random.pick([[], [{}], some, some, [...entries, entry], [...entries, { ...entry, operation: 'Update' }], [...entries, { ...entry, operation: 'Delete' }], [...entries, { ...entry, fieldsType: '' }],
    [...entries, { ...entry, fieldsType: 'FieldsV2' }], [...entries, { ...entry, apiVersion: '' }], [...entries, { ...entry, fieldsV1: { 'x:y': {} } }], [...entries, { ...entry, fieldsV1: { bad: {} } }], [...entries, { ...entry, apiVersion: 'nothing/v9' }],
    entries.map(old => ({ ...old, manager: `${old.manager}x` })), entries.map(old => ({ ...old, time: '2025-01-01T00:00:00Z' })), entries.map(old => ({ ...old, time: undefined })), entries.toReversed(), [...entries, ...entries], null, [...entries, { ...entry, manager: '' }],
    [...entries, { ...entry, subresource: 's'.repeat(257) }], [...entries, { ...entry, manager: 'm'.repeat(129) }]])
}

/** Puts directives of strategic merge patches into a part, here and there. */
function direct(random, part) {
  for (const { value } of [{ value: part }, ...places(part)]) {
    if (isObject(value)) {
      if (random.chance(0.08)) value.$patch = random.pick(['replace', 'delete', 'merge', 'bogus', 7])
      if (random.chance(0.08)) value.$retainKeys = random.pick([Object.keys(value).filter(key => !key.startsWith('$')), ['name'], [], 'x'])
      for (const key of Object.keys(value)) {
        const list = value[key]
        if (!Array.isArray(list) || key.startsWith('$')) continue
        const first = list.find(isObject), mergeKey = mergeKeyOf(first)
        if (first && mergeKey) {
          if (random.chance(0.3)) list.push(random.pick([{ $patch: 'delete', [mergeKey]: first[mergeKey] }, { $patch: 'delete', [mergeKey]: 'other' }, { $patch: 'replace' }, { $patch: 'delete' }, { $patch: 'bogus' }, { $patch: 'merge' }, { nothing: 'here' }]))
          if (random.chance(0.3)) value[`$setElementOrder/${key}`] = random.pick([[...list, { [mergeKey]: 'b' }].filter(item => item[mergeKey] !== undefined && !item.$patch).map(item => ({ [mergeKey]: item[mergeKey] })).toReversed(), [], "x", [{ other: 1 }], ['x']])
        } else if (!first) {
          if (random.chance(0.3)) value[`$deleteFromPrimitiveList/${key}`] = random.pick([list.slice(0, 1), list, [7], 'x', []])
          if (random.chance(0.3)) value[`$setElementOrder/${key}`] = random.pick([list.toReversed(), list, [], ['zzz', ...list]])
        }
      }
    }
  }
}
