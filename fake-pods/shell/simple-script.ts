import { commands } from './commands.ts'

/**
 * Splits a script of plain commands joined by `;`, `&&` and line ends into words; undefined as soon as anything else
 * stands in it, which is then for the full shell.
 */
export function splitSimple(script: string): { words: string[]; unlessFailed: boolean }[] | undefined {
  const lines: { words: string[]; unlessFailed: boolean }[] = []
  let words: string[] = [], unlessFailed = false
  const token = /[ \t]*(?:(&&|;|\n)|((?:[\w./:=,@%+-]+|'[^']*'|"[^"$`\\!]*")+))/y
  const endCommand = () => {
    if (words.length > 0) lines.push({ words, unlessFailed })
    words = []
  }
  while (token.lastIndex < script.length) {
    const at = token.lastIndex, match = token.exec(script)
    if (!match) {
      if (/^[ \t]*$/.test(script.slice(at))) break
      return undefined
    }
    if (match[1]) {
      endCommand()
      unlessFailed = match[1] === '&&'
    } else words.push(match[2].replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double))
  }
  endCommand()
  const isPlain = ([first, second = '']: string[]) =>
    (first === 'exit' ? /^\d*$/.test(second) : commands.has(first === 'exec' ? second : first))
  return lines.every(({ words }) => isPlain(words)) ? lines : undefined
}
