/** JSON's syntax in the words of Go's encoding/json, where a message shows them. */

const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\x07': '\\a' }

/** A character as Go quotes it: `'x'`, with the two quotes swapped. */
function quoted(character: string): string {
  if (character === "'") return String.raw`'\''`
  if (character === '"') return `'"'`
  if (escapes[character]) return `'${escapes[character]}'`
  const code = character.charCodeAt(0)
  if (character === '\\') return String.raw`'\\'`
  return code < 32 || code === 127 ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'${character}'`
}

const endOfInput = 'unexpected end of JSON input'
const maxDepth = 10_000
class Complaint extends Error {}

/** What is wrong with a text as JSON (json.Unmarshal's syntax errors); undefined when nothing is. */
export function jsonSyntaxComplaint(text: string): string | undefined {
  let at = 0
  // Go reads bytes: a character beyond ASCII shows as its first byte.
  const shown = () => (text.charCodeAt(at) < 128 ? text[at] : String.fromCharCode(Buffer.from(String.fromCodePoint(text.codePointAt(at)!))[0]))
  const fail = (context: string): never => {
    throw new Complaint(at >= text.length ? endOfInput : `invalid character ${quoted(shown())} ${context}`)
  }
  const space = () => { while (at < text.length && ' \t\r\n'.includes(text[at])) at++ }
  const literal = (word: string) => {
    at++
    for (const character of word.slice(1)) {
      if (text[at] !== character) fail(`in literal ${word} (expecting '${character}')`)
      at++
    }
  }
  const string = () => {
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length || text.charCodeAt(at) < 32) fail('in string literal')
      if (text[at] !== '\\') continue
      at++
      if (text[at] === 'u') {
        for (let i = 0; i < 4; i++) {
          at++
          if (!/[0-9a-fA-F]/.test(text[at] ?? '')) fail(String.raw`in \u hexadecimal character escape`)
        }
      } else if (at >= text.length || !'"\\/bfnrt'.includes(text[at])) {
        fail('in string escape code')
      }
    }
    at++
  }
  const digits = (context: string) => {
    if (!/[0-9]/.test(text[at] ?? '')) fail(context)
    while (/[0-9]/.test(text[at] ?? '')) at++
  }
  const number = () => {
    if (text[at] === '-') at++
    if (text[at] === '0') at++
    else digits('in numeric literal')
    if (text[at] === '.') { at++; digits('after decimal point in numeric literal') }
    if (text[at] === 'e' || text[at] === 'E') {
      at++
      if (text[at] === '+' || text[at] === '-') at++
      digits('in exponent of numeric literal')
    }
  }
  const key = () => {
    space()
    if (text[at] !== '"') fail('looking for beginning of object key string')
    string()
    space()
    if (text[at] !== ':') fail('after object key')
    at++
  }
  const open: ('{' | '[')[] = []
  /** Reads what opens a value; true when the value is complete, false when its first member comes next. */
  const begin = (): boolean => {
    space()
    const first = text[at] ?? ''
    if (first === '{' || first === '[') {
      at++
      space()
      if (text[at] === (first === '{' ? '}' : ']')) { at++; return true }
      if (open.push(first) > maxDepth) throw new Complaint('exceeded max depth')
      if (first === '{') key()
      return false
    }
    if (first === '"') string()
    else if (first === 't') literal('true')
    else if (first === 'f') literal('false')
    else if (first === 'n') literal('null')
    else if (first === '-' || (first >= '0' && first <= '9')) number()
    else fail('looking for beginning of value')
    return true
  }
  /** Reads what follows a complete value up to the next one; true at the end of the text. */
  const follow = (): boolean => {
    for (;;) {
      space()
      const inside = open.at(-1)
      if (inside === undefined) {
        if (at < text.length) fail('after top-level value')
        return true
      }
      if (text[at] === ',') {
        at++
        if (inside === '{') key()
        return false
      }
      if (text[at] !== (inside === '{' ? '}' : ']')) fail(inside === '{' ? 'after object key:value pair' : 'after array element')
      at++
      open.pop()
    }
  }
  try {
    while (!begin() || !follow());
    return undefined
  } catch (error) {
    if (error instanceof Complaint) return error.message
    throw error
  }
}
