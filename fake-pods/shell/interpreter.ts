import { Bash, defineCommand, parse, serialize } from 'just-bash'
import type { CommandNode, PipelineNode, SimpleCommandNode, StatementNode, WordNode } from 'just-bash'
import type { Process } from '../program.ts'
import { bashFiles } from './bash-files.ts'
import { commands } from './commands.ts'

/**
 * Runs a shell script. just-bash knows the language but tells its output only at the end, so loops, lists, conditions and
 * waiting are walked here, and just-bash is given one command after the other: what a script prints is in the log at once,
 * and `while true; do …; sleep 1; done` can run for days.
 */
export async function interpret(process: Process, script: string, parameters: readonly string[]): Promise<number> {
  let statements: StatementNode[]
  try {
    statements = parse(script).statements
  } catch (error) {
    process.stderr(`sh: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  const interpreter = new Interpreter(process, parameters)
  try {
    return await Promise.race([interpreter.list(statements), interpreter.interrupted])
  } catch (error) {
    if (error instanceof Leave) return error.code
    throw error
  }
}

/** Ways out of a script, a loop or a function. */
class Leave extends Error {
  readonly code: number
  readonly loops: number
  readonly kind: 'exit' | 'break' | 'continue'
  constructor(kind: Leave['kind'], code: number, loops = 1) {
    super(kind)
    this.kind = kind
    this.code = code
    this.loops = loops
  }
}

/** Commands that change how the script goes on: never left to just-bash when they stand alone. */
const control = new Set([
  'exit', 'return', 'break', 'continue', 'sleep', 'exec', 'trap', 'wait', 'set', 'wget', 'curl', 'nc', 'nslookup',
  'hostname', 'tail',
])
/** What runs after SIGTERM may take until SIGKILL; without a trap the script ends at once. */
const terminated = 143

class Interpreter {
  readonly interrupted: Promise<number>
  #process: Process
  #bash: Bash
  #env: Record<string, string>
  #functions = ''
  #parameters: readonly string[]
  #code = 0
  #errexit = false
  /** Inside a condition a failure ends nothing. */
  #guarded = 0
  #onTerm: string | undefined
  #background: Promise<unknown>[] = []

  constructor(process: Process, parameters: readonly string[]) {
    this.#process = process
    this.#parameters = parameters
    this.#env = { ...process.env, PWD: process.container.workingDir }
    this.#bash = new Bash({
      fs: bashFiles(process.files), cwd: process.container.workingDir, env: this.#env, defenseInDepth: false,
      sleep: ms => process.clock.sleep(ms, this.#child([]).signal), processInfo: { pid: 1, ppid: 0, uid: 0, gid: 0 },
      customCommands: [...commands].filter(([name]) => /^(wget|curl|nc|nslookup|hostname|uname|ps|id)$/.test(name))
        .map(([name, command]) => defineCommand(name, async args => {
          const out: string[] = [], err: string[] = []
          const text = (data: string | Uint8Array) => (typeof data === 'string' ? data : Buffer.from(data).toString())
          const exitCode = await command({
            ...process, files: process.files, argv: [name, ...args],
            stdout: data => void out.push(text(data)), stderr: data => void err.push(text(data)),
          }, args)
          return { stdout: out.join(''), stderr: err.join(''), exitCode }
        })),
    })
    this.interrupted = new Promise((resolve, reject) => {
      process.signal.addEventListener('abort', () => {
        if (this.#onTerm === undefined) return resolve(terminated)
        if (this.#onTerm === '') return
        this.list(parse(this.#onTerm).statements).catch(error => {
          if (error instanceof Leave) resolve(error.code)
          else reject(error)
        })
      }, { once: true })
    })
    this.interrupted.catch(() => {})
  }

  async list(statements: readonly StatementNode[]): Promise<number> {
    for (const statement of statements) {
      if (statement.background) {
        this.#background.push(this.#statement(statement).catch(() => {}))
        this.#code = 0
      } else await this.#statement(statement)
    }
    return this.#code
  }

  async #statement({ pipelines, operators }: StatementNode): Promise<void> {
    for (const [i, pipeline] of pipelines.entries()) {
      const operator = operators[i - 1]
      if ((operator === '&&' && this.#code !== 0) || (operator === '||' && this.#code === 0)) continue
      const isTested = operators[i] === '&&' || operators[i] === '||' || pipeline.negated
      if (isTested) this.#guarded++
      try {
        await this.#pipeline(pipeline)
      } finally {
        if (isTested) this.#guarded--
      }
      if (this.#errexit && this.#guarded === 0 && this.#code !== 0 && !isTested) throw new Leave('exit', this.#code)
    }
  }

  async #pipeline(pipeline: PipelineNode): Promise<void> {
    if (pipeline.commands.length > 1) return this.#delegate(pipeline.commands, pipeline)
    await this.#command(pipeline.commands[0])
    if (pipeline.negated) this.#code = this.#code === 0 ? 1 : 0
  }

  async #command(node: CommandNode): Promise<void> {
    if ('redirections' in node && node.redirections.length > 0 && node.type !== 'FunctionDef') return this.#delegate([node])
    switch (node.type) {
      case 'SimpleCommand': return this.#simple(node)
      case 'FunctionDef': this.#functions += `${textOf([node])}\n`; this.#code = 0; return
      case 'Group': await this.list(node.body); return
      case 'If': {
        for (const { condition, body } of node.clauses) if (await this.#holds(condition)) return void await this.list(body)
        this.#code = 0
        if (node.elseBody) await this.list(node.elseBody)
        return
      }
      case 'While': return this.#loop(() => this.#holds(node.condition), node.body)
      case 'Until': return this.#loop(async () => !(await this.#holds(node.condition)), node.body)
      case 'For': {
        const words = node.words ? await this.#expand(node.words) : this.#parameters.slice(1)
        return this.#loop(async () => {
          const word = words.shift()
          if (word !== undefined) this.#env[node.variable] = word
          return word !== undefined
        }, node.body)
      }
      default: return this.#delegate([node])
    }
  }

  async #holds(condition: readonly StatementNode[]): Promise<boolean> {
    this.#guarded++
    try {
      return (await this.list(condition)) === 0
    } finally {
      this.#guarded--
    }
  }

  async #loop(again: () => Promise<boolean>, body: readonly StatementNode[]): Promise<void> {
    let code = 0
    while (await again()) {
      // A loop that never waits must let everything else in the process have its turn.
      await new Promise(resolve => setImmediate(resolve))
      this.#leaveWhenEnded()
      try {
        code = await this.list(body)
      } catch (error) {
        if (!(error instanceof Leave) || error.kind === 'exit') throw error
        if (error.loops > 1) throw new Leave(error.kind, 0, error.loops - 1)
        code = 0
        if (error.kind === 'break') break
      }
    }
    this.#code = code
  }

  async #simple(node: SimpleCommandNode): Promise<void> {
    const name = literal(node.name)
    if (name === undefined || !control.has(name) || node.assignments.length > 0) return this.#delegate([node])
    const args = await this.#expand(node.args)
    const number = (text = '', otherwise: number) => (/^\d+$/.test(text) ? Number(text) : otherwise)
    switch (name) {
      case 'exit': case 'return': throw new Leave('exit', number(args[0], this.#code) & 255)
      case 'break': case 'continue': throw new Leave(name, 0, number(args[0], 1))
      case 'set': return this.#set(args, node)
      case 'trap': {
        if (args.slice(1).some(signal => /^(SIG)?TERM$|^15$/.test(signal))) this.#onTerm = args[0] === '-' ? undefined : args[0]
        this.#code = 0
        return
      }
      case 'wait': await Promise.all(this.#background.splice(0)); this.#code = 0; return
      case 'exec': {
        if (args.length === 0) return
        const { shell } = await import('./shell.ts')
        throw new Leave('exit', await shell(this.#child(args)))
      }
      case 'tail':
        if (!args.some(arg => /^-\w*[fF]/.test(arg))) return this.#delegate([node])
        return this.#follow(args.find(arg => !arg.startsWith('-')) ?? '/dev/null')
      default: {
        const command = commands.get(name)!
        this.#code = await command(this.#child([name, ...args]), args)
        this.#leaveWhenEnded()
      }
    }
  }

  /** `tail -f`: the usual way to keep a container alive, and to show a log file that something else writes. */
  async #follow(path: string): Promise<void> {
    const process = this.#process
    let shown = 0
    for (;;) {
      this.#leaveWhenEnded()
      const data = process.files.read(path.startsWith('/') ? path : `${this.#env.PWD}/${path}`)
      if (data && data.length < shown) shown = 0
      if (data && data.length > shown) process.stdout(data.subarray(shown))
      shown = data?.length ?? 0
      await process.clock.sleep(1000, this.#child([]).signal).catch(() => {})
    }
  }

  #set(args: readonly string[], node: SimpleCommandNode): void | Promise<void> {
    if (args[0] === '--') this.#parameters = [this.#parameters[0] ?? 'sh', ...args.slice(1)]
    else if (args.every(arg => /^[-+][a-z]+$|^pipefail$|^errexit$/.test(arg))) {
      for (const arg of args) if (/^[-+]\w*e|errexit/.test(arg)) this.#errexit = !arg.startsWith('+')
    } else return this.#delegate([node])
    this.#code = 0
  }

  /** Words after all expansions. */
  async #expand(words: readonly WordNode[]): Promise<string[]> {
    const plain = words.map(literal)
    if (plain.every(word => word !== undefined)) return plain as string[]
    const [name, ...args] = words
    const source = textOf([{ type: 'SimpleCommand', name, args, assignments: [], redirections: [] }])
    const { stdout } = await this.#exec(`printf '%s\\0' ${source}`)
    return stdout.split('\0').slice(0, -1)
  }

  async #delegate(nodes: readonly CommandNode[], pipeline?: PipelineNode): Promise<void> {
    const { stdout, stderr, exitCode, env } = await this.#exec(textOf(nodes, pipeline))
    if (stderr) this.#process.stderr(stderr)
    if (stdout) this.#process.stdout(stdout)
    this.#code = exitCode
    const { '?': _status, ...variables } = env
    this.#env = variables
    this.#leaveWhenEnded()
  }

  #leaveWhenEnded(): void {
    const { signal, killed } = this.#process
    if (killed.aborted || (signal.aborted && this.#onTerm === undefined)) throw new Leave('exit', terminated)
  }

  /** What a command of the script sees: a trap keeps SIGTERM from it, as it is the shell that is signalled. */
  #child(argv: readonly string[]): Process {
    const process = this.#process
    const signal = this.#onTerm === undefined ? process.signal : process.killed
    return { ...process, files: process.files, env: this.#env, argv, signal }
  }

  #exec(text: string) {
    const before = [
      this.#functions,
      this.#parameters.length > 1 ? `set -- ${this.#parameters.slice(1).map(quote).join(' ')}\n` : '',
      this.#code !== 0 && text.includes('$?') ? `(exit ${this.#code})\n` : '',
    ].join('')
    return this.#bash.exec(before + text, {
      env: this.#env, replaceEnv: true, cwd: this.#env.PWD, rawScript: true,
      signal: this.#child([]).signal,
    })
  }
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/** A word that means what it says. */
function literal(word: WordNode | null): string | undefined {
  if (!word) return undefined
  let text = ''
  for (const part of word.parts) {
    if (part.type !== 'Literal' && part.type !== 'SingleQuoted' && part.type !== 'Escaped') {
      if (part.type !== 'DoubleQuoted' || part.parts.some(inner => inner.type !== 'Literal')) return undefined
      text += part.parts.map(inner => (inner as { value: string }).value).join('')
    } else text += part.value
  }
  return text
}

/** The source of commands again, as one pipeline. */
function textOf(nodes: readonly CommandNode[], pipeline?: PipelineNode): string {
  const whole: PipelineNode = pipeline ?? { type: 'Pipeline', commands: [...nodes], negated: false }
  return serialize({ type: 'Script', statements: [{ type: 'Statement', pipelines: [whole], operators: [], background: false }] })
}
