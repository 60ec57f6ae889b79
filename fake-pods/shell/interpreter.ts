import type { Process } from '../program.ts'

export async function interpret(process: Process, _script: string, _parameters: readonly string[]): Promise<number> {
  process.stderr('this script is not simulated\n')
  return 2
}
