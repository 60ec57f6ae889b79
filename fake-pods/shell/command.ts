import type { Process } from '../program.ts'

/** A command that runs without the full shell: it streams, waits on the clock and uses the pod's network. Gives its exit code. */
export type Command = (process: Process, args: readonly string[]) => Promise<number>
