/**
 * Why Go can't compile a pattern, for the mistakes that people make, in Go's words (regexp/syntax). Undefined when it can, as far as
 * can be told here.
 */
export function goRegexpComplaint(pattern: string): string | undefined {
  // What came before the place that is looked at: how many groups are open, whether it can be repeated, and where it was.
  let depth = 0, repeatable = false, lastRepeat = -1
  for (let i = 0; i < pattern.length;) {
    const rest = pattern.slice(i), repeat = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(rest)
    if (repeat) {
      const complaint = repeatComplaint(repeat, repeatable, lastRepeat < 0 ? undefined : pattern.slice(lastRepeat, i + repeat[0].length))
      if (complaint) return complaint
      lastRepeat = i
      i += repeat[0].length
      continue
    }
    lastRepeat = -1
    const [, size = 1, complaint] = readOne(rest) ?? []
    if (complaint) return complaint
    if (rest[0] === '(') depth++
    else if (rest[0] === ')' && --depth < 0) return parsing('unexpected )', pattern)
    repeatable = !/^[(|^]/.test(rest)
    i += size
  }
  return depth > 0 ? parsing('missing closing )', pattern) : undefined
}

const parsing = (what: string, part: string) => `error parsing regexp: ${what}: \`${part}\``

/** Go repeats nothing more often than this. */
const mostRepeats = 1000

function repeatComplaint([text, least, range, most]: RegExpExecArray, repeatable: boolean, nested: string | undefined): string | undefined {
  const low = Number(least ?? 0), high = range === undefined ? low : most ? Number(most) : low, count = text.replace(/\?$/, '')
  if (least !== undefined && (low > mostRepeats || high > mostRepeats || low > high)) return parsing('invalid repeat count', count)
  if (nested !== undefined) return parsing('invalid nested repetition operator', nested)
  return repeatable ? undefined : parsing('missing argument to repetition operator', text)
}

/** An escape, a class of characters, the opening of a group: how long it is, and what is wrong with it. */
function readOne(rest: string): readonly [kind: string, size: number, complaint?: string] | undefined {
  if (rest[0] === '\\') {
    if (rest.length === 1) return ['escape', 1, parsing('trailing backslash at end of expression', '')]
    return ['escape', 2, /[1-9]/.test(rest[1]) ? parsing('invalid escape sequence', rest.slice(0, 2)) : undefined]
  }
  if (rest[0] === '[') {
    const whole = /^\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]/s.exec(rest)?.[0]
    return whole ? ['class', whole.length, rangeComplaint(whole)] : ['class', rest.length, parsing('missing closing ]', rest)]
  }
  const opening = /^\(\?(?:P?<(\w+)>|([a-zA-Z-]*)[:)])?/.exec(rest)
  if (!opening) return undefined
  if (opening[0].length > 2) return ['group', opening[0].endsWith(')') ? opening[0].length - 1 : opening[0].length]
  const end = rest.indexOf(')') + 1
  return ['group', 2, /^\(\?P?</.test(rest) ? parsing('invalid named capture', rest.slice(0, end || undefined))
    : parsing('invalid or unsupported Perl syntax', rest.slice(0, 3))]
}

function rangeComplaint(whole: string): string | undefined {
  const plain = whole.slice(1, -1).replace(/\\.|\[:\^?\w+:\]/gs, '')
  for (const [range, from, to] of plain.matchAll(/([^-])-([^-])/gs)) if (from > to) return parsing('invalid character class range', range)
  return undefined
}
