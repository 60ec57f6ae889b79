import type { Program } from '../program.ts'
import { answer, pathOf, serveHttp } from './http.ts'

/** The program of the rolling-update tutorial's services: JSON that says which service, version and pod answered. */
export function jsonService(service: string, title: string, defaultMessage: string): Program {
  return async process => {
    const port = Number(process.env.PORT ?? 3000)
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      process.stderr(`RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received ${process.env.PORT}.\n`)
      return 1
    }
    const { pod, image } = process.container
    const facts = { service, version: versionOf(image), message: process.env.MESSAGE ?? defaultMessage, pod }
    process.stdout(`🚀 ${title} is running on http://0.0.0.0:${port}\n`)
    return serveHttp(process, [port], (request, response) => {
      const path = pathOf(request)
      const status = path === '/' || path === '/health' || path === '/healthz' || path === '/ready' ? 200 : 404
      const body = path === '/' ? facts : status === 200 ? { status: 'ok', service } : { error: 'Not Found', path: request.url }
      answer(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
      process.stdout(`${process.clock.now().toISOString()} ${request.method} ${request.url} ${status}\n`)
    })
  }
}

/** The image's own version is its tag; a tag that is no version stands for the only release there was. */
function versionOf(image: string): string {
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1]
  return tag && /^\d+\.\d+\.\d+$/.test(tag) ? tag : '1.0.0'
}
