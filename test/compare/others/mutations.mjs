// What can be wrong with an object, made from a valid one: each value of it is replaced by each of a list of bad ones by its type.

const absent = Symbol('absent')
const long = 'a'.repeat(300)
const forAny = [absent, null]
const strings = ['', 'UPPER_Case', long, ' x', '-x', 'a/b', 'a.b', 'x y', '1', '*', 'é', 5, true, {}, []]
const likeAddresses = ['1.2.3', '01.2.3.4', '::ffff:1.2.3.4', 'FE80::1', '10.0.0.1/8', '2001:db8::/129', '10.0.0.0/08', '10.1.0.0/16', '::1', '0.0.0.0']
const likeAmounts = ['-1', '0', '1.5', '100m', '1Zi', '1e3', 'abc']
const likeURLs = ['http://a.example.com', 'https://', 'https://u:p@a.example.com', 'https://a.example.com/?q=1', 'https://a.example.com/#f', '://', 'https://a b']
const likePaths = ['/', '//', '/../x', '/a/', 'relative', '/a//b', '/%2f', '/a/..', '/x y']
const numbers = [0, -1, 1, 2, 101, 65536, 100000, 2147483648, 1e19, 1.5, '5', true, {}, []]
const booleans = [true, false, 'true', 1, {}]

const isMap = value => typeof value === 'object' && value !== null && !Array.isArray(value)

function badValues(value) {
  if (typeof value === 'number') return [...numbers, value + 1]
  if (typeof value === 'boolean') return booleans.filter(other => other !== value)
  if (Array.isArray(value)) {
    return [{}, 'x', 5, [], ...value.length ? [[...value, value[0]], [...value, null], value.slice(1), value.toReversed()] : [], [null], [''], [{}]]
  }
  if (isMap(value)) return [[], 'x', 5, {}, { ...value, unknownField: 1 }, ...Object.values(value).every(item => typeof item === 'string')
    ? ['', 'UPPER key', long, 'a/b/c'].map(key => ({ ...value, [key]: 'v' })) : []]
  if (typeof value !== 'string') return ['x', 1, {}, []]
  return [...strings, `${value}-x`, ...`${value.toUpperCase()}` === value ? [value.toLowerCase()] : [],
    ...[[/^[0-9a-f.:]+[.:][0-9a-f.:]*(\/\d+)?$/i, likeAddresses], [/^\d+[a-zA-Z]{0,2}$/, likeAmounts], [/^https?:/, likeURLs], [/^\//, likePaths]]
      .flatMap(([pattern, values]) => (pattern.test(value) ? values : []))]
}

/** Every `{ steps, path, bad, value, object }` of an object's `members`: where, what as text and as it is, and the object with it. */
export function* mutations(object, members) {
  for (const member of members) if (object[member] !== undefined) yield* walk(object, object[member], [member])
}

function* walk(root, value, path) {
  for (const bad of [...forAny, ...badValues(value)]) {
    yield { steps: path, path: path.join('.'), bad: bad === absent ? 'absent' : JSON.stringify(bad), value: bad, object: replaced(root, path, bad) }
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) yield* walk(root, item, [...path, Array.isArray(value) ? Number(key) : key])
}

/** The root with another value at a path; only what lies on the way is copied. */
export function replaced(root, [step, ...rest], value) {
  const copy = Array.isArray(root) ? [...root] : { ...root }
  if (rest.length) copy[step] = replaced(copy[step] ?? {}, rest, value)
  else if (value !== absent) copy[step] = value
  else if (Array.isArray(copy)) copy.splice(step, 1)
  else delete copy[step]
  return copy
}

/** Names that some kinds take and others don't. */
export const names = ['UPPER', 'a_b', 'a.b', 'a..b', '-a', 'a-', 'a b', 'a/b', 'a%b', '.', '..', long, 'a:b', '1', 'é', '']
