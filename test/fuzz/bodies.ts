import { stringify } from 'yaml'
import type { Kind } from '../../api/kind.ts'
import type { Random } from '../../api/random.ts'
import { encodeProtobuf } from '../../api/schema/protobuf.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { exampleOf } from '../api/kind-examples.ts'
import { anyObject, anyValue, chance, drawn, mutated, oddTexts, pick } from './values.ts'

export interface FuzzBody { type: string; bytes: Buffer }

const json = 'application/json', yaml = 'application/yaml', protobuf = 'application/vnd.kubernetes.protobuf'
const wrongTypes = ['', 'text/plain', 'application/json;charset=utf-16', 'application/x-www-form-urlencoded', '*/*', '/',
  'application/cbor', 'application/json, application/yaml']

/** The body of a create or update: an object that a kind takes or nearly takes, in one of three encodings. */
export function objectBody(kind: Kind<any>, name: string, random: Random): FuzzBody {
  if (chance(random, 8)) return rawBody(random)
  let object: any = exampleOf(kind, name)
  const way = random.integer(15)
  if (way < 3) object = mutated(object, random)
  else if (way < 5) { object = mutated(mutated(mutated(object, random), random), random) }
  else if (way < 8) object = { ...object, ...drawn(schemaOf(kind.schema), random) as object,
    metadata: chance(random, 70) ? object.metadata : drawn(schemaOf('meta.v1.ObjectMeta'), random) }
  else if (way < 9) object = anyValue(random)   // else it is right
  return encoded(object, kind, random)
}

function encoded(object: unknown, kind: Kind<any>, random: Random): FuzzBody {
  const wrong = chance(random, 3)
  const way = random.integer(10)
  const type = (right: string) => (wrong ? pick(random, wrongTypes) : right)
  if (way < 6) return { type: type(json), bytes: Buffer.from(JSON.stringify(object) ?? '') }
  if (way < 8) {
    return { type: type(yaml), bytes: Buffer.from(safeYaml(object)) }
  }
  let bytes: Buffer
  // What is no object of the kind has no protobuf form: its JSON stands in for garbage then.
  try { bytes = encodeProtobuf(kind, object as object) } catch { bytes = Buffer.from(JSON.stringify(object) ?? '') }
  for (let flips = random.integer(4); flips > 0 && bytes.length; flips--) {
    bytes[random.integer(bytes.length)] = random.integer(256)
  }
  if (chance(random, 20)) bytes = bytes.subarray(0, random.integer(bytes.length + 1))
  return { type: type(protobuf), bytes }
}

const patchTypes = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json',
  'application/apply-patch+yaml']
const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'nothing', '']
const pointers = ['', '/', '/metadata', '/metadata/labels', '/metadata/labels/a', '/metadata/annotations/a~1b', '/spec',
  '/spec/-', '/spec/containers/0', '/spec/containers/-',
  '/spec/containers/99999999999', '/spec/containers/-1', '/__proto__', '/__proto__/polluted', '/constructor/prototype/polluted',
  '/metadata/__proto__', '/data/a', '/status', 'x', '/~', '/~2']

export function patchBody(kind: Kind<any>, name: string, random: Random): FuzzBody {
  if (chance(random, 6)) return { ...rawBody(random), type: pick(random, patchTypes) }
  const type = chance(random, 3) ? pick(random, [...wrongTypes, json, yaml]) : pick(random, patchTypes)
  if (type === patchTypes[0]) {
    const list = Array.from({ length: random.integer(6) }, () => (chance(random, 5) ? anyValue(random) : {
      op: pick(random, operations), path: pick(random, pointers), ...chance(random, 70) ? { value: anyValue(random) } : {},
      ...chance(random, 30) ? { from: pick(random, pointers) } : {},
    }))
    return { type, bytes: Buffer.from(JSON.stringify(chance(random, 5) ? anyValue(random) : list) ?? '') }
  }
  const example = exampleOf(kind, name), schema = schemaOf(kind.schema)
  const way = random.integer(5)
  const patch = way === 0 ? drawn(schema, random) : way === 1 ? mutated(example, random)
    : way === 2 ? withDirectives(example, random)
    : way === 3 ? { ...example, ...anyObject(random) } : anyValue(random)
  const text = type === patchTypes[3] && chance(random, 30) ? safeYaml(patch) : JSON.stringify(patch) ?? ''
  return { type, bytes: Buffer.from(text) }
}

function safeYaml(value: unknown): string {
  try { return stringify(value) } catch { return String(JSON.stringify(value)) }
}

