export interface FailureFacts { message: string; hint?: string; exitCode: number }

/** Something a person can do nothing about in our code, but something about it: printed without a stack. */
export class Failure extends Error implements FailureFacts {
  readonly hint?: string
  readonly exitCode: number

  /** `task` continues "Failed to", `reason` says why, `hint` what to do. */
  constructor(task: string, reason: string, options: { hint?: string; exitCode?: number; cause?: unknown } = {}) {
    super(`Failed to ${task}: ${reason.replace(/\.$/, '')}.`, { cause: options.cause })
    this.name = 'Failure'
    this.hint = options.hint
    this.exitCode = options.exitCode ?? exitCodes.failed
  }

  /** A failure that another process has told of. */
  static from({ message, hint, exitCode }: FailureFacts): Failure {
    const failure = new Failure('', '', { hint, exitCode })
    failure.message = message
    return failure
  }

  get text(): string { return this.hint ? `${this.message}\nHint: ${this.hint}` : this.message }
}

/** What the command's exit status means; `mimikube kubectl` passes on kubectl's own. */
export const exitCodes = { failed: 1, wrongUsage: 2, notRunning: 3 } as const

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code
