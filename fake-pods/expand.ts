/**
 * Replaces `$(NAME)` by the value of NAME (third_party/forked/golang/expansion, 1.36): `$$` is a dollar, and a name that
 * is not known stays as it was written.
 */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text
  let result = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$' || i + 1 >= text.length) { result += text[i]; continue }
    if (text[i + 1] === '$') { result += '$'; i++; continue }
    if (text[i + 1] !== '(') { result += '$' + text[++i]; continue }
    const end = text.indexOf(')', i + 2)
    if (end < 0) { result += '$('; i++; continue }
    const name = text.slice(i + 2, end)
    result += lookUp(name) ?? `$(${name})`
    i = end
  }
  return result
}
