import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { deflateRaw, gunzip, gzip, inflateRaw } from 'node:zlib'

/** Attributes that hold links, by tag (apimachinery, util/proxy transport.go, 1.36). */
const links: Record<string, readonly string[]> = Object.assign(Object.create(null), {
  a: ['href'], applet: ['codebase'], area: ['href'], audio: ['src'], base: ['href'], blockquote: ['cite'], body: ['background'], button: ['formaction'],
  command: ['icon'], del: ['cite'], embed: ['src'], form: ['action'], frame: ['longdesc', 'src'], head: ['profile'], html: ['manifest'],
  iframe: ['longdesc', 'src'], img: ['longdesc', 'src', 'usemap'], input: ['src', 'usemap', 'formaction'], ins: ['cite'], link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'], q: ['cite'], script: ['src'], source: ['src'], video: ['poster', 'src'],
})

/** Comments, the text of scripts and the like, in which nothing is a tag, and start tags. */
const pieces = /<!--[^]*?(?:-->|$)|<([A-Za-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>]){0,4096})>/g
const attributes = /([^\s=/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g
const rawText = new Set(['script', 'style', 'textarea', 'title', 'iframe', 'noembed', 'noframes', 'noscript', 'xmp'])

/** The links of a page changed; all else is left as it is. */
export function rewriteHtml(page: string, rewrite: (url: string) => string): string {
  let out = '', at = 0
  pieces.lastIndex = 0
  for (let found = pieces.exec(page); found; found = pieces.exec(page)) {
    out += page.slice(at, found.index)
    at = pieces.lastIndex
    const [whole, tag, inside] = found, name = tag?.toLowerCase()
    out += name && links[name] ? `<${tag}${rewriteAttributes(inside, links[name], rewrite)}>` : whole
    if (!name || !rawText.has(name)) continue
    const close = page.slice(at).search(new RegExp(`</${name}[\\s/>]`, 'i'))
    pieces.lastIndex = close < 0 ? page.length : at + close
    out += page.slice(at, pieces.lastIndex)
    at = pieces.lastIndex
  }
  return out + page.slice(at)
}

function rewriteAttributes(text: string, names: readonly string[], rewrite: (url: string) => string): string {
  return text.replace(attributes, (whole: string, name: string, value: string | undefined) => {
    if (value === undefined || !names.includes(name.toLowerCase())) return whole
    const bare = /^["']/.test(value) ? value.slice(1, -1) : value
    const rewritten = rewrite(bare.replaceAll('&amp;', '&')).replaceAll('&', '&amp;').replaceAll('"', '&#34;')
    return `${name}="${rewritten}"`
  })
}

/** Whether a page's links can be changed: encodings that are not known pass as they are. */
export const isRewritten = (type: string, encoding: string): boolean =>
  type.split(';', 1)[0].trim() === 'text/html' && ['', 'gzip', 'deflate'].includes(encoding)

const codecs = {
  gzip: [promisify(gunzip), promisify(gzip)], deflate: [promisify(inflateRaw), promisify(deflateRaw)],
} as const

/** A whole page read, with its links changed. */
export async function rewritePage(answer: Readable, encoding: string, rewrite: (url: string) => string): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of answer as AsyncIterable<Buffer>) parts.push(part)
  const bytes = Buffer.concat(parts), codec = codecs[encoding as keyof typeof codecs]
  // As latin-1 every byte comes out as it went in, whatever the page's encoding.
  const changed = (page: Buffer) => Buffer.from(rewriteHtml(page.toString('latin1'), rewrite), 'latin1')
  return codec ? codec[1](changed(await codec[0](bytes))) : changed(bytes)
}
