import type { Clock } from '../api/clock.ts'
import { ContainerLogs } from './container-logs.ts'
import { createFiles, type Mount } from './files.ts'
import type { Image } from './image.ts'
import type { PodAddress } from './network/pod-network.ts'
import { createTrafficMeter, type TrafficMeter } from './network/traffic.ts'
import type { ContainerFacts, Files, Process, Program } from './program.ts'
import { shell, shellKnows } from './shell/shell.ts'

/** How a container ended; `killed` says that it did not end by itself in time. */
export interface Exit { code: number; reason: string; message?: string }

export interface ContainerSpec {
  image: Image
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  facts: ContainerFacts
  mounts: readonly Mount[]
  address: PodAddress
  clock: Clock
  /** Standard input stays open, though nothing ever comes; else it is at its end. */
  stdin?: boolean
}

/** One run of one container. */
export interface RunningContainer {
  readonly logs: ContainerLogs
  readonly files: Files
  readonly traffic: TrafficMeter
  readonly exited: Promise<Exit>
  /** SIGTERM: asks the program to end. */
  terminate(): void
  /** SIGKILL: the run is over at once, with 137. */
  kill(): void
  /** Runs a command beside the program, as exec does. The output is cut after 10 KiB. */
  exec(argv: readonly string[], signal: AbortSignal): Promise<{ code: number; output: string }>
}

const killedCode = 137, mostOutput = 10 * 1024

/** Starts a container. It never throws: what can't be run ends at once, with the runtime's words for it. */
export function runContainer(spec: ContainerSpec): RunningContainer {
  const logs = new ContainerLogs(spec.clock)
  const traffic = createTrafficMeter(spec.clock)
  const network = spec.address.forContainer(connection => traffic.accepted(connection))
  const term = new AbortController(), dead = new AbortController()
  let files: Files | undefined
  const getFiles = () => files ??= createFiles(spec.mounts)
  const clock: Clock = {
    now: () => spec.clock.now(),
    after: (ms, callback) => spec.clock.after(ms, () => { if (!dead.signal.aborted) callback() }),
    sleep: (ms, signal) => spec.clock.sleep(ms, signal ? AbortSignal.any([signal, dead.signal]) : dead.signal),
  }
  const processFor = (argv: readonly string[], write: (data: string | Uint8Array) => void, signal: AbortSignal): Process => ({
    argv, env: spec.env, stdin: nothing(spec.stdin ? AbortSignal.any([signal, dead.signal]) : undefined),
    stdout: write, stderr: write, clock, network, signal, killed: dead.signal, container: spec.facts,
    get files() { return getFiles() },
  })

  let settle!: (exit: Exit) => void
  const exited = new Promise<Exit>(resolve => { settle = resolve })
  const end = (exit: Exit) => {
    if (dead.signal.aborted) return
    dead.abort(new Error('the container is gone'))
    network.close()
    logs.end()
    settle(exit)
  }
  const program = programOf(spec.image, spec.argv)
  if (program) {
    const main = processFor(spec.argv, data => logs.write(data), term.signal)
    invoke(program, main).then(code => end({ code, reason: code === 0 ? 'Completed' : 'Error' }))
  } else {
    end({ code: 128, reason: 'StartError', message: notInPath(spec.argv[0] ?? '') })
  }

  return {
    logs, exited, traffic,
    get files() { return getFiles() },
    terminate: () => term.abort(new Error('SIGTERM')),
    kill: () => end({ code: killedCode, reason: 'Error' }),
    async exec(argv, signal) {
      const output: string[] = []
      let left = mostOutput
      const write = (data: string | Uint8Array) => {
        const text = typeof data === 'string' ? data : Buffer.from(data).toString()
        if (left > 0) output.push(text.slice(0, left))
        left -= text.length
      }
      if (!shellKnows(argv[0] ?? '')) return { code: 126, output: notInPath(argv[0] ?? '') }
      const code = await invoke(shell, processFor(argv, write, AbortSignal.any([signal, dead.signal])))
      return { code, output: output.join('') }
    },
  }
}

/** Input without a byte in it: at its end at once, or when the signal says so. */
const nothing = (until?: AbortSignal): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({
    async next() {
      if (until && !until.aborted) await new Promise(resolve => until.addEventListener('abort', resolve, { once: true }))
      return { done: true, value: undefined }
    },
  }),
})

/** A container's command line, as the runtime makes it from the image's and the pod's. */
export function commandLine(image: Image, command: readonly string[] | undefined, args: readonly string[] | undefined): string[] {
  const line = command && command.length > 0 ? [...command, ...(args ?? [])]
    : [...(image.entrypoint ?? []), ...(args && args.length > 0 ? args : image.command ?? [])]
  // The entry points of official images run what follows them.
  return line[0]?.endsWith('/docker-entrypoint.sh') && line.length > 1 ? line.slice(1) : line
}

/** The program that a command line starts: the image's own, or a command of its shell. */
function programOf(image: Image, argv: readonly string[]): Program | undefined {
  const name = argv[0] ?? ''
  // An image without a list of programs is one program, whatever it is called; the shell's names stay the shell's.
  if (name === (image.entrypoint ?? image.command)?.[0] || image.programs?.includes(name)) return image.program
  if (!image.noShell && shellKnows(name)) return shell
  return image.programs ? undefined : image.program
}

async function invoke(program: Program, process: Process): Promise<number> {
  try {
    const code = await program(process)
    return Number.isInteger(code) ? code & 255 : 1
  } catch (error) {
    if (process.signal.aborted) return 143
    process.stderr(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
    return 1
  }
}

/** containerd's words, shortened as the kubelet shows them. */
function notInPath(name: string): string {
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: `
    + `unable to start container process: error during container init: exec: ${JSON.stringify(name)}: `
    + `${name.startsWith('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'}: unknown`
}
