import { spawn } from 'node:child_process'

export interface Finished { code: number; stdout: string; stderr: string }
export interface RunOptions { input?: string; env?: NodeJS.ProcessEnv; cwd?: string; signal?: AbortSignal }

/** Runs a program to its end and resolves with what it said, whatever its exit status. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { input, env = process.env, cwd, signal } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, signal, killSignal: 'SIGINT', stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = '', stderr = ''
    child.stdout.setEncoding('utf8').on('data', part => { stdout += part })
    child.stderr.setEncoding('utf8').on('data', part => { stderr += part })
    child.stdin.on('error', () => {}).end(input)
    child.once('error', error => { if (!signal?.aborted) reject(error) })
    child.once('close', code => resolve({ code: code ?? 130, stdout, stderr }))
  })
}