/** A strategic merge patch with directives at odd places. */
function withDirectives(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return [...value.map(item => withDirectives(item, random)),
    ...chance(random, 30) ? [{ $patch: pick(random, ['replace', 'delete', 'merge', 'odd']) }] : []]
  if (typeof value !== 'object' || value === null) return chance(random, 10) ? null : value
  const entries = Object.entries(value).map(([key, item]) => [key, withDirectives(item, random)] as [string, unknown])
  if (chance(random, 25)) entries.push(['$patch', pick<unknown>(random, ['replace', 'delete', 'merge', 'odd', null, 1])])
  if (chance(random, 20)) entries.push(['$retainKeys', pick<unknown>(random, [['name'], [], 'name', null, [1]])])
  if (chance(random, 20)) entries.push([`$setElementOrder/${pick(random, ['containers', 'ports', 'x', ''])}`,
    pick<unknown>(random, [[], [{ name: 'a' }], [1], 'x', null])])
  if (chance(random, 20)) entries.push([`$deleteFromPrimitiveList/${pick(random, ['finalizers', 'args', 'x'])}`,
    pick<unknown>(random, [['a'], 'a', null, [{}]])])
  return Object.fromEntries(entries)
}

const deep = (open: string, close: string, times: number, middle = '1') => open.repeat(times) + middle + close.repeat(times)

/** Nine times nine times nine …: a small text that is large when its aliases are followed. */
const aliasesOfAliases = 'a: &a [x]\n' + Array.from('bcdefghi', (key, i) =>
  `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]\n`).join('')

/** Bytes that no encoder made: too deep, too long, cut off, of no charset. */
export function rawBody(random: Random): FuzzBody {
  const size = pick(random, [10, 200, 5_000, 60_000])
  const makers: (() => FuzzBody)[] = [
    () => ({ type: json, bytes: Buffer.from(deep('[', ']', size)) }),
    () => ({ type: json, bytes: Buffer.from(deep('{"metadata":', '}', size)) }),
    () => ({ type: json, bytes: Buffer.from(`{"metadata":{"name":"deep","annotations":${deep('{"a":', '}', size)}}}`) }),
    () => ({ type: json, bytes: Buffer.from('['.repeat(size)) }),
    () => ({ type: json, bytes: Buffer.from(`{"a":"${'x'.repeat(size * 30)}"}`) }),
    () => ({ type: json, bytes: Buffer.from(`{${Array.from({ length: size / 10 }, (_, i) => `"k${i}":${i}`).join()}}`) }),
    () => ({ type: json, bytes: Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},' +
      '"metadata":{"name":"a","labels":{"__proto__":"x"}}}') }),
    () => ({ type: json, bytes: Buffer.from('{"metadata":{"name":"a"},"metadata":{"name":"b"},"n":1e999,"m":-0,' +
      `"o":${'9'.repeat(size)}}`) }),
    () => ({ type: json, bytes: Buffer.from(Array.from({ length: Math.min(size, 500) }, () => random.integer(256))) }),
    () => ({ type: json, bytes: Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]) }),
    () => ({ type: yaml, bytes: Buffer.from(aliasesOfAliases) }),
    () => ({ type: yaml, bytes: Buffer.from(deep('[', ']', Math.min(size, 5_000))) }),
    () => ({ type: yaml, bytes: Buffer.from(Array.from({ length: Math.min(size, 800) }, (_, i) =>
      `${' '.repeat(i)}a:`).join('\n')) }),
    () => ({ type: yaml, bytes: Buffer.from(pick(random,
      ['? [a]\n: b\n', '!!js/function "x"', '- a\n---\n- b\n', '%YAML 9.9\n---\n', '<<: {a: b}\n', '&x *x', 'a: *none', '\t',
      'a: "\\ud800"', '{a: b', '"', '|', '!<', '2026-01-01', '0x1f: 1', '? ? ?'])) }),
    () => ({ type: protobuf, bytes: Buffer.concat([Buffer.from('k8s\0'),
      Buffer.from(Array.from({ length: random.integer(200) }, () => random.integer(256)))]) }),
    () => ({ type: protobuf, bytes: Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(size, 0x0a)]) }),
    () => ({ type: protobuf, bytes: Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(size, 0x0b)]) }),
    () => ({ type: protobuf, bytes: Buffer.alloc(size, 0xff) }),
    () => ({ type: pick(random, wrongTypes), bytes: Buffer.from(pick(random, oddTexts)) }),
  ]
  return pick(random, makers)()
}

export function deleteBody(random: Random): FuzzBody {
  if (chance(random, 10)) return rawBody(random)
  const options = {
    kind: 'DeleteOptions', apiVersion: 'v1',
    ...chance(random, 40) ? { gracePeriodSeconds: pick<unknown>(random, [0, -1, 30, '5', 1e30, null]) } : {},
    ...chance(random, 40) ? { propagationPolicy: pick<unknown>(random, ['Foreground', 'Background', 'Orphan', 'Odd', 3]) } : {},
    ...chance(random, 20) ? { preconditions: pick<unknown>(random, [{ uid: 'x' }, { resourceVersion: '1' }, {}, null, 'x']) }
      : {},
    ...chance(random, 20) ? { dryRun: pick<unknown>(random, [['All'], ['x'], 'All', [1], null]) } : {},
    ...chance(random, 10) ? anyObject(random) : {},
  }
  return { type: chance(random, 80) ? json : yaml, bytes: Buffer.from(JSON.stringify(options)) }
}
