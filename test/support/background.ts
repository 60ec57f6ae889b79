import { spawn } from 'node:child_process'

export interface Background {
  /** The lines written to stdout so far. */
  readonly lines: string[]
  readonly stderr: string
  /** Resolves when a line matches; fails when the program ends first. */
  seen(pattern: RegExp): Promise<string>
  /** Ctrl+C; resolves when the program has ended. */
  interrupt(): Promise<void>
}

/** Starts a program that runs until it is interrupted, as in a second terminal. */
export function inBackground(program: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Background {
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let rest = '', stderr = '', over = false
  child.stdout.setEncoding('utf8').on('data', part => {
    const parts = (rest + part).split('\n')
    rest = parts.pop()!
    lines.push(...parts)
    waiting.forEach(check => check())
  })
  child.stderr.setEncoding('utf8').on('data', part => { stderr += part })
  const ended = new Promise<void>(resolve => child.once('close', () => { over = true; waiting.forEach(check => check()); resolve() }))
  return {
    lines,
    get stderr() { return stderr },
    seen: pattern => new Promise((resolve, reject) => {
      const check = () => {
        const line = lines.find(text => pattern.test(text))
        if (line === undefined && !over) return
        waiting.delete(check)
        if (line === undefined) reject(new Error(`${program} ${args.join(' ')} ended without ${pattern}:\n${lines.join('\n')}\n${stderr}`))
        else resolve(line)
      }
      waiting.add(check)
      check()
    }),
    interrupt: async () => {
      try { process.kill(-child.pid!, 'SIGINT') } catch { /* it has ended */ }
      await ended
    },
  }
}
