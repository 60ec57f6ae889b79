import { Document, isScalar, visit } from 'yaml'

/**
 * A value as YAML, written as sigs.k8s.io/yaml writes it: sorted keys, lists not indented; text that would be read as something
 * else in double quotes, what can't stand plain for its characters in single ones.
 */
export function encodeYaml(value: unknown): string {
  const document = new Document(sortKeys(value), { aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== 'string') return
      if (node.value.includes('\n')) node.type = 'BLOCK_LITERAL'
      else if (readsAsOther(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  return foldLines(document.toString({ indentSeq: false, singleQuote: true, lineWidth: 0 }))
}

const width = 80

/** Indentation, dashes of list items and the key, plain or quoted. */
const lineStart = /^( *)((?:- )*)([^\s'"#](?:[^:]|:(?! ))*: |'(?:[^']|'')*': |"(?:[^"\\]|\\.)*": )?/

/** Go's emitter breaks a text at the first single space behind column 80 and goes on two columns behind its key. */
function foldLines(yaml: string): string {
  let block = -1
  return yaml.split('\n').map(line => {
    const [, spaces, dashes, key = ''] = lineStart.exec(line)!
    const indent = spaces.length + dashes.length
    // What is in a block of text stands there as it is.
    if (block >= 0 && (spaces.length > block || line.trim() === '')) return line
    block = !/(^|[ :])\|[-+\d]*$/.test(line) ? -1 : key ? indent : spaces.length + Math.max(0, dashes.length - 2)
    return block >= 0 ? line : fold(line, indent + key.length, ' '.repeat(indent + (key ? 2 : 0)))
  }).join('\n')
}

function fold(line: string, start: number, indent: string): string {
  if (line.length <= width) return line
  const lines: string[] = []
  let rest = line, from = start + 1
  for (;;) {
    let at = Math.max(from, width)
    while (at < rest.length - 1 && !(rest[at] === ' ' && rest[at - 1] !== ' ' && rest[at + 1] !== ' ')) at++
    if (at >= rest.length - 1) return [...lines, rest].join('\n')
    lines.push(rest.slice(0, at))
    rest = indent + rest.slice(at + 1)
    from = indent.length + 1
  }
}

const reserved = ['null', 'true', 'false', 'y', 'yes', 'n', 'no', 'on', 'off', '.nan', '.inf', '-.inf', '+.inf']
const words = new Set(['', '~', '<<', ...reserved.flatMap(
  word => [word, word.toUpperCase(), word.replace(/[a-z]/, first => first.toUpperCase())])])
const number = /^[-+]?(0b[01_]+|0o[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*(\.[\d_]*)?([eE][-+]?\d+)?|\.\d[\d_]*([eE][-+]?\d+)?)$/
/** Base 60 of YAML 1.1, and dates. */
const clockTime = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/, date = /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/

const readsAsOther = (text: string): boolean =>
  words.has(text) || (text.length < 40 && (number.test(text) || clockTime.test(text) || date.test(text)))

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, sortKeys((value as Record<string, unknown>)[key])]))
}
