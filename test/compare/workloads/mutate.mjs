// Every field of a valid object, one at a time, with values that are wrong for its type, or right and unusual.
import { readFileSync } from 'node:fs'

const definitions = new Map()
for (const line of readFileSync(new URL('../../../api/schema/fields.tsv', import.meta.url), 'utf8').split('\n').slice(1)) {
  const [definition, field, type, , , , , , , choices] = line.split('\t')
  if (!field || field === '*') continue
  if (!definitions.has(definition)) definitions.set(definition, new Map())
  definitions.get(definition).set(field, { type, choices: choices ? choices.split('|') : undefined })
}

const long = length => 'a'.repeat(length)
const strings = [
  '', 'UPPER', 'with_underscore', '-dash', 'dash-', 'a.b', 'a/b', 'a b', '/abs/path', '../up', 'a..b', '1', 'ü', 'unknown', '$(VAR)', '10.1.2.3', '010.1.2.3', 'fd00::1', '::ffff:1.2.3.4', '10.0.0.0/8',
  'http://x', 'a:b', '*', long(16), long(64), long(254), 5, true, null, {}, ['a']]
const numbers = [0, -1, 1, 2, 3, 100, 101, 65535, 65536, 3601, 86401, 2147483647, 2147483648, 4294967296, 1e20, 1.5, 'str', '1', true, null, {}, []]
const booleans = [true, false, 'true', 1, null, {}]
const quantities = ['0', '-1', '1', '1.5', '100m', '1e3', '0.5m', '3Gi', '9E', 'abc', '', 1, 1.5, -1, null, true, {}]
const intOrStrings = [0, -1, 1, 70000, '0%', '1%', '50%', '100%', '101%', '-5%', '50', '', 'abc', 'UPPER', 'a_b', long(16), 1.5, true, null, {}]
const times = ['2020-01-01T00:00:00Z', '2020-01-01', 'never', '', 5, null, {}]
const wrongs = [null, 'x', 5, true]
const mapKeys = ['bad key!', '', 'UPPER/x', 'a/b/c', long(64), `${long(254)}/a`, 'example.com/a', 'a_b', '-a', 'hugepages-2Mi', 'cpu', 'requests.cpu', 'kubernetes.io/x', '..', '.']

/** `{ title, change(object) }` for the object's type as it stands in the table of fields, as `core.v1.Pod`; `skip` gives paths left out. */
export function* mutations(type, object, { skip = () => false } = {}) {
  yield* walk(type, undefined, object, [], skip)
}

function* walk(type, choices, value, path, skip) {
  if (path.length && skip(path.join('.'))) return
  if (path.length) {
    yield remove(path)
    for (const bad of valuesFor(type, choices)) if (!Object.is(bad, value)) yield set(path, bad)
  }
  if (type.startsWith('[]') && Array.isArray(value)) yield* walkList(type.slice(2), value, path, skip)
  else if (type.startsWith('map:') && isObject(value)) yield* walkMap(type.slice(4), value, path, skip)
  else if (definitions.has(type) && isObject(value)) yield* walkStruct(definitions.get(type), value, path, skip)
}

function* walkStruct(fields, value, path, skip) {
  yield set([...path, 'unknownField'], 'x')
  for (const [name, { type, choices }] of fields) {
    const at = [...path, name]
    if (value[name] !== undefined) yield* walk(type, choices, value[name], at, skip)
    else if (!skip(at.join('.'))) for (const sample of samplesFor(type, choices)) yield set(at, sample)
  }
}

function* walkList(type, list, path, skip) {
  yield set(path, [])
  yield set(path, [null])
  if (list.length) {
    yield set(path, [...list, list[0]])
    yield set(path, list.slice(1))
    yield set(path, list.toReversed())
    yield set(path, Array.from({ length: 12 }, () => list[0]))
  }
  if (list.length < 5) for (const sample of samplesFor(type)) yield set(path, [...list, sample])
  for (const [index, item] of list.entries()) yield* walk(type, undefined, item, [...path, index], skip)
}

function* walkMap(type, map, path, skip) {
  yield set(path, {})
  const [first] = Object.values(map)
  for (const key of mapKeys) if (first !== undefined && !Object.hasOwn(map, key)) yield set([...path, key], first)
  const keys = Object.keys(map)
  for (const key of keys.slice(0, 2)) yield* walk(type, undefined, map[key], [...path, key], skip)
  for (const key of keys.slice(2)) yield remove([...path, key])
}

function valuesFor(type, choices) {
  if (choices) return ['', 'Unknown', choices[0].toLowerCase(), ...choices, 5, null, {}]
  if (type.startsWith('[]') || type.startsWith('map:')) return [...wrongs, type.startsWith('[]') ? {} : []]
  switch (type) {
    case 'string': return strings
    case 'string:byte': return ['', 'eA==', '!!', 5, null]
    case 'boolean': return booleans
    case 'integer:int32': case 'integer:int64': case 'number:double': return numbers
    case 'api.resource.Quantity': return quantities
    case 'util.intstr.IntOrString': return intOrStrings
    case 'meta.v1.Time': case 'meta.v1.MicroTime': return times
    default: return [{}, [], ...wrongs]
  }
}

function samplesFor(type, choices) {
  if (choices) return [choices[0], 'Unknown']
  if (type.startsWith('[]')) return [[], ...samplesFor(type.slice(2)).map(item => [item])]
  if (type.startsWith('map:')) return [{}, ...samplesFor(type.slice(4)).map(item => ({ a: item }))]
  switch (type) {
    case 'string': return ['added', 'UPPER_x', '']
    case 'string:byte': return ['eA==']
    case 'boolean': return [true, false]
    case 'integer:int32': case 'integer:int64': return [1, 0, -1]
    case 'number:double': return [1]
    case 'api.resource.Quantity': return ['1', '-1']
    case 'util.intstr.IntOrString': return [1, '50%', 'x']
    case 'meta.v1.Time': case 'meta.v1.MicroTime': return ['2020-01-01T00:00:00Z']
    default: return [{}]
  }
}

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value)
const short = value => { const text = JSON.stringify(value) ?? 'undefined'; return text.length > 60 ? `${text.slice(0, 57)}…` : text }

const set = (path, value) => ({ path, title: `${path.join('.')} = ${short(value)}`, change: object => edit(object, path, () => value) })
const remove = path => ({ path, title: `${path.join('.')} removed`, change: object => edit(object, path, () => undefined) })

/** A copy with one place changed; what is `undefined` is left out, of a list too. */
function edit(value, [key, ...rest], make) {
  const changed = rest.length ? edit(value?.[key] ?? (typeof rest[0] === 'number' ? [] : {}), rest, make) : make()
  if (Array.isArray(value)) return changed === undefined ? value.toSpliced(key, 1) : value.toSpliced(key, 1, changed)
  return { ...value, [key]: changed }
}
