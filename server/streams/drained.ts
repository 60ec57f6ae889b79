import type { ServerResponse } from 'node:http'

/** Resolves when the client has read, or is gone. */
export function drained(out: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted || out.destroyed) return resolve()
    const done = () => { out.off('drain', done); out.off('close', done); signal.removeEventListener('abort', done); resolve() }
    out.once('drain', done)
    out.once('close', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
