/**
 * Why Go can't compile a pattern, for the mistakes that people make; Go's own words (regexp/syntax). Undefined when it can, as far
 * as can be told here.
 */
export function goRegexpComplaint(pattern: string): string | undefined {
  const parse = (what: string, part: string) => `error parsing regexp: ${what}: \`${part}\``
  const perl = /\(\?(=|!|<=|<!)/.exec(pattern)
  if (perl) return parse('invalid or unsupported Perl syntax', pattern.slice(perl.index, perl.index + (perl[1].length > 1 ? 3 : 3)))
  let depth = 0, inClass = -1, mayRepeat = false
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]
    if (character === '\\') {
      if (i === pattern.length - 1) return parse('trailing backslash at end of expression', '')
      if (/[1-9]/.test(pattern[i + 1])) return parse('invalid escape sequence', pattern.slice(i, i + 2))
      i++
      mayRepeat = true
    } else if (inClass >= 0) {
      if (character === ']' && i > inClass + 1 && !(i === inClass + 2 && pattern[inClass + 1] === '^')) { inClass = -1; mayRepeat = true }
    } else if (character === '[') inClass = i
    else if (character === '(') { depth++; mayRepeat = false } else if (character === ')') {
      if (--depth < 0) return parse('unexpected )', pattern)
      mayRepeat = true
    } else if (character === '|') mayRepeat = false
    else if (character === '*' || character === '+' || character === '?') {
      if (!mayRepeat && !(character === '?' && pattern[i - 1] === '(')) return parse('missing argument to repetition operator', character)
    } else mayRepeat = true
  }
  if (inClass >= 0) return parse('missing closing ]', pattern.slice(inClass))
  return depth > 0 ? parse('missing closing )', pattern) : undefined
}
