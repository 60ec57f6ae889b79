/** Base64 as Go's StdEncoding reads it: padded, newlines skipped. */
export class Base64Error extends Error {}

/** The same bytes as Go would write them; throws Base64Error naming the byte, as Go does. */
export function canonicalBase64(text: string): string {
  const padding = text.indexOf('=')
  if (text.length % 4 === 0 && padding < 0 && !foreign.test(text)) return text
  checkBase64(text)
  return Buffer.from(text, 'base64').toString('base64')
}
const foreign = /[^A-Za-z0-9+/]/
const isLetter = (character: string): boolean => character !== undefined && !foreign.test(character)
const isNewline = (character: string): boolean => character === '\n' || character === '\r'

function checkBase64(text: string): void {
  const fail = (at: number): Base64Error => new Base64Error(`illegal base64 data at input byte ${at}`)
  const skipNewlines = (at: number): number => { while (isNewline(text[at])) at++; return at }
  let at = 0
  for (;;) {
    let position = 0
    while (position < 4) {
      if (at === text.length) {
        if (position === 0) return
        throw fail(at - position)
      }
      const character = text[at++]
      if (isLetter(character)) position++
      else if (isNewline(character)) continue
      else if (character !== '=') throw fail(at - 1)
      else {
        if (position < 2) throw fail(at - 1)
        if (position === 2) {
          at = skipNewlines(at)
          if (at === text.length) throw fail(text.length)
          if (text[at] !== '=') throw fail(at - 1)
          at++
        }
        at = skipNewlines(at)
        if (at < text.length) throw fail(at)
        return
      }
    }
  }
}
