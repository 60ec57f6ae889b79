import type { Process, Program } from '../program.ts'
import { commands } from './commands.ts'
import { splitSimple } from './simple-script.ts'

/** Names under which a shell is started. All speak the same language here. */
const shells = new Set(['sh', 'bash', 'ash', 'dash'])

/** Commands that only the full shell has; it is loaded when one of them, or a script that needs it, is run. */
const fullShellCommands = new Set(('awk base64 basename chmod column comm cp cut date diff dirname du egrep expand expr fgrep '
  + 'file find fold grep gunzip gzip head join jq ln ls md5sum mkdir mv nl od paste printf pwd readlink rev rm rmdir sed seq '
  + 'sha1sum sha256sum sort split stat strings tac tail tar tee test [ timeout time touch tr tree uniq wc '
  + 'which xargs yq zcat').split(' '))

const baseName = (name: string) => name.replace(/^\/(?:usr\/)?(?:local\/)?s?bin\//, '')

/** Whether a container with a shell in it can run this command. */
export function shellKnows(name: string): boolean {
  const base = baseName(name)
  return shells.has(base) || commands.has(base) || fullShellCommands.has(base)
}

/** Runs `sh -c SCRIPT`, `sh FILE` or one command. What is not simulated fails and says so. */
export const shell: Program = async process => {
  const [name = '', ...args] = process.argv
  const base = baseName(name)
  if (!shells.has(base)) {
    const command = commands.get(base)
    return command ? command(process, args) : runScript(process, quoted([base, ...args]), [])
  }
  const { script, parameters } = await scriptOf(process, args)
  if (process.signal.aborted) return 143
  if (script === undefined) {
    process.stderr(`${base}: can't open '${args.find(arg => !arg.startsWith('-'))}': No such file or directory\n`)
    return 2
  }
  const simple = parameters.length <= 1 ? splitSimple(script) : undefined
  return simple ? runSimple(process, simple) : runScript(process, script, parameters)
}

async function scriptOf(process: Process, args: readonly string[]): Promise<{ script?: string; parameters: string[] }> {
  const flags = args.findIndex(arg => /^-[a-z]*c[a-z]*$/.test(arg))
  if (flags >= 0) {
    const [script = '', ...parameters] = args.slice(flags + 1)
    return { script: args[flags].includes('e') ? `set -e\n${script}` : script, parameters }
  }
  const [file, ...parameters] = args.filter(arg => !/^-[a-z]+$/.test(arg))
  if (file !== undefined) {
    const found = process.files.read(file.startsWith('/') ? file : `${process.container.workingDir}/${file}`)
    return { ...(found ? { script: Buffer.from(found).toString() } : {}), parameters: [file, ...parameters] }
  }
  const parts: Uint8Array[] = []
  for await (const part of process.stdin) parts.push(part)
  return { script: Buffer.concat(parts).toString(), parameters: [] }
}

/** Commands in a row without anything that needs the full shell: `echo hello; sleep 3600`. */
async function runSimple(process: Process, lines: { words: string[]; unlessFailed: boolean }[]): Promise<number> {
  let code = 0
  for (const { words, unlessFailed } of lines) {
    if (unlessFailed && code !== 0) continue
    if (words[0] === 'exit') return words[1] === undefined ? code : Number(words[1]) & 255
    const command = words[0] === 'exec' ? words.slice(1) : words
    if (command.length === 0) return code
    code = await shell({ ...process, files: process.files, argv: command })
    if (process.signal.aborted) return 143
    if (words[0] === 'exec') return code
  }
  return code
}

const quoted = (words: readonly string[]) => words.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')

async function runScript(process: Process, script: string, parameters: readonly string[]): Promise<number> {
  const { interpret } = await import('./interpreter.ts')
  return interpret(process, script, parameters)
}
