import { auditIdOf, reportedVerb, scopeOf, type Recorder, type RequestRecord } from './recorder.ts'

/** The `-v` from which requests are logged. */
const verbosity = 2

/** A line of JSON for each request, its keys those of upstream's httplog (apiserver, server/httplog, 1.36). */
export async function createRequestLog(write: (line: string) => void): Promise<Recorder> {
  // The bundle knows a package that is CommonJS by its default alone.
  const { default: pino } = await import('pino')
  const log = pino({ base: null, timestamp: false, formatters: { level: () => ({ v: verbosity }) } }, { write })
  return {
    received(record) {
      auditIdOf(record)
      // A connection that is gone does not tell any more.
      record.from = from(record)
    },
    completed(record) {
      const { request: { url, headers }, out, wanted, began } = record
      const verb = wanted ? reportedVerb(record, wanted, scopeOf(wanted)) : record.method
      log.info({
        verb, URI: url, latency: `${(performance.now() - began).toFixed(3)}ms`, userAgent: headers['user-agent'] ?? '',
        'audit-ID': auditIdOf(record), srcIP: record.from ?? from(record), resp: out.headersSent ? out.statusCode : 0,
      }, 'HTTP')
    },
  }
}

const from = ({ request: { socket: { remoteAddress = '', remotePort = 0 } } }: RequestRecord) => `${remoteAddress}:${remotePort}`
