/** A string as Go's strconv.Quote writes it. */
export function goQuote(text: string): string {
  return `"${escape(text, '"')}"`
}

/** One byte of a JSON text as its syntax errors show it: `'}'`; bytes above ASCII appear as the Latin-1 character. */
export function goQuoteByte(byte: number): string {
  const character = String.fromCharCode(byte)
  return character === "'" ? String.raw`'\''` : character === '"' ? `'"'` : `'${escape(character, '"')}'`
}

const named: Record<string, string> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"',
}

function escape(text: string, quote: string): string {
  if (!/[\\"\p{C}\p{Z}]/u.test(text.replaceAll(' ', ''))) return text
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (character === quote || character === '\\' || code < 0x20) out += named[character] ?? `\\x${hex(code, 2)}`
    else if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) out += character
    else if (code >= 0xd800 && code < 0xe000) out += '\ufffd'
    else out += code === 0x7f ? '\\x7f' : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  }
  return out
}
const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0')
