import { createWriteStream } from 'node:fs'
import { once } from 'node:events'

/** Where audit events go: lines are added to what a file holds already. */
export interface AuditFile {
  write(line: string): void
  /** Resolves when everything is on disk. */
  close(): Promise<void>
}

/** Opens a file that only its owner may read; rejects when that can't be done. A failure later is reported once, and ends it. */
export async function openAuditFile(path: string, report: (error: Error) => void): Promise<AuditFile> {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  await once(stream, 'open')
  stream.on('error', report)
  return {
    write(line) { if (stream.writable) stream.write(line) },
    async close() {
      if (!stream.writable) return
      stream.end()
      await once(stream, 'close').catch(report)
    },
  }
}
