import { defineImage } from '../image.ts'
import { answer, serveHttp } from './http.ts'

/** hashicorp/http-echo: answers every request with one text. */
export const httpEcho = defineImage({
  repositories: ['hashicorp/http-echo'],
  entrypoint: ['/http-echo'], programs: ['/http-echo', 'http-echo'], noShell: true,
  size: 3_100_000,
  async program(process) {
    const option = (name: string) => {
      const at = process.argv.findIndex(arg => new RegExp(`^--?${name}(=|$)`).test(arg))
      return at < 0 ? undefined : process.argv[at].includes('=') ? process.argv[at].replace(/^[^=]*=/, '') : process.argv[at + 1]
    }
    const text = option('text') ?? process.env.ECHO_TEXT ?? 'hello-world'
    const port = Number((option('listen') ?? ':5678').split(':').at(-1))
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      process.stderr(`[ERR] Invalid listen address: ${option('listen')}\n`)
      return 127
    }
    process.stdout(`${process.clock.now().toISOString()} [INFO] server is listening on :${port}\n`)
    return serveHttp(process, [port], (request, response) => {
      answer(response, 200, 'text/plain; charset=utf-8', request.url === '/health' ? '{"status":"ok"}' : `${text}\n`)
      const { host = '' } = request.headers
      process.stdout(`${process.clock.now().toISOString()} [INFO] ${host} "${request.method} ${request.url}" 200\n`)
    })
  },
})
