import { defineImage } from '../image.ts'
import type { Program } from '../program.ts'
import { answer, clientOf, serveHttp } from './http.ts'

/** As much of a body as is sent back. */
const mostBody = 1024 * 1024

/** Answers with what it was asked, and which pod answered. */
const program: Program = process => {
  const { pod, namespace, ports } = process.container
  const port = Number(process.env.PORT) || ports[0] || (process.container.image.includes('ealen/') ? 80 : 8080)
  process.stdout(`Echo server listening on port ${port}.\n`)
  return serveHttp(process, [port], (request, response) => {
    const body: Buffer[] = []
    let size = 0
    request.on('data', (part: Buffer) => { if ((size += part.length) <= mostBody) body.push(part) })
    request.on('end', () => {
      const headers = Object.keys(request.headers).sort().map(name => `\t${name}=${request.headers[name]}`)
      process.stdout(`${clientOf(request)} ${request.method} ${request.url}\n`)
      answer(response, 200, 'text/plain', [
        '', `Hostname: ${pod}`, '',
        'Pod Information:', `\tpod name:\t${pod}`, `\tpod namespace:\t${namespace}`, `\tpod IP:\t${process.network.ip}`, '',
        'Request Information:', `\tclient_address=${clientOf(request)}`, `\tmethod=${request.method}`,
        `\treal path=${request.url}`, `\trequest_version=${request.httpVersion}`, '',
        'Request Headers:', ...headers, '', 'Request Body:',
        body.length === 0 ? '\t-no body in request-' : Buffer.concat(body).toString(), '',
      ].join('\n'))
    })
  })
}

export const echoServer = defineImage({
  repositories: [
    'registry.k8s.io/echoserver', 'k8s.gcr.io/echoserver', 'gcr.io/google_containers/echoserver',
    'gcr.io/google-containers/echoserver', 'gcr.io/k8s-minikube/echoserver',
    'kicbase/echo-server', 'ealen/echo-server', 'jmalloc/echo-server',
  ],
  command: ['/bin/echo-server'],
  size: 45_000_000,
  program,
})
