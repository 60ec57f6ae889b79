/** Characters that Go's encoding/json writes escaped, so that JSON can stand in HTML and JavaScript. */
const escapedByGo = /[<>&\u2028\u2029]/
const allEscapedByGo = /[<>&\u2028\u2029]/g

/** JSON as Go writes it. */
export function encodeJson(value: unknown): string {
  const text = JSON.stringify(value)
  return escapedByGo.test(text) ? text.replace(allEscapedByGo, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`) : text
}
