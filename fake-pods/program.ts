import type { Duplex } from 'node:stream'
import type { Clock } from '../api/clock.ts'

/** A container image is a function. Everything it may touch comes in; the number is its exit code. */
export type Program = (process: Process) => Promise<number>

export interface Process {
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  stdin: AsyncIterable<Uint8Array>
  stdout(data: string | Uint8Array): void
  stderr(data: string | Uint8Array): void
  files: Files
  network: Network
  /** Its sleeps end with an error once the container is killed, so that no loop outlives its container. */
  clock: Clock
  /** Aborted by SIGTERM. */
  signal: AbortSignal
  /** Aborted by SIGKILL, and when the container is gone for any other reason: nothing may go on after that. */
  killed: AbortSignal
  container: ContainerFacts
}

/** What a program can know about where it runs without asking the API. */
export interface ContainerFacts {
  name: string
  image: string
  pod: string
  namespace: string
  labels: Readonly<Record<string, string>>
  /** The container ports that the pod declares, in order. */
  ports: readonly number[]
  workingDir: string
}

/** The file system of one container. Paths are absolute; writing a file makes the folders above it. */
export interface Files {
  read(path: string): Uint8Array | undefined
  /** Throws when the path lies in a read-only mount or is a folder. */
  write(path: string, data: string | Uint8Array): void
  /** Names in a folder, sorted; undefined when there is no such folder. */
  list(path: string): string[] | undefined
  makeFolder(path: string): void
  /** Takes away a file, or a folder with all in it. False when there was none. */
  remove(path: string): boolean
}

export interface Closable { close(): void }

/** The pod's network: its address, and connections inside the cluster. There is no way out of it. */
export interface Network {
  readonly ip: string
  /** Throws EADDRINUSE when another container of the pod listens there. */
  listen(port: number, accept: (connection: Duplex) => void): Closable
  /** Connects to `host:port`: a pod's address, a service's address or DNS name, or the pod itself. */
  dial(hostPort: string): Promise<Duplex>
  /** The address behind a name, as the cluster's DNS answers; undefined when there is none. */
  lookUp(name: string): string | undefined
}

/** Why a connection failed, as the operating system names it: ECONNREFUSED, ENOTFOUND, EADDRINUSE. */
export class NetworkError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'NetworkError'
    this.code = code
  }
}
