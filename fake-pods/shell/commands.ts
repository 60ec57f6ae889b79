import type { Process } from '../program.ts'
import type { Command } from './command.ts'
import { networkCommands } from './network-commands.ts'

const print = (text: (process: Process, args: readonly string[]) => string): Command => async (process, args) => {
  process.stdout(text(process, args))
  return 0
}

/** Seconds of `sleep`: `5`, `0.5`, `1m`, `infinity`; undefined when it is no such thing. */
function seconds(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return 1e9
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text)
  return match ? Number(match[1]) * { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2]]! : undefined
}

const sleep: Command = async (process, args) => {
  let total = 0
  for (const arg of args) {
    const part = seconds(arg)
    if (part === undefined) {
      process.stderr(`sleep: invalid number '${arg}'\n`)
      return 1
    }
    total += part
  }
  if (args.length === 0) {
    process.stderr('sleep: missing operand\n')
    return 1
  }
  try {
    await process.clock.sleep(total * 1000, process.signal)
    return 0
  } catch (error) {
    if (process.killed.aborted) throw error
    return 143
  }
}

const absolute = (process: Process, path: string) => (path.startsWith('/') ? path : `${process.container.workingDir}/${path}`)

const cat: Command = async (process, args) => {
  if (args.length === 0 || args[0] === '-') {
    for await (const part of process.stdin) process.stdout(part)
    return 0
  }
  let code = 0
  for (const path of args) {
    const where = absolute(process, path), data = process.files.read(where)
    if (data) process.stdout(data)
    else {
      code = 1
      process.stderr(process.files.list(where) ? 'cat: read error: Is a directory\n'
        : `cat: can't open '${path}': No such file or directory\n`)
    }
  }
  return code
}

/** `echo` with -n and -e as busybox has them. */
const echo: Command = async (process, args) => {
  let newline = true, escapes = false, from = 0
  for (; /^-[neE]+$/.test(args[from] ?? ''); from++) {
    if (args[from].includes('n')) newline = false
    if (args[from].includes('e')) escapes = true
  }
  const text = args.slice(from).join(' ')
  const special: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '0': '\0', a: '\x07', b: '\b' }
  process.stdout((escapes ? text.replace(/\\([ntr\\0ab])/g, (_, c: string) => special[c]) : text) + (newline ? '\n' : ''))
  return 0
}

const variables = (process: Process) => Object.keys(process.env).map(name => `${name}=${process.env[name]}\n`).join('')

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['sleep', sleep],
  ['cat', cat],
  ['echo', echo],
  ['true', async () => 0],
  [':', async () => 0],
  ['false', async () => 1],
  ['env', print(variables)],
  ['printenv', async (process, [name]) => {
    if (name === undefined) process.stdout(variables(process))
    else if (process.env[name] === undefined) return 1
    else process.stdout(`${process.env[name]}\n`)
    return 0
  }],
  ['hostname', print((process, args) => `${args.includes('-i') ? process.network.ip : process.container.pod}\n`)],
  ['whoami', print(() => 'root\n')],
  ['id', print((_, args) => (args.includes('-u') || args.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n'))],
  ['uname', print(({ container: { pod } }, [flag = '-s']) => `${new Map([
    ['-a', `Linux ${pod} 6.8.0-mimikube #1 SMP x86_64 GNU/Linux`], ['-n', pod], ['-m', 'x86_64'], ['-r', '6.8.0-mimikube'],
  ]).get(flag) ?? 'Linux'}\n`)],
  ['ps', print(process => `PID   USER     TIME  COMMAND\n    1 root      0:00 ${process.argv.join(' ')}\n`)],
  ...networkCommands,
])
